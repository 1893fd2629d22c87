import { expect } from "chai";
import type { Change } from "../../rehearsal/kit/commits.ts";
import type { PipelineRun } from "../../rehearsal/kit/pipeline-run.ts";
import { timeline } from "../../rehearsal/kit/timeline.ts";
import { stepByStep } from "../support/step-by-step.ts";
import { startFaultWorld, type FaultWorld, type Standing } from "./fault-world.ts";

/** A commit and its run. */
interface Pushed {
  readonly commit: string;
  readonly executionId: string;
}

describe("a fault during a release", function () {
  this.timeout(300_000);
  // Each release continues from the one before.
  stepByStep();
  const lines: string[] = [];
  const told = timeline((line) => lines.push(line));
  let world: FaultWorld | undefined;
  let on: FaultWorld;
  let earlier: Standing;
  let first: Pushed;
  let second: Pushed;

  before(async () => {
    world = on = await startFaultWorld(told.note);
  });
  beforeEach(async () => {
    await on.around.untilSteady();
    earlier = await on.standing();
  });
  after(async function () {
    // The lines are what a person needs to look into a failure.
    if (this.test?.parent?.tests.some(({ state }) => state === "failed")) process.stdout.write(`${lines.join("\n")}\n`);
    await world?.around.close();
  });

  it("needs no person when a build is killed: the build is tried again", async () => {
    first = await on.around.push(file("first"));
    second = await on.around.push(file("second"));
    await on.build(second.executionId, "InProgress");
    await on.killWhen("build", () => on.isIn("build", "BUILD"));
    await on.build(second.executionId, "Succeeded");
    expect(await on.standing()).to.deep.equal(earlier);
  });

  it("ends the run before Release when its approval is rejected, and releases the push of the same second", async () => {
    await on.decide(first.executionId, "Rejected");
    const runs = [await on.around.runOf(first.executionId), await on.around.runOf(second.executionId)] as const;
    expect(verdict(runs[0])).to.deep.equal(["Failed", ...built, "Approve Failed"]);
    expect(runs[0].actions.at(-1)?.error).to.equal("not today");
    expect(verdict(runs[1])).to.have.members(["Succeeded", "Build Failed", ...built, ...released]);
    expect(runs[1].actions[1]?.error).to.equal("Build terminated with state: STOPPED");
    expect(await on.stages(second.executionId)).to.deep.equal([...approved, "Release Succeeded"]);
    expect(await on.standing()).to.deep.equal(serving(1, second.commit));
  });

  it("ends the run in Migrate, and the migration's task, when a migration hangs past its limit", async () => {
    await on.behave({ MIGRATION: "waits" });
    // A stack's minimum limit is a minute; this test needs less.
    const run = await on.changed("migrate", { TIMEOUT_MINUTES: "0" }, async () => {
      first = await on.around.push(crashing);
      return await on.around.runOf(first.executionId);
    });
    expect(verdict(run)).to.deep.equal(["Failed", ...approved, "Migrate Failed"]);
    expect(await on.around.buildLog()).to.match(/longer than 0 minutes.*nothing was deployed/u);
    expect(await on.stages(first.executionId)).to.deep.equal([...approved, "Release Failed"]);
    expect(await on.standing()).to.deep.equal(earlier);
    await on.behave({ MIGRATION: "ok" });
  });

  it("holds a push that comes while a deployment rolls back, and then releases it", async () => {
    await on.retryRelease(first.executionId);
    await on.rollsBack();
    const good = await on.around.push(file("after"));
    const runs = [await on.around.runOf(first.executionId), await on.around.runOf(good.executionId)] as const;
    expect(runs[0].status).to.equal("Stopped");
    expect(runs[0].summary).to.match(/^shop-[\w-]+: ECS ended the deployment: ROLLBACK_/u);
    expect(verdict(runs[1])).to.have.members(["Succeeded", ...built, ...released]);
    expect(await on.overlap(first.executionId, good.executionId)).to.equal(false);
    expect(await on.standing()).to.deep.equal(serving(2, good.commit));
  });

  it("ends the run in Migrate when the database cannot be reached, with that reason", async () => {
    for (const family of ["shop-staging-migrate", "shop-staging", "shop-staging-worker"]) await on.plant(family);
    await on.behave({ MIGRATION: "asks the database" });
    first = await on.around.push(file("database"));
    const run = await on.around.runOf(first.executionId);
    expect(verdict(run)).to.deep.equal(["Failed", ...approved, "Migrate Failed"]);
    expect(on.logged()).to.match(/nc: bad address 'database'/u);
    expect(await on.around.buildLog()).to.match(/exit code 1 .*nothing was deployed/u);
    expect(await on.standing()).to.deep.equal(earlier);
  });

  it("migrates and serves when its stage is retried after a failed migration, from no other person's revision", async () => {
    await on.startDatabase();
    await on.retryRelease(first.executionId);
    const run = await on.around.runOf(first.executionId);
    expect(verdict(run)).to.have.members(["Succeeded", ...built, "Migrate Failed", ...released]);
    expect(on.logged())
      .to.match(/the database answers/u)
      .and.not.to.match(/planted/u);
    // The revision after the planted one.
    expect(await on.standing()).to.deep.equal(serving(2, first.commit));
  });

  /** The expected state when releases have made so many revisions, the last of which serves. */
  const serving = (revisions: number, commit: string): Standing => ({
    answer: `ok ${commit.slice(0, 7)}`,
    taskDefinition: earlier.taskDefinition.replace(/\d+$/u, (revision) => String(Number(revision) + revisions)),
    migrations: [],
  });
});

const built = ["Source Succeeded", "Build Succeeded"];
const approved = [...built, "Approve Succeeded"];
const released = [
  ...["Approve Succeeded", "Migrate Succeeded", "Deploy Succeeded", "Deploy-worker Succeeded"],
  "Verify Succeeded",
];

const file = (name: string): Change => ({
  message: `A file for ${name}`,
  fails: false,
  edits: [{ file: "app/fault.txt", text: `${name}\n` }],
});

const crashing: Change = {
  message: "The server ends at once",
  fails: true,
  edits: [{ file: "app/server.sh", text: 'echo "no server today"\nexit 1\n' }],
};

/** The run's status, and each action's. */
function verdict({ status, actions }: PipelineRun): readonly string[] {
  return [status, ...actions.map((action) => `${action.name} ${action.status}`)];
}
