import {
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import type { PolicyArgs } from "@pulumi/aws/appautoscaling/policy.js";
import type { TargetArgs } from "@pulumi/aws/appautoscaling/target.js";

import { scaling } from "../kit/clients.ts";
import { handler, type Handlers, type Plain, required, unless } from "../kit/handler.ts";

const target = handler<TargetArgs>({
  replaceOn: ["resourceId", "scalableDimension", "serviceNamespace"],
  create: async (inputs) => {
    await register(inputs);
    return { id: inputs.resourceId, outputs: {} };
  },
  update: async (_id, inputs) => {
    await register(inputs);
    return {};
  },
  delete: (_id, state) =>
    unless(["ObjectNotFoundException"], scaling.send(new DeregisterScalableTargetCommand(dimension(state)))),
});

const policy = handler<PolicyArgs>({
  autoname: "name",
  replaceOn: ["name", "resourceId", "scalableDimension", "serviceNamespace"],
  create: async (inputs) => {
    const arn = await put(inputs);
    return { id: required(inputs.name, "name"), outputs: { arn } };
  },
  update: async (_id, inputs) => ({ arn: await put(inputs) }),
  delete: (id, state) =>
    unless(
      ["ObjectNotFoundException"],
      scaling.send(new DeleteScalingPolicyCommand({ PolicyName: id, ...dimension(state) })),
    ),
});

/** Application Auto Scaling resource types, served by real calls. */
export const scalingHandlers: Handlers = {
  "aws:appautoscaling/policy:Policy": policy,
  "aws:appautoscaling/target:Target": target,
};

async function register(inputs: Plain<TargetArgs>): Promise<void> {
  const range = { MinCapacity: inputs.minCapacity, MaxCapacity: inputs.maxCapacity };
  await scaling.send(new RegisterScalableTargetCommand({ ...dimension(inputs), ...range }));
}

async function put(inputs: Plain<PolicyArgs>): Promise<string | undefined> {
  const tracking = inputs.targetTrackingScalingPolicyConfiguration;
  const { PolicyARN } = await scaling.send(
    new PutScalingPolicyCommand({
      PolicyName: inputs.name,
      PolicyType: inputs.policyType as never,
      ...dimension(inputs),
      TargetTrackingScalingPolicyConfiguration: tracking && {
        TargetValue: tracking.targetValue,
        ScaleInCooldown: tracking.scaleInCooldown,
        ScaleOutCooldown: tracking.scaleOutCooldown,
        PredefinedMetricSpecification: tracking.predefinedMetricSpecification && {
          PredefinedMetricType: tracking.predefinedMetricSpecification.predefinedMetricType as never,
          ResourceLabel: tracking.predefinedMetricSpecification.resourceLabel,
        },
      },
    }),
  );
  return PolicyARN;
}

function dimension(inputs: {
  readonly resourceId: string;
  readonly scalableDimension: string;
  readonly serviceNamespace: string;
}) {
  return {
    ResourceId: inputs.resourceId,
    ScalableDimension: inputs.scalableDimension as never,
    ServiceNamespace: inputs.serviceNamespace as never,
  };
}
