import { expect } from "chai";
import { timeline } from "../../rehearsal/kit/timeline.ts";
import { stepByStep } from "../support/step-by-step.ts";
import { startRetryWorld, type RetryWorld, type Verdict } from "./retry-world.ts";

// Each retry follows the one before it, mostly in the same run, which saves builds.
describe("a stage that is retried", function () {
  this.timeout(300_000);
  stepByStep();
  const lines: string[] = [];
  const told = timeline((line) => lines.push(line));
  let on: RetryWorld | undefined;
  let world: RetryWorld;
  /** The commit that serves, the one that is pushed, and its run. */
  let old: string;
  let commit: string;
  let run: string;

  before(async () => {
    on = world = await startRetryWorld({ log: told.note });
    commit = on.first.commit.slice(0, 7);
  });
  afterEach(async () => {
    expect(await world.migrations.overlaps(), "migrations that ran at the same time").to.deep.equal([]);
  });
  after(async function () {
    // The lines are what a person needs to look into a failure.
    if (this.test?.parent?.tests.some(({ state }) => state === "failed")) process.stdout.write(`${lines.join("\n")}\n`);
    await on?.around.close();
  });

  /** Pushes a change of a file; returns what its run has come to. */
  const push = async (file: string, text: string): Promise<Verdict> => {
    const edits = [{ file: `app/${file}`, text }];
    const pushed = await world.around.push({ message: text, fails: false, edits });
    [old, commit, run] = [commit, pushed.commit.slice(0, 7), pushed.executionId];
    return await world.ended(run);
  };
  const retry = (mode: "FAILED_ACTIONS" | "ALL_ACTIONS" = "FAILED_ACTIONS") => world.retry(run, "Release", mode);
  /** Both services run the commit from before, or both the new one: never a mixture. */
  const all = (tag: string) => ({ web: tag, worker: tag });
  const stays = (actions: readonly string[], status = "Failed"): Verdict => ({
    status,
    actions: actions.toSorted(),
    serving: all(old),
  });
  const serves = (actions: readonly string[], status = "Succeeded"): Verdict => ({
    status,
    actions: actions.toSorted(),
    serving: all(commit),
  });
  const deployed = ["Deploy Succeeded", "Deploy-worker Succeeded"];
  /** Why the newest try of the action Deploy failed. */
  const deployError = async () =>
    (await world.around.runOf(run)).actions.findLast(({ name }) => name === "Deploy")?.error;

  it("fails in Build again, with the same last line, when a test of the application fails", async () => {
    const failed = ["Build Failed"];
    const verdict = await push("check.sh", "#!/bin/sh\necho 'one test fails'\nexit 3\n");
    expect(verdict).to.deep.equal(stays(["Source Succeeded", ...failed, ...failed]));
    const line = "build: failed, so nothing is pushed; see its log above";
    expect([await world.lastLine(), world.around.printed(/^one test/)]).to.deep.equal([line, "one test fails"]);
    expect(await world.retry(run, "Build")).to.deep.equal(stays(failed));
    expect(await world.lastLine()).to.equal(line);
    commit = old;
  });

  it("ends in Build when the registry goes down during the push, and after one more attempt", async () => {
    await world.behave({ MIGRATION: "fails" });
    const down = await world.withoutRegistry(
      () => world.isIn("build", "BUILD"),
      () => push("check.sh", "#!/bin/sh\necho checked\n"),
    );
    expect(down).to.deep.equal(stays(["Source Succeeded", "Build Failed", "Build Failed"]));
    // The first attempt could not push and had nothing to hand over, the second could not even log in.
    expect(await world.failedPhases("build", 2)).to.deep.equal(["POST_BUILD", "UPLOAD_ARTIFACTS", "PRE_BUILD"]);
    expect(await world.around.buildLog()).to.match(/http:\/\/127\.0\.0\.1:\d+\/v2\//u);
    expect(await world.image(commit)).to.equal("ImageNotFoundException");
  });

  it("goes on from Build to Release when the registry is there again", async () => {
    expect(await world.retry(run, "Build")).to.deep.equal(stays(["Build Succeeded", "Migrate Failed"]));
    expect(await world.lastLine()).to.match(/^migrate: exit code 1 \(.*\); nothing was deployed$/);
  });

  it("fails in Migrate as long as the migration does, and while ECS refuses to run it", async () => {
    expect(await retry()).to.deep.equal(stays(["Migrate Failed"]));
    expect(await world.lastLine()).to.match(/^migrate: exit code 1 \(.*\); nothing was deployed$/);
    await world.behave({ MIGRATION: "ok" });
    const refused = await world.forbidden("migrate", "ecs:RunTask", () => retry("ALL_ACTIONS"));
    expect(refused).to.deep.equal(stays(["Migrate Failed"]));
    expect(await world.lastLine()).to.match(/ecs:RunTask/);
  });

  it("runs no second migration while one goes on whose step was killed, and says so until that is stopped", async () => {
    await world.behave({ MIGRATION: "waits" });
    const killed = world.killWhen("migrate", async () => (await world.migrations.running()) > 0);
    expect((await Promise.all([retry(), killed]))[0]).to.deep.equal(stays(["Migrate Failed"]));
    await world.behave({ MIGRATION: "ok" });
    expect(await world.migrations.running()).to.equal(1);
    expect(await retry()).to.deep.equal(stays(["Migrate Failed"]));
    expect(await world.lastLine()).to.match(
      /^migrate: a task of an earlier run is still running: .*; wait for it or stop it, then release again$/,
    );
    await world.migrations.stop();
  });

  it("fails in Deploy, with both services as they were, while the ECS actions can make no deployment", async () => {
    const undeployed = ["Deploy Failed", "Deploy-worker Failed", "Verify Failed"];
    const verdict = await world.forbidden("pipeline", "ecs:UpdateService", () => retry());
    expect(verdict).to.deep.equal(stays(["Migrate Succeeded", ...undeployed]));
    expect(await world.lastLine()).to.match(/^shop-staging.*: the ECS action ended before it made a deployment/);
    expect(await deployError()).to.match(
      /not authorized to perform: ecs:UpdateService on resource: .*service\/shop-staging/,
    );
    const again = await world.forbidden("pipeline", "iam:PassRole", () => retry());
    expect(again).to.deep.equal(stays(undeployed));
    expect(await deployError()).to.match(/not authorized to perform: iam:PassRole on resource: .*role\/shop-staging-/);
  });

  it("fails in Verify while ECR refuses to name the images, and verifies what was deployed when ECR answers", async () => {
    const refused = await world.forbidden("verify", "ecr:DescribeImages", () => retry());
    expect(refused).to.deep.equal(serves([...deployed, "Verify Failed"], "Failed"));
    expect(await world.lastLine()).to.match(/ecr:DescribeImages/);
    expect(await retry()).to.deep.equal(serves(["Verify Succeeded"]));
  });

  it("leaves no mixture when ECS has ended one deployment: in part it says why not, as a whole it deploys again", async () => {
    await world.behave({ WORKER: "ends" });
    const verdict = await push("note.txt", "one deployment ends\n");
    expect([verdict.status, verdict.serving]).to.deep.equal(["Stopped", all(old)]);
    await world.behave({ WORKER: "ok" });
    const part = await retry();
    lines.push(JSON.stringify([verdict, part, await world.lastLine()]));
    expect([part.status, part.serving]).to.deep.equal(["Failed", all(old)]);
    expect(await world.lastLine()).to.match(/release again$/);
  });

  it("takes both services back and ends the run when all actions are retried and one service is not ready in time", async () => {
    await world.behave({ WORKER: "starts" });
    const verdict = await world.changed("verify", { TIMEOUT_MINUTES: "0", POLL_SECONDS: "15" }, () =>
      retry("ALL_ACTIONS"),
    );
    expect([verdict.status, verdict.serving]).to.deep.equal(["Stopped", all(old)]);
    expect(await world.lastLine()).to.equal("ECS has not decided within 0 minutes");
    await world.behave({ WORKER: "ok" });
  });

  it("fails in Verify while the smoke test does, and says that the new revisions run", async () => {
    await world.behave({ WEB: "strange" });
    const verdict = await retry("ALL_ACTIONS");
    expect(verdict).to.deep.equal(serves(["Migrate Succeeded", ...deployed, "Verify Failed"], "Failed"));
    expect(await world.lastLine()).to.match(/^smoke test: .* does not answer "ok .*; the new revision still runs$/);
    expect(await retry()).to.deep.equal(serves(["Verify Failed"], "Failed"));
  });

  it("verifies what was deployed after Verify was killed in the middle", async () => {
    await world.behave({ WEB: "ok" });
    const killed = world.killWhen("verify", () => world.deploying());
    const [verdict] = await Promise.all([retry("ALL_ACTIONS"), killed]);
    expect(verdict).to.deep.equal(serves(["Migrate Succeeded", ...deployed, "Verify Failed"], "Failed"));
    expect(await retry()).to.deep.equal(serves(["Verify Succeeded"]));
  });
});
