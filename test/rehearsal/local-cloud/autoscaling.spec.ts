import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  ListTagsForResourceCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
  type RegisterScalableTargetCommandInput,
} from "@aws-sdk/client-application-auto-scaling";
import { expect } from "chai";
import { type Autoscaling, autoscalingService } from "../../../local-cloud/ecs/autoscaling.ts";
import type { KeepWithin } from "../../../local-cloud/ecs/scalable-targets.ts";
import { startLocalEndpoint } from "./local-endpoint.ts";
import type { LocalEndpoint } from "./local-endpoint.ts";

const target = {
  ServiceNamespace: "ecs",
  ResourceId: "service/shop-staging/shop-staging",
  ScalableDimension: "ecs:service:DesiredCount",
} as const;

describe("application auto scaling", function () {
  this.timeout(60_000);
  let local: LocalEndpoint;
  let client: ApplicationAutoScalingClient;
  let scaling: Autoscaling;
  const kept: Parameters<KeepWithin>[] = [];

  before(async () => {
    local = await startLocalEndpoint();
    client = new ApplicationAutoScalingClient(local.asRoot);
    scaling = autoscalingService(local.world, (...bounds) => {
      kept.push(bounds);
      return Promise.resolve();
    });
    local.endpoint.serve(scaling);
  });
  beforeEach(() => {
    kept.length = 0;
  });
  afterEach(async () => {
    await client.send(new DeregisterScalableTargetCommand(target)).catch(() => undefined);
  });
  after(async () => {
    await scaling.close?.();
    await local.close();
  });

  const register = (more: Partial<RegisterScalableTargetCommandInput>) =>
    client.send(new RegisterScalableTargetCommand({ ...target, ...more }));
  const described = async () => {
    const command = new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs", ResourceIds: [target.ResourceId] });
    const [found] = (await client.send(command)).ScalableTargets ?? [];
    return { bounds: [found?.MinCapacity, found?.MaxCapacity], suspended: found?.SuspendedState };
  };

  it("moves the service between its bounds whenever a target is registered or changed (API reference, RegisterScalableTarget)", async () => {
    const { ScalableTargetARN: resource } = await register({ MinCapacity: 1, MaxCapacity: 4, Tags: { team: "shop" } });
    await register({ MinCapacity: 2 });
    // "even if you don't include the MinCapacity or MaxCapacity request parameters"
    await register({});
    expect(kept).to.deep.equal([
      [target.ResourceId, 1, 4],
      [target.ResourceId, 2, 4],
      [target.ResourceId, 2, 4],
    ]);
    const { ScalableTargets } = await client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" }));
    expect(
      ScalableTargets?.map(({ CreationTime: _created, ...rest }) => (_created instanceof Date ? rest : {})),
    ).to.deep.equal([
      { ...target, MinCapacity: 2, MaxCapacity: 4, SuspendedState: suspension(false), ScalableTargetARN: resource },
    ]);
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN: resource }));
    expect(Tags).to.deep.equal({ team: "shop" });
    const others = [
      new DescribeScalableTargetsCommand({ ServiceNamespace: "dynamodb" }),
      new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs", ResourceIds: ["service/shop-staging/other"] }),
    ];
    for (const other of others) expect((await client.send(other)).ScalableTargets).to.deep.equal([]);
  });

  it("refuses a new target without both bounds, and a minimum above the maximum", async () => {
    const refused = async (more: Partial<RegisterScalableTargetCommandInput>) =>
      register(more).then(
        () => "accepted",
        (error: unknown) => (error as Error).name,
      );
    expect(await refused({ MinCapacity: 1 })).to.equal("ValidationException");
    expect(await refused({ SuspendedState: suspension(false) })).to.equal("ValidationException");
    expect(await refused({ MinCapacity: 3, MaxCapacity: 2 })).to.equal("ValidationException");
    await register({ MinCapacity: 1, MaxCapacity: 2 });
    expect(await refused({ MaxCapacity: 0 })).to.equal("ValidationException");
    expect(kept).to.deep.equal([[target.ResourceId, 1, 2]]);
  });

  it('leaves what an update does not name, also in the suspended state ("Suspend and resume scaling", user guide)', async () => {
    await register({ MinCapacity: 0, MaxCapacity: 4, SuspendedState: suspension(true) });
    expect(await described()).to.deep.equal({ bounds: [0, 4], suspended: suspension(true) });
    await register({ MinCapacity: 2 });
    expect(await described()).to.deep.equal({ bounds: [2, 4], suspended: suspension(true) });
    // "Each one can be suspended and resumed independently."
    await register({ SuspendedState: { ScheduledScalingSuspended: false } });
    expect(await described()).to.deep.equal({
      bounds: [2, 4],
      suspended: { ...suspension(true), ScheduledScalingSuspended: false },
    });
    await register({ SuspendedState: suspension(false) });
    expect(await described()).to.deep.equal({ bounds: [2, 4], suspended: suspension(false) });
  });

  it("runs a scheduled action in its minute and time zone, and none of a suspended target, not later either", async () => {
    await register({ MinCapacity: 1, MaxCapacity: 4, SuspendedState: { ScheduledScalingSuspended: true } });
    const night = {
      ...target,
      ScheduledActionName: "night",
      Schedule: "cron(30 19 ? * MON-FRI *)",
      Timezone: "Europe/Berlin",
      ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 0 },
    };
    await client.send(new PutScheduledActionCommand(night));
    const { ScheduledActions } = await client.send(new DescribeScheduledActionsCommand({ ServiceNamespace: "ecs" }));
    expect(ScheduledActions?.length).to.equal(1);
    expect(ScheduledActions?.[0]).to.deep.include(night);
    // A Monday in winter: 19:30 in Berlin is 18:30 in UTC.
    const due = new Date("2026-11-30T18:30:20Z");
    await scaling.runScheduledActions(due);
    expect((await described()).bounds).to.deep.equal([1, 4]);
    await register({ SuspendedState: { ScheduledScalingSuspended: false } });
    await scaling.runScheduledActions(new Date("2026-11-30T18:31:00Z"));
    await scaling.runScheduledActions(new Date("2026-11-29T18:30:00Z"));
    expect((await described()).bounds).to.deep.equal([1, 4]);
    kept.length = 0;
    await scaling.runScheduledActions(due);
    expect(kept).to.deep.equal([[target.ResourceId, 0, 0]]);
    expect(await described()).to.deep.equal({ bounds: [0, 0], suspended: suspension(false) });
    await client.send(new DeleteScheduledActionCommand(night));
    await register({ MinCapacity: 1, MaxCapacity: 4 });
    await scaling.runScheduledActions(due);
    expect((await described()).bounds).to.deep.equal([1, 4]);
  });

  it("asks for the target's ARN and the place's condition keys (Service Authorization Reference)", async () => {
    const { ScalableTargetARN = "" } = await register({ MinCapacity: 0, MaxCapacity: 4, Tags: { team: "shop" } });
    const service = `arn:aws:ecs:us-east-1:000000000000:${target.ResourceId}`;
    const roleArn = await local.role("scaler", "codebuild.amazonaws.com", [
      {
        Effect: "Allow",
        Action: "application-autoscaling:RegisterScalableTarget",
        Resource: ScalableTargetARN,
        Condition: {
          StringEquals: {
            "application-autoscaling:service-namespace": "ecs",
            "application-autoscaling:scalable-dimension": "ecs:service:DesiredCount",
            "aws:ResourceTag/team": "shop",
          },
        },
      },
      { Effect: "Allow", Action: ["ecs:DescribeServices", "ecs:UpdateService"], Resource: service },
      {
        Effect: "Allow",
        Action: ["cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"],
        Resource: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:*",
        Condition: { StringEquals: { "aws:CalledViaLast": "application-autoscaling.amazonaws.com" } },
      },
    ]);
    const credentials = await local.identity.assume(roleArn, "codebuild.amazonaws.com", "test", "");
    const asRole = new ApplicationAutoScalingClient({ ...local.asRoot, credentials });
    await asRole.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 2 }));
    const other = { ...target, ResourceId: "service/shop-staging/other", MinCapacity: 1, MaxCapacity: 1 };
    const denied = await Promise.allSettled([
      asRole.send(new RegisterScalableTargetCommand(other)),
      asRole.send(new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" })),
    ]);
    expect(denied.map((one) => (one.status === "rejected" ? (one.reason as Error).name : one.status))).to.deep.equal([
      "AccessDeniedException",
      "AccessDeniedException",
    ]);
    expect((await described()).bounds).to.deep.equal([2, 4]);
  });

  it("asks its caller for the permissions on the service and its alarms as well (Permissions validation for API calls on target resources)", async () => {
    const roleArn = await local.role("lacking", "codebuild.amazonaws.com", [
      { Effect: "Allow", Action: "application-autoscaling:*", Resource: "*" },
    ]);
    const credentials = await local.identity.assume(roleArn, "codebuild.amazonaws.com", "test", "");
    const asRole = new ApplicationAutoScalingClient({ ...local.asRoot, credentials });
    const before = local.asked.length;
    const denied = await asRole
      .send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 1 }))
      .catch((error: unknown) => (error as Error).name);
    expect(denied).to.equal("AccessDeniedException");
    expect(local.asked.slice(before).map(({ action, allowed }) => `${action} ${String(allowed)}`)).to.deep.equal([
      "application-autoscaling:RegisterScalableTarget true",
      "ecs:DescribeServices false",
      "ecs:UpdateService false",
      "cloudwatch:DescribeAlarms false",
      "cloudwatch:PutMetricAlarm false",
      "cloudwatch:DeleteAlarms false",
    ]);
  });

  it("keeps policies with their target, and forgets them with it", async () => {
    await register({ MinCapacity: 1, MaxCapacity: 4 });
    const policy = { ...target, PolicyName: "cpu", PolicyType: "TargetTrackingScaling" } as const;
    const { PolicyARN } = await client.send(
      new PutScalingPolicyCommand({ ...policy, TargetTrackingScalingPolicyConfiguration: { TargetValue: 60 } }),
    );
    const names = async () =>
      (await client.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: "ecs" }))).ScalingPolicies?.map(
        (one) => one.PolicyARN,
      );
    expect(await names()).to.deep.equal([PolicyARN]);
    await client.send(new DeleteScalingPolicyCommand(policy));
    expect(await names()).to.deep.equal([]);
    await client.send(
      new PutScalingPolicyCommand({ ...policy, TargetTrackingScalingPolicyConfiguration: { TargetValue: 60 } }),
    );
    await client.send(new DeregisterScalableTargetCommand(target));
    expect(await names()).to.deep.equal([]);
    const again = await client
      .send(new DeregisterScalableTargetCommand(target))
      .catch((error: unknown) => (error as Error).name);
    expect(again).to.equal("ObjectNotFoundException");
  });
});

const suspension = (suspended: boolean) => ({
  DynamicScalingInSuspended: suspended,
  DynamicScalingOutSuspended: suspended,
  ScheduledScalingSuspended: suspended,
});
