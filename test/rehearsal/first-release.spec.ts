import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { DescribeServicesCommand, ECSClient } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import type { Asked } from "../../local-cloud/index.ts";
import { timeline } from "../../rehearsal/kit/timeline.ts";
import { stepByStep } from "../support/step-by-step.ts";
import { until } from "./local-cloud/ecs-world.ts";
import { startSmallWorld, type SmallWorld, type Verdict } from "./retry-world.ts";

describe("an environment that scales and sleeps, of two services and a migration,", function () {
  this.timeout(300_000);
  stepByStep();
  const lines: string[] = [];
  const asked: Asked[] = [];
  const told = timeline((line) => lines.push(line));
  let on: SmallWorld | undefined;
  let world: SmallWorld;
  let scaling: ApplicationAutoScalingClient;
  let run: string;
  let newest: Verdict & { readonly commit: string };

  before(async () => {
    on = world = await startSmallWorld({
      log: told.note,
      settings: {
        maximumCount: 3,
        // The parameters that this test changes would redeploy their services.
        deployParameterChanges: false,
        // Not in the minutes of this test.
        schedule: ["0 7 1 1 ? 2099 = on", "0 19 1 1 ? 2099 = off"],
      },
      onAsked: (one) => void asked.push(one),
    });
    scaling = new ApplicationAutoScalingClient(on.around.client);
  });
  after(async function () {
    // The lines are what a person needs to look into a failure.
    if (this.test?.parent?.tests.some(({ state }) => state === "failed")) process.stdout.write(`${lines.join("\n")}\n`);
    await on?.around.close();
  });

  /** Minimum, maximum, and whether anything is suspended, of each service's scalable target. */
  const targets = async (): Promise<Readonly<Record<string, readonly [number, number, readonly boolean[]]>>> => {
    const { ScalableTargets = [] } = await scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" }),
    );
    return Object.fromEntries(
      ScalableTargets.map(({ ResourceId = "", MinCapacity = -1, MaxCapacity = -1, SuspendedState: state = {} }) => [
        ResourceId.split("/").at(-1) ?? "",
        [MinCapacity, MaxCapacity, [...new Set(Object.values(state))]] as const,
      ]),
    );
  };
  const counts = async (): Promise<readonly (number | undefined)[]> => {
    const { services = [] } = await new ECSClient(world.around.client).send(
      new DescribeServicesCommand({ cluster: "shop-staging", services: ["shop-staging", "shop-staging-worker"] }),
    );
    return services.map(({ runningCount }) => runningCount);
  };
  const suspended = { "shop-staging": [0, 3, [true]], "shop-staging-worker": [0, 1, [true]] };
  const active = { "shop-staging": [1, 3, [false]], "shop-staging-worker": [1, 1, [false]] };

  it("has all that scales it after the first up, suspended, with a minimum of 0", async () => {
    const namespace = { ServiceNamespace: "ecs" } as const;
    const { ScalingPolicies = [] } = await scaling.send(new DescribeScalingPoliciesCommand(namespace));
    const { ScheduledActions = [] } = await scaling.send(new DescribeScheduledActionsCommand(namespace));
    expect([ScalingPolicies.length, ScheduledActions.length]).to.deep.equal([1, 4]);
    expect(await targets()).to.deep.equal(suspended);
    await world.around.cloud.autoscaling.runScheduledActions(new Date("2099-01-01T07:00:00Z"));
    expect([await targets(), await counts()]).to.deep.equal([suspended, [0, 0]]);
  });

  it("is left suspended and without tasks by a first release that fails", async () => {
    await world.behave({ WORKER: "ends" });
    const pushed = await world.around.push();
    run = pushed.executionId;
    const { status, serving: tasks } = await world.ended(run);
    expect([status, tasks, await counts()]).to.deep.equal(["Failed", {}, [0, 0]]);
    expect(await world.lastLine()).to.match(/^shop-staging-worker: first release: .*; the count of .* is 0 again$/);
    expect(await targets()).to.deep.equal(suspended);
  });

  it("scales after a first release that succeeds, with one call for each service", async () => {
    await world.behave({ WORKER: "ok" });
    const from = asked.length;
    expect((await world.retry(run, "Release", "ALL_ACTIONS")).status).to.equal("Succeeded");
    expect(await targets()).to.deep.equal(active);
    const registered = asked.slice(from).filter(({ action }) => action.endsWith(":RegisterScalableTarget"));
    expect(registered).to.have.lengthOf(2);
  });

  it("has only its two targets updated by the next up, to what they have already, and nothing by the one after it", async () => {
    const { changes } = await world.around.up();
    expect(changes).to.include({ create: 0, update: 2, replace: 0, delete: 0 });
    expect(await targets()).to.deep.equal(active);
    expect((await world.around.up()).changes).to.include({ create: 0, update: 0, replace: 0, delete: 0 });
  });

  it("falls asleep and wakes up by its scheduled actions", async () => {
    const { autoscaling } = world.around.cloud;
    await autoscaling.runScheduledActions(new Date("2099-01-01T19:00:00Z"));
    expect(await targets()).to.deep.equal({ "shop-staging": [0, 0, [false]], "shop-staging-worker": [0, 0, [false]] });
    await until(counts, (now) => now.every((count) => count === 0));
    await autoscaling.runScheduledActions(new Date("2099-01-01T07:00:00Z"));
    expect(await targets()).to.deep.equal(active);
    await until(counts, (now) => now.every((count) => count === 1));
    await world.around.untilSteady();
  });

  /** Pushes a note, and returns what its run has come to. */
  const push = async (text: string): Promise<typeof newest> => {
    const edits = [{ file: "app/note.txt", text: `${text}\n` }];
    const { commit, executionId } = await world.around.push({ message: text, fails: false, edits });
    return { ...(await world.ended(executionId)), commit: commit.slice(0, 7) };
  };

  it("starts CodeBuild three times for a release, and calls AWS no more often than it has to", async () => {
    world.around.cloud.pipelines.dropFields(["versionConsistency", "restartPolicy"]);
    const from = asked.length;
    newest = await push("counted");
    expect(newest.status).to.equal("Succeeded");
    const calls = asked.slice(from).map(({ roleArn, action }) => [roleArn.split("shop-staging-")[1] ?? "", action]);
    expect(calls.filter(([, action]) => action === "codebuild:StartBuild")).to.have.lengthOf(3);
    // How often a step looks at what goes on, and writes its log, depends on the machine.
    const looks = ["codepipeline:ListActionExecutions", "ecs:DescribeServiceDeployments", "ecs:DescribeTasks"];
    const others = calls.filter(([, action = ""]) => ![...looks, "logs:PutLogEvents"].includes(action));
    const numbers = ["build", "migrate", "verify"].map((role) => others.filter(([by]) => by === role).length);
    lines.push(JSON.stringify([numbers, others]));
    // Permissions asked for: a call may need several. Counted: 25, 13 and 24.
    for (const [index, ceiling] of [30, 16, 28].entries()) expect(numbers[index]).to.be.within(1, ceiling);
  });

  it("has a warning in that release, whose ECS action dropped a field that only matters for recovery", () => {
    const { status, commit, serving } = newest;
    expect([status, serving]).to.deep.equal(["Succeeded", { web: commit, worker: commit }]);
    expect(world.around.printed(/warning/)).to.match(/^shop-staging-worker: warning: .*worker: restartPolicy: missing/);
  });

  it("takes both services back, and names the field, when the ECS action drops one that matters", async () => {
    world.around.cloud.pipelines.dropFields(["healthCheck"]);
    const { status, serving: now } = await push("heavy");
    expect(await world.lastLine()).to.match(/^shop-staging: .*web: healthCheck: missing/);
    expect([status, now]).to.deep.equal(["Failed", newest.serving]);
    world.around.cloud.pipelines.dropFields(["versionConsistency"]);
  });
});
