import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { docker } from "../../../local-cloud/index.ts";
import { getText } from "../../../rehearsal/kit/client.ts";
import { journey, type Journey } from "../../../rehearsal/example/journey.ts";
import type { Status } from "../../../scripts/status/status-report.ts";
import { startSurroundings, type Surroundings } from "../../../rehearsal/example/surroundings.ts";
import { timeline, type Timeline } from "../../../rehearsal/kit/timeline.ts";
import { stepByStep } from "../../support/step-by-step.ts";
import { lighten } from "../lighten.ts";

describe("the journey of staging", function () {
  this.timeout(300_000);
  stepByStep();
  const lines: string[] = [];
  const told: Timeline = timeline((line) => lines.push(line));
  let around: Surroundings;
  let steps: Journey;

  before(async () => {
    around = await startSurroundings({ environment: "staging", log: told.note });
    lighten(around.checkout);
    // Without it, each `up` checks the types of the whole program, and a release may end before `up` looks for it.
    rmSync(join(around.checkout, "tsconfig.json"));
    hasteSickness(join(around.checkout, "docker-compose-staging.yml"));
    steps = journey(around, told);
  });

  after(async function () {
    // A person who looks at a failure needs these lines.
    if (this.test?.parent?.tests.some(({ state }) => state === "failed")) process.stdout.write(`${lines.join("\n")}\n`);
    await around.close();
  });

  it("creates everything at the first up, before any image exists", () => steps.firstUp());

  it("releases the first commit: it serves, it uses the database, and the registry has what runs", () =>
    steps.releaseFirst());

  it("changes nothing at the next up but the scaling bounds", () => steps.settle());

  it("releases a migration under 50 requests a second and loses none", async () => {
    const { requests, writes, lost, answeredPerSecond } = await steps.releaseUnderTraffic();
    expect(lost).to.deep.equal({});
    expect(requests).to.be.greaterThan(500);
    expect(answeredPerSecond).to.be.within(40, 51);
    expect(writes).to.equal(Math.floor(requests / 5));
  });

  it("replaces a container that was killed by hand", () => steps.loseContainer());

  it("stops a release whose migration fails, before anything is deployed", () => steps.refuseBrokenMigration());

  it("fails a release whose containers never become healthy, prints why, and goes on serving", () =>
    steps.refuseSickContainer());

  it("changes nothing at an up after all that", () => steps.upAgain());

  it("fails an up whose new template never starts: ECS rolls it back, and the verb says why", async () => {
    const file = join(around.checkout, "docker-compose-staging.yml");
    const before = readFileSync(file, "utf8");
    writeFileSync(
      file,
      before.replace(
        "command: bundle exec puma --port 9292 worker.ru",
        `command: ["sh", "-c", "echo no worker today; exit 3"]`,
      ),
    );
    const sick = await around.commandLine(["up", "--yes"]);
    expect(sick.lines.filter((line) => /^shop-staging-worker: (rolls|ECS rolled)/.test(line)).map(first)).to.deep.equal(
      [
        "shop-staging-worker: rolls out a new revision with image web",
        "shop-staging-worker: ECS rolled shop-staging-worker",
      ],
    );
    expect([sick.code, sick.lines.includes("no worker today")]).to.deep.equal([3, true]);
    writeFileSync(file, before);
    const healthy = await around.commandLine(["up", "--yes"]);
    expect([healthy.code, healthy.lines]).to.deep.equal([0, ["nothing changes"]]);
  });

  it("releases an older commit by hand, but asks first, and the newer one without a question", () =>
    steps.releaseOlder());

  it("goes back to the older commit and stays there: up changes nothing, until resume", () => steps.rollBack());

  it("ends a push that changes the task definition before Release, and says what to do", () =>
    steps.refuseComposeChange());

  it("releases that commit after up, without another push", () => steps.releaseComposeChange());

  it("goes back past the changed template and stays there; after resume, one up rolls that template out again", async () => {
    const now = await revisionOf(around);
    const older = await revisionBeforeTemplate(around);
    const back = await around.commandLine(["rollback", "--to", `shop-staging:${older}`, "--yes"]);
    expect([back.code, await revisionOf(around)], back.lines.join("; ")).to.deep.equal([0, older]);
    expect(await upSays(around)).to.deep.equal([0, "nothing changes"]);
    const resumed = await around.commandLine(["resume", "--yes"]);
    expect([resumed.code, resumed.lines.some((line) => line.includes("`up`"))]).to.deep.equal([0, true]);
    const served = await getText(around.url(), "/version");
    const again = await around.commandLine(["up", "--yes"]);
    expect([again.code, again.lines.filter((line) => line.includes("rolls out")).map(first)]).to.deep.equal([
      0,
      ["shop-staging: rolls out a new revision with image proxy"],
    ]);
    expect([await revisionOf(around), await getText(around.url(), "/version")]).to.deep.equal([now + 1, served]);
    expect(await upSays(around)).to.deep.equal([0, "nothing changes"]);
  });

  it("refuses an up during a release, and lets an up with --wait wait for its end", async () => {
    // A release may end while the first `up` is refused, so there are two of them.
    const during = async (words: readonly string[]) => {
      const executionId = await around.startRun();
      await stateWhen(around, ({ inRelease }) => inRelease?.id === executionId);
      const { code, lines } = await around.commandLine(words);
      const { status } = await around.runOf(executionId);
      return { code, lines: lines.join("\n").split("\n"), status, why: `run ${executionId} is in Release` };
    };
    const refused = await during(["up", "--yes"]);
    expect([refused.code, refused.lines[0], refused.lines.at(-1), refused.status]).to.deep.equal([
      1,
      refused.why,
      "stack staging: nothing was changed; run `up` again when that has ended, or give --wait",
      "Succeeded",
    ]);
    const waited = await during(["up", "--yes", "--wait"]);
    expect([waited.code, waited.lines[0], waited.lines.at(-1), waited.status]).to.deep.equal([
      0,
      `waits: ${waited.why}`,
      "nothing changes",
      "Succeeded",
    ]);
    expect((await stateWhen(around, () => true)).closed).to.equal(undefined);
  });

  it("leaves no secret in a log, an image or the task definition", async () => {
    const secrets = await secretsOf(around);
    expect(secrets).to.have.length(2);
    const images = (await docker(["images", "--quiet", "--filter", "reference=shop/*"])).split("\n");
    const { taskDefinition } = await new ECSClient(around.client).send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "shop-staging" }),
    );
    const texts = {
      description: JSON.stringify(taskDefinition),
      logs: ["cloud.log", "builds.log"].map((file) => readFileSync(join(around.directory, file), "utf8")).join("\n"),
      images: await docker(["image", "inspect", ...images]),
      history: (await Promise.all(images.map((image) => docker(["history", "--no-trunc", image])))).join("\n"),
    };
    for (const [where, text] of Object.entries(texts)) {
      expect(text.length, where).to.be.greaterThan(100);
      for (const secret of secrets) expect(text.includes(secret), where).to.equal(false);
    }
  });

  it("removes everything it created at destroy", async () => {
    const { changes } = await around.run("destroy");
    expect(changes).to.include({ create: 0, update: 0, replace: 0 });
    expect(changes.delete).to.be.greaterThan(70);
    expect(around.cloud.ecs.containers("shop-staging", "shop-staging")).to.deep.equal({});
  });
});

