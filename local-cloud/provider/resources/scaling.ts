import {
  DeleteScalingPolicyCommand,
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScheduledActionsCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
  type ScalableTarget,
} from "@aws-sdk/client-application-auto-scaling";
import type { PolicyArgs } from "@pulumi/aws/appautoscaling/policy.js";
import type { ScheduledActionArgs } from "@pulumi/aws/appautoscaling/scheduledAction.js";
import type { TargetArgs } from "@pulumi/aws/appautoscaling/target.js";

import { scaling } from "../kit/clients.ts";
import { handler, type Handlers, type Plain, required, unless } from "../kit/handler.ts";

const target = handler<TargetArgs>({
  replaceOn: ["resourceId", "scalableDimension", "serviceNamespace"],
  create: async (inputs) => ({ id: inputs.resourceId, outputs: { arn: await register(inputs) } }),
  update: async (_id, inputs) => ({ arn: await register(inputs) }),
  delete: (_id, state) =>
    unless(["ObjectNotFoundException"], scaling.send(new DeregisterScalableTargetCommand(dimension(state)))),
  read: async (_id, state) => {
    const { ResourceId, ...place } = dimension(state);
    const command = new DescribeScalableTargetsCommand({ ...place, ResourceIds: [ResourceId] });
    const [now] = (await scaling.send(command)).ScalableTargets ?? [];
    return now && { minCapacity: now.MinCapacity, maxCapacity: now.MaxCapacity, suspendedState: suspensionOf(now) };
  },
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

const scheduledAction = handler<ScheduledActionArgs>({
  autoname: "name",
  replaceOn: ["name", "resourceId", "scalableDimension", "serviceNamespace"],
  create: async (inputs) => ({ id: scheduledId(inputs), outputs: { arn: await schedule(inputs) } }),
  update: async (_id, inputs) => ({ arn: await schedule(inputs) }),
  delete: (_id, state) =>
    unless(
      ["ObjectNotFoundException"],
      scaling.send(
        new DeleteScheduledActionCommand({ ...dimension(state), ScheduledActionName: required(state.name, "name") }),
      ),
    ),
});

/** Application Auto Scaling resource types, served by real calls. */
export const scalingHandlers: Handlers = {
  "aws:appautoscaling/policy:Policy": policy,
  "aws:appautoscaling/scheduledAction:ScheduledAction": scheduledAction,
  "aws:appautoscaling/target:Target": target,
};

async function register(inputs: Plain<TargetArgs>): Promise<string | undefined> {
  const { suspendedState: suspended } = inputs;
  const { ScalableTargetARN } = await scaling.send(
    new RegisterScalableTargetCommand({
      ...dimension(inputs),
      MinCapacity: inputs.minCapacity,
      MaxCapacity: inputs.maxCapacity,
      SuspendedState: suspended && {
        DynamicScalingInSuspended: suspended.dynamicScalingInSuspended,
        DynamicScalingOutSuspended: suspended.dynamicScalingOutSuspended,
        ScheduledScalingSuspended: suspended.scheduledScalingSuspended,
      },
    }),
  );
  return ScalableTargetARN;
}

/** A suspended state in the terms of the program. */
function suspensionOf({ SuspendedState: state }: ScalableTarget) {
  return {
    dynamicScalingInSuspended: state?.DynamicScalingInSuspended ?? false,
    dynamicScalingOutSuspended: state?.DynamicScalingOutSuspended ?? false,
    scheduledScalingSuspended: state?.ScheduledScalingSuspended ?? false,
  };
}

function scheduledId(inputs: Plain<ScheduledActionArgs>): string {
  return [inputs.serviceNamespace, inputs.resourceId, required(inputs.name, "name")].join("-");
}

async function schedule(inputs: Plain<ScheduledActionArgs>): Promise<string | undefined> {
  const ScheduledActionName = required(inputs.name, "name");
  const { minCapacity, maxCapacity } = inputs.scalableTargetAction;
  const place = dimension(inputs);
  await scaling.send(
    new PutScheduledActionCommand({
      ...place,
      ScheduledActionName,
      Schedule: inputs.schedule,
      Timezone: inputs.timezone,
      ScalableTargetAction: { MinCapacity: minCapacity, MaxCapacity: maxCapacity },
    }),
  );
  const { ServiceNamespace, ResourceId } = place;
  const command = new DescribeScheduledActionsCommand({
    ServiceNamespace,
    ResourceId,
    ScheduledActionNames: [ScheduledActionName],
  });
  return (await scaling.send(command)).ScheduledActions?.[0]?.ScheduledActionARN;
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
