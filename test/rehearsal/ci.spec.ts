import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { configure } from "../../rehearsal/prove/other-sources.ts";
import { timeline } from "../../rehearsal/kit/timeline.ts";
import { stepByStep } from "../support/step-by-step.ts";
import { startRunners, type Runners } from "./ci-runners.ts";
import { startSmallWorld, type SmallWorld } from "./retry-world.ts";

// examples/ci/deliver.sh as a team's CI runs it: in clones of the repository, each in a separate process.
describe("a team's CI", function () {
  this.timeout(300_000);
  stepByStep();
  const lines: string[] = [];
  const told = timeline((line) => lines.push(line));
  let on: SmallWorld | undefined;
  let world: SmallWorld;
  let ci: Runners;
  /** The run that waits for its approval. */
  let waiting = "";

  before(async () => {
    on = world = await startSmallWorld({ log: told.note, settings: { approval: true } });
    // Without it, each `up` checks the types of the whole program.
    rmSync(join(world.around.checkout, "tsconfig.json"));
    ci = startRunners(world.around, told.note);
    const { executionId } = await world.around.push();
    expect((await world.ended(executionId)).status).to.equal("Succeeded");
  });
  after(async function () {
    if (this.test?.parent?.tests.some(({ state }) => state === "failed")) process.stdout.write(`${lines.join("\n")}\n`);
    await on?.around.close();
  });

  /** Pushes a commit that changes the task definition of web; returns its id and the pipeline's own run. */
  const pushLevel = (before: string | undefined, level: string) => {
    const environment = (value?: string) =>
      `environment: { BEHAVIOUR: "\${WEB}"${value === undefined ? "" : `, LEVEL: ${value}`} }`;
    const edit = { file: "docker-compose-staging.yml", replace: environment(before), by: environment(level) };
    return world.around.push({ message: `Level ${level}`, fails: false, edits: [edit] });
  };
  const startedRun = (out: string) => /run (\S+) starts with the newest revision/.exec(out)?.[1] ?? "";
  /** The level in the task definition that web runs with. */
  const level = async () => {
    const ecs = new ECSClient(world.around.client);
    const cluster = "shop-staging";
    const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [cluster] }));
    const { taskDefinition } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: services[0]?.taskDefinition }),
    );
    const [web] = taskDefinition?.containerDefinitions ?? [];
    return web?.environment?.find(({ name }) => name === "LEVEL")?.value;
  };

  it("ends the pipeline's own run of a commit that changes the Compose file, and prints for its pull request what up would change", async () => {
    const { commit, executionId } = await pushLevel(undefined, "debug");
    const [verdict, preview] = await Promise.all([
      world.ended(executionId),
      ci.deliver(ci.checkout(commit), ["preview", "staging"]),
    ]);
    expect(verdict.actions).to.deep.equal(["Build Failed", "Build Failed", "Source Succeeded"]);
    expect(await world.lastLine()).to.match(/this commit changes the task definition \(web: environment\)/);
    expect(preview.code, preview.text).to.equal(0);
    expect(preview.text).to.match(/^### `up` of staging would change\n\n~{6}\nwould be\n[^]*\n~{6}\n$/);
    expect(preview.text).to.match(/^ +container web: LEVEL .*debug$/m);
  });

  it("brings that commit up and releases it, and it serves", async () => {
    const commit = world.around.head();
    const { code, text } = await ci.deliver(ci.checkout(commit), ["up", "staging"]);
    expect(code, text).to.equal(0);
    const { status, serving } = await world.ended(startedRun(text));
    const tag = commit.slice(0, 7);
    expect([status, serving, await level()]).to.deep.equal(["Succeeded", { web: tag, worker: tag }, "debug"]);
  });

  it("is refused an up that changes the pipeline while a run waits for approval, which that could end", async () => {
    const edits = [{ file: "app/note.txt", text: "code\n" }];
    waiting = (await world.around.push({ message: "Only code", fails: false, edits })).executionId;
    while (!(await waitsForApproval(waiting))) await sleep(500);
    configure(world.around, { approval: false });
    const { code, lines: said } = await world.around.commandLine(["up", "--yes"]);
    configure(world.around, { approval: true });
    expect([code, said.at(-1)?.split("\n")]).to.deep.equal([
      1,
      [
        `run ${waiting} is in progress, and this \`up\` changes the pipeline, which can end it as Cancelled`,
        "stack staging: nothing was changed; wait until it has ended, or approve or reject it if it waits, then run `up` again",
      ],
    ]);
  });

  it("brings up the newer of two pushes while that run waits; the older one waits, and then has nothing to do", async () => {
    const [older, newer] = [await pushLevel("debug", "trace"), await pushLevel("trace", "warn")];
    const [first, second] = [ci.checkout(newer.commit), ci.checkout(older.commit)];
    const running = ci.deliver(first, ["up", "staging"]);
    await untilLocked();
    const [after, before] = await Promise.all([running, ci.deliver(second, ["up", "staging"])]);
    expect([after.code, before.code], after.text + before.text).to.deep.equal([0, 0]);
    expect(before.text).to.match(/^waits: `up` of .* is changing it now$/m);
    expect(before.text).to.match(/^staging: a newer commit is up, so there is nothing to do for this one$/m);
    expect([startedRun(after.text) === "", startedRun(before.text), await level()]).to.deep.equal([false, "", "warn"]);
    expect(await waitsForApproval(waiting)).to.equal(true);
    const { code } = await world.around.commandLine(["reject", "--summary", "not on a Friday", "--yes"]);
    expect([code, (await world.ended(waiting)).status]).to.deep.equal([0, "Failed"]);
  });

  it("starts no release when up fails half-way, and a second try repairs it", async () => {
    const { commit } = await pushLevel("warn", "error");
    const folder = ci.checkout(commit);
    const failed = await ci.without("ecs:UpdateService", (variables) =>
      ci.deliver(folder, ["up", "staging", "--no-follow"], variables),
    );
    expect([failed.code, startedRun(failed.text), await level()], failed.text).to.deep.equal([1, "", "warn"]);
    expect(failed.text).to.match(/^stack staging: .*replaced before it ended, and recorded in the state/m);
    const again = await ci.deliver(folder, ["up", "staging", "--no-follow"]);
    expect([again.code, startedRun(again.text) === "", await level()], again.text).to.deep.equal([0, false, "error"]);
  });

  async function waitsForApproval(executionId: string): Promise<boolean> {
    const status = await world.around.commandLine(["status"]);
    return status.lines.some((line) => line.startsWith(`waits for approval: run ${executionId}`));
  }

  /** Waits until a verb holds the environment's lock. */
  async function untilLocked(): Promise<void> {
    const ssm = new SSMClient(world.around.client);
    const Name = "/shop/staging/.release/lock";
    while (
      !(await ssm.send(new GetParameterCommand({ Name })).then(
        () => true,
        () => false,
      ))
    )
      await sleep(100);
  }
});
