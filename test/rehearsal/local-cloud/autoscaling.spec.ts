import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  ListTagsForResourceCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { expect } from "chai";
import { autoscalingService } from "../../../local-cloud/ecs/autoscaling.ts";
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
  const raised: [string, number][] = [];

  before(async () => {
    local = await startLocalEndpoint();
    client = new ApplicationAutoScalingClient(local.asRoot);
    local.endpoint.serve(
      autoscalingService(local.world, (resourceId, minimum) => {
        raised.push([resourceId, minimum]);
        return Promise.resolve();
      }),
    );
  });
  after(() => local.close());

  it("raises the service to the minimum as soon as a target is registered or changed (API reference, RegisterScalableTarget)", async () => {
    const { ScalableTargetARN: resource } = await client.send(
      new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 4, Tags: { team: "shop" } }),
    );
    await client.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 2 }));
    expect(raised).to.deep.equal([
      [target.ResourceId, 1],
      [target.ResourceId, 2],
    ]);
    const { ScalableTargets } = await client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" }));
    expect(
      ScalableTargets?.map(({ CreationTime: _created, ...rest }) => (_created instanceof Date ? rest : {})),
    ).to.deep.equal([{ ...target, MinCapacity: 2, MaxCapacity: 4, ScalableTargetARN: resource }]);
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN: resource }));
    expect(Tags).to.deep.equal({ team: "shop" });
  });

  it("keeps policies with their target, and forgets them with it", async () => {
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
