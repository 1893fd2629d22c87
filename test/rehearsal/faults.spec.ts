import { expect } from "chai";
import { withMigration } from "../../rehearsal/changes.ts";
import type { Change } from "../../rehearsal/kit/commits.ts";
import type { PipelineRun } from "../../rehearsal/kit/pipeline-run.ts";
import { timeline } from "../../rehearsal/kit/timeline.ts";
import { startFaultWorld, type FaultWorld, type Standing } from "./fault-world.ts";
import { stepByStep } from "../support/step-by-step.ts";

describe("a fault during a release", function () {
  this.timeout(300_000);
  // Each release continues from the one before.
  stepByStep();
  const lines: string[] = [];
  const told = timeline((line) => lines.push(line));
  let on: FaultWorld;
  let earlier: Standing;

  before(async () => {
    on = await startFaultWorld(told.note);
  });
  beforeEach(async () => {
    await on.around.untilSteady();
    earlier = await on.standing();
  });
  after(async function () {
    // The lines are what a person needs to look into a failure.
    if (this.test?.parent?.tests.some(({ state }) => state === "failed")) process.stdout.write(`${lines.join("\n")}\n`);
    await on.around.close();
  });

  it("ends the run in Build when the registry is down during the push, and after one more attempt", async () => {
    const { commit, executionId } = await on.around.push(file("registry"));
    await on.buildEnters("BUILD");
    on.around.cloud.setRegistry(false);
    const run = await on.around.runOf(executionId).finally(() => {
      on.around.cloud.setRegistry(true);
    });
    expect(verdict(run)).to.deep.equal(["Failed", "Source Succeeded", "Build Failed", "Build Failed"]);
    // The first attempt could not push and had nothing to hand over, the second could not even log in.
    expect(await on.failedPhases(2)).to.deep.equal(["POST_BUILD", "UPLOAD_ARTIFACTS", "PRE_BUILD"]);
    expect(await on.around.buildLog()).to.match(/http:\/\/127\.0\.0\.1:\d+\/v2\//u);
    expect(await on.stages(executionId)).to.deep.equal(["Source Succeeded", "Build Failed"]);
    expect(await on.imageOf(commit)).to.equal("ImageNotFoundException");
    expect(await on.standing()).to.deep.equal(earlier);
  });

  it("needs no person when a build is killed: the build is tried again", async () => {
    const { commit, executionId } = await on.around.push(file("killed"));
    await on.buildEnters("BUILD");
    await on.killBuild();
    const run = await on.around.runOf(executionId);
    expect(verdict(run)).to.have.members(["Succeeded", "Build Failed", ...built, ...released]);
    expect(run.actions[1]?.error).to.equal("Build terminated with state: STOPPED");
    expect(await on.standing()).to.deep.equal(serving(1, commit));
  });

  it("ends the run in Migrate, and the migration's task, when a migration hangs past its limit", async () => {
    // A stack's minimum limit is a minute; this test needs less.
    const restore = await on.limitMigrations("0");
    const { executionId } = await on.around.push(hanging);
    const run = await on.around.runOf(executionId).finally(restore);
    expect(verdict(run)).to.deep.equal(["Failed", ...approved, "Migrate Failed"]);
    expect(await on.around.buildLog()).to.match(/longer than 0 minutes.*nothing was deployed/u);
    expect(await on.stages(executionId)).to.deep.equal([...approved, "Release Failed"]);
    expect(await on.standing()).to.deep.equal(earlier);
  });

  it("ends the run before Release when its approval is rejected, and releases the push of the same second", async () => {
    const pushes = [await on.around.push(file("first")), await on.around.push(file("second"))] as const;
    await on.decide(pushes[0].executionId, "Rejected");
    const runs = [await on.around.runOf(pushes[0].executionId), await on.around.runOf(pushes[1].executionId)] as const;
    expect(verdict(runs[0])).to.deep.equal(["Failed", ...built, "Approve Failed"]);
    expect(runs[0].actions.at(-1)?.error).to.equal("not today");
    expect(verdict(runs[1])).to.have.members(["Succeeded", ...built, ...released]);
    expect(await on.stages(pushes[1].executionId)).to.deep.equal([...approved, "Release Succeeded"]);
    expect(await on.standing()).to.deep.equal(serving(1, pushes[1].commit));
  });

  it("holds a push that comes while a deployment rolls back, and then releases it", async () => {
    const sick = await on.around.push(crashing);
    await on.decide(sick.executionId, "Approved");
    await on.rollsBack();
    const good = await on.around.push(file("after"));
    const runs = [await on.around.runOf(sick.executionId), await on.around.runOf(good.executionId)] as const;
    expect(runs[0].status).to.equal("Stopped");
    expect(runs[0].summary).to.match(/^shop-[\w-]+: ECS ended the deployment: ROLLBACK_/u);
    expect(verdict(runs[1])).to.have.members(["Succeeded", ...built, ...released]);
    expect(await on.overlap(sick.executionId, good.executionId)).to.equal(false);
    expect(await on.standing()).to.deep.equal(serving(2, good.commit));
  });

  it("ends the run in Migrate when the database cannot be reached, with that reason", async () => {
    const restore = await on.takeDatabaseAway();
    const { executionId } = await on.around.push(file("database"));
    const run = await on.around.runOf(executionId).finally(restore);
    expect(verdict(run)).to.deep.equal(["Failed", ...approved, "Migrate Failed"]);
    expect(on.logged()).to.match(/could not translate host name "database"/u);
    expect(await on.around.buildLog()).to.match(/exit code 1 .*nothing was deployed/u);
    expect(await on.standing()).to.deep.equal(earlier);
  });

  it("migrates and serves when its stage is retried after a failed migration, from no other person's revision", async () => {
    for (const family of ["shop-staging-migrate", "shop-staging", "shop-staging-worker"]) await on.plant(family);
    const restore = await on.takeDatabaseAway();
    const { commit, executionId } = await on.around.push(withMigration);
    const failed = await on.around.runOf(executionId).finally(restore);
    expect(verdict(failed)).to.deep.equal(["Failed", ...approved, "Migrate Failed"]);
    expect(on.logged()).not.to.match(/AddAuthorToNotes: migrated/u);
    const run = await on.retry(executionId, "FAILED_ACTIONS");
    expect(verdict(run)).to.have.members(["Succeeded", ...built, "Migrate Failed", ...released]);
    expect(on.logged())
      .to.match(/AddAuthorToNotes: migrated/u)
      .and.not.to.match(/planted/u);
    // The revision after the planted one.
    expect(await on.standing()).to.deep.equal(serving(2, commit));
  });

  it("migrates again and serves when all of its stage is retried after a failed Deploy", async () => {
    const { commit, executionId } = await on.around.push(file("deploy"));
    const failed = await on.forbidden("pipeline", "ecs:UpdateService", () => on.around.runOf(executionId));
    const deploys = ["Migrate Succeeded", "Deploy Failed", "Deploy-worker Failed", "Verify Failed"];
    expect(verdict(failed)).to.have.members(["Failed", ...approved, ...deploys]);
    const { version, migrations } = await on.standing();
    expect([version, migrations]).to.deep.equal([earlier.version, []]);
    const run = await on.retry(executionId, "ALL_ACTIONS");
    expect(verdict(run)).to.have.members(["Succeeded", ...built, ...deploys, ...released]);
    // Deploy registers its revision before it asks for the deployment, in the first try as well.
    expect(await on.standing()).to.deep.equal(serving(2, commit));
  });

  /** The expected state when releases have made so many revisions, the last of which serves. */
  const serving = (revisions: number, commit: string): Standing => ({
    version: commit.slice(0, 7),
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
  edits: [{ file: "app/public/fault.txt", text: `${name}\n` }],
});

const hanging: Change = {
  message: "Notes never get done",
  fails: true,
  edits: [
    {
      file: "app/db/migrate/20260401000000_wait_for_ever.rb",
      text: `class WaitForEver < ActiveRecord::Migration[6.1]
  def up
    sleep
  end
end
`,
    },
  ],
};

const crashing: Change = {
  message: "Puma needs what is not there",
  fails: true,
  edits: [{ file: "app/config/puma.rb", text: 'abort "no puma today"\n' }],
};

/** The run's status, and each action's. */
function verdict({ status, actions }: PipelineRun): readonly string[] {
  return [status, ...actions.map((action) => `${action.name} ${action.status}`)];
}