/** Lets a container that never gets healthy be called unhealthy after 15 seconds instead of 30; each release waits for several. */
function hasteSickness(file: string): void {
  let text = readFileSync(file, "utf8");
  for (const [usual, hasty] of [
    ["start_period: 15s", "start_period: 5s"],
    ["retries: 3", "retries: 2"],
  ] as const) {
    if (!text.includes(usual)) throw new Error(`${file}: it has no ${usual}`);
    text = text.replaceAll(usual, hasty);
  }
  writeFileSync(file, text);
}

/** A line up to where revisions, tags and reasons begin, which are others each time. */
const first = (line: string): string => line.split(":").slice(0, 2).join(":");

/** Runs `up`; returns its exit code and its last line. */
async function upSays(around: Surroundings): Promise<readonly [number, string]> {
  const { code, lines } = await around.commandLine(["up", "--yes"]);
  return [code, lines.at(-1) ?? ""];
}

/** The status of the environment, once it is the one that is waited for. */
async function stateWhen(around: Surroundings, is: (state: Status) => boolean): Promise<Status> {
  for (;;) {
    const { lines } = await around.commandLine(["status", "--json"]);
    const state = JSON.parse(lines.at(-1) ?? "") as Status;
    if (is(state)) return state;
    await sleep(300);
  }
}

interface ListedRevision {
  readonly name: string;
  readonly current: boolean;
  readonly changes: readonly string[];
}

/** The newest revisions of the first service, newest first. */
async function revisions(around: Surroundings): Promise<readonly ListedRevision[]> {
  const { lines } = await around.commandLine(["revisions", "--service", "shop-staging", "--json"]);
  return lines.map((line) => JSON.parse(line) as ListedRevision);
}

const numberOf = (name = ""): number => Number(name.split(":").at(-1));

/** Number of the revision that the first service is at. */
const revisionOf = async (around: Surroundings): Promise<number> =>
  numberOf((await revisions(around)).find(({ current }) => current)?.name);

/** Number of the newest revision of the template before. */
async function revisionBeforeTemplate(around: Surroundings): Promise<number> {
  const known = await revisions(around);
  return numberOf(known[known.findIndex(({ changes }) => changes.includes("template: a different one")) + 1]?.name);
}

/** Values of the environment's secrets, and of the password within the database's URL. */
async function secretsOf(around: Surroundings): Promise<readonly string[]> {
  const Names = ["DATABASE_URL", "SECRET_KEY_BASE"].map((name) => `/shop/staging/${name}`);
  const { Parameters = [] } = await new SSMClient(around.client).send(
    new GetParametersCommand({ Names, WithDecryption: true }),
  );
  return Parameters.map(({ Value = "" }) => (Value.startsWith("postgres") ? new URL(Value).password : Value));
}
