import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { type Engine, parameter, releaseOf, startEngine } from "./engine.ts";
import type { Hang } from "./recording-cloud.ts";
import { verb } from "./verb.ts";

// Pulumi is killed while AWS is being asked for something; each test goes on with what the one before has left.
describe("an up or destroy that is killed", function () {
  this.timeout(240_000);
  let engine: Engine;

  before(async () => {
    // What a killed Pulumi was doing is in the state that it saves after each step.
    engine = await startEngine(undefined, {});
    for (const variable of ["DATABASE_URL", "SECRET_KEY_BASE"]) {
      await engine.change(parameter(`/shop/staging/${variable}`, "there"));
    }
    configure("sourceRepository: acme/shop");
  });
  after(() => engine.close());

  /** Adds a key to the stack's configuration, below which Pulumi keeps its own. */
  function configure(key: string): void {
    const file = join(engine.directory, "Pulumi.staging.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("config:\n", `config:\n  compose-ecs-pipeline:${key}\n`));
  }

  const up = () => verb(engine, "up --stack staging --yes");
  const destroy = () => verb(engine, "destroy --stack staging --yes");
  const lines = (seen: Awaited<ReturnType<typeof up>>) => [seen.code, ...seen.err];

  /** Pulumi's locks of the stacks, with who holds them. */
  const locks = (): readonly { readonly pid: number }[] => {
    const folder = join(engine.state, ".pulumi", "locks");
    if (!existsSync(folder)) return [];
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
    return files.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as { pid: number });
  };

  /** Runs a verb until AWS does not answer at that place, and kills Pulumi there. */
  async function killedAt(hangsAt: Hang, run: typeof up): Promise<readonly (string | number)[]> {
    await engine.change((cloud) => ({ ...cloud, hangsAt, hanging: false }));
    const running = run();
    const ended = running.then((seen) => {
      throw new Error(`it ended too early: ${lines(seen).join("\n")}`);
    });
    const asked = async () => {
      while ((await engine.cloud()).hanging !== true) await sleep(50);
    };
    await Promise.race([asked(), ended]);
    const [lock] = locks();
    if (lock === undefined) throw new Error("no process holds the lock of the stack");
    process.kill(lock.pid, "SIGKILL");
    return lines(await running);
  }

  /** What the verb tells a person to do. */
  const cancel = () =>
    execFileSync("pulumi", ["cancel", "--yes", "--stack", "staging"], {
      cwd: engine.directory,
      env: engine.environment,
      stdio: "pipe",
    });

  it("says so while AWS creates a repository; the next one says whose lock is left, and what to do", async () => {
    const name = "shop/staging/web";
    const first = { step: "create", type: "aws:ecr/repository:Repository", name, done: false } as const;
    const [code, said, state] = await killedAt(first, up);
    expect([code, said]).to.deep.equal([1, "stack staging: pulumi was ended by SIGKILL"]);
    expect(state).to.match(
      /^stack staging: (\d+ created before it ended, and recorded in the state; .* continues|nothing)/,
    );
    const [nextCode, left, ...more] = lines(await up());
    expect([nextCode, more]).to.deep.equal([1, ["stack staging: nothing was changed"]]);
    expect(left).to.match(
      /^stack staging: \S+ on \S+ \(process \d+\) has held Pulumi's lock since \S+ \S+, but no longer runs; run `pulumi cancel --stack staging`, then `up` again$/,
    );
    cancel();
  });

  it("leaves a repository that the state does not know, and the next one finds it", async () => {
    const name = "shop/staging/web";
    const made = { step: "create", type: "aws:ecr/repository:Repository", name, done: true } as const;
    expect((await killedAt(made, up)).slice(0, 2)).to.deep.equal([1, "stack staging: pulumi was ended by SIGKILL"]);
    expect(Object.keys((await engine.cloud()).repositories)).to.include(name);
    cancel();
  });

  it("leaves the last resource out of the state, and the next one succeeds and creates nothing twice", async () => {
    const last = {
      step: "create",
      type: "aws:codepipeline/pipeline:Pipeline",
      name: "shop-staging",
      done: true,
    } as const;
    expect((await killedAt(last, up)).slice(0, 2)).to.deep.equal([1, "stack staging: pulumi was ended by SIGKILL"]);
    cancel();
    const { code, out, err } = await up();
    expect([code, err, out.filter((line) => line.startsWith("interrupted"))]).to.deep.equal([
      0,
      [],
      ["interrupted before: pipeline shop-staging: was being created; it is looked for in AWS"],
    ]);
    expect((await verb(engine, "preview --stack staging")).out).to.deep.equal(["nothing would change"]);
  });

  it("lets Pulumi end in an orderly way when only the process of the verb is killed, and the next one needs no help", async () => {
    configure("logRetentionDays: 7");
    const script = fileURLToPath(new URL("killed-verb.ts", import.meta.url));
    const child = fork(script, [engine.directory], { env: engine.environment });
    await once(child, "message");
    child.kill("SIGKILL");
    while (locks().length > 0) await sleep(50);
    expect(lines(await up())).to.deep.equal([0]);
    expect((await verb(engine, "preview --stack staging")).out).to.deep.equal(["nothing would change"]);
  });

  it("leaves a half destroyed stack, and the next destroy deletes the rest with its images", async () => {
    await engine.change(releaseOf("shop-staging", "abc1234"));
    const name = "shop/staging/web";
    const gone = { step: "delete", type: "aws:ecr/repository:Repository", name, done: true } as const;
    expect((await killedAt(gone, destroy)).slice(0, 2)).to.deep.equal([
      1,
      "stack staging: pulumi was ended by SIGKILL",
    ]);
    expect(lines(await destroy())[1]).to.contain("run `pulumi cancel --stack staging`, then `destroy` again");
    cancel();
    expect(lines(await destroy())).to.deep.equal([0]);
    const { services, repositories, named } = await engine.cloud();
    expect({ services, repositories, named }).to.deep.equal({ services: [], repositories: {}, named: {} });
  });
});
