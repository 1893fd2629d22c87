import { randomUUID } from "node:crypto";
import type { Grant, Input, LocalService, World } from "../kit/service.ts";
import { describeTarget, notFound, scalableTargets, targetKey } from "./scalable-targets.ts";
import type { KeepWithin, Targets } from "./scalable-targets.ts";
import { scheduledActions } from "./scheduled-actions.ts";

/** Application Auto Scaling, and its clock for tests. */
export interface Autoscaling extends LocalService {
  /** Runs the scheduled actions of the minute of a moment, as if it were now. */
  readonly runScheduledActions: (moment: Date) => Promise<void>;
}

type Operations = Readonly<Record<string, (input: Input) => Promise<object>>>;

/** Application Auto Scaling of the local cloud: bounds and scheduled actions move the count, policies are recorded only. */
export function autoscalingService(world: World, keepWithin: KeepWithin): Autoscaling {
  const targets = scalableTargets(world, keepWithin);
  const schedule = scheduledActions(world, targets);
  const policies = scalingPolicies(world, targets);
  const tags = new Map<string, Readonly<Record<string, string>>>();
  const operations: Operations = {
    RegisterScalableTarget: async (input) => {
      const isNew = targets.find(input) === undefined;
      const { arn } = await targets.register(input);
      // "Use this parameter to tag the scalable target when it is created. To tag an existing one, use TagResource".
      if (isNew && input["Tags"] !== undefined) tags.set(arn, input["Tags"] as Record<string, string>);
      return { ScalableTargetARN: arn };
    },
    DeregisterScalableTarget: async (input) => {
      targets.remove(input);
      policies.forget(input);
      schedule.forget(input);
      return Promise.resolve({});
    },
    DescribeScalableTargets: async (input) => {
      const wanted = input["ResourceIds"] as readonly string[] | undefined;
      const found = targets
        .all()
        .filter(
          ({ place }) =>
            (wanted?.includes(String(place["ResourceId"])) ?? true) &&
            ["ServiceNamespace", "ScalableDimension"].every(
              (key) => input[key] === undefined || input[key] === place[key],
            ),
        );
      return Promise.resolve({ ScalableTargets: found.map(describeTarget) });
    },
    ...policies.operations,
    ...schedule.operations,
    ...taggingOf(tags),
  };
  return {
    targets: ["AnyScaleFrontendService"],
    operations,
    grants: Object.fromEntries(
      Object.keys(operations).map((operation) => [
        operation,
        (input: Input) => [grant(world, targets, tags, operation, input), ...validated(world, operation, input)],
      ]),
    ),
    runScheduledActions: schedule.runAt,
    close: async () => {
      schedule.close();
      return Promise.resolve();
    },
  };
}

function scalingPolicies(world: World, targets: Targets) {
  const policies = new Map<string, { readonly arn: string; readonly created: number; readonly input: Input }>();
  const keyOf = (input: Input): string => `${targetKey(input)} ${String(input["PolicyName"])}`;
  const operations: Operations = {
    PutScalingPolicy: async (input) => {
      targets.get(input);
      const arn = `arn:aws:autoscaling:${world.region}:${world.accountId}:scalingPolicy/${randomUUID()}`;
      const policy = policies.get(keyOf(input)) ?? { arn, created: Date.now() / 1000, input: {} };
      policies.set(keyOf(input), { ...policy, input: { ...policy.input, ...input } });
      return Promise.resolve({ PolicyARN: policy.arn, Alarms: [] });
    },
    DeleteScalingPolicy: async (input) => {
      if (!policies.delete(keyOf(input))) throw notFound("scaling policy", keyOf(input));
      return Promise.resolve({});
    },
    DescribeScalingPolicies: async (input) => {
      const names = input["PolicyNames"] as readonly string[] | undefined;
      const found = [...policies.values()].filter(
        (policy) =>
          (names?.includes(String(policy.input["PolicyName"])) ?? true) &&
          (input["ResourceId"] === undefined || policy.input["ResourceId"] === input["ResourceId"]),
      );
      const ScalingPolicies = found.map((policy) => ({
        ...policy.input,
        PolicyARN: policy.arn,
        CreationTime: policy.created,
        Alarms: [],
      }));
      return Promise.resolve({ ScalingPolicies });
    },
  };
  const forget = (input: Input): void => {
    for (const [key, policy] of policies) if (targetKey(policy.input) === targetKey(input)) policies.delete(key);
  };
  return { operations, forget };
}

function taggingOf(tags: Map<string, Readonly<Record<string, string>>>): Operations {
  return {
    TagResource: async (input) => {
      const key = String(input["ResourceARN"]);
      tags.set(key, { ...tags.get(key), ...(input["Tags"] as Record<string, string>) });
      return Promise.resolve({});
    },
    UntagResource: async (input) => {
      const gone = input["TagKeys"] as readonly string[];
      const key = String(input["ResourceARN"]);
      tags.set(key, Object.fromEntries(Object.entries(tags.get(key) ?? {}).filter(([name]) => !gone.includes(name))));
      return Promise.resolve({});
    },
    ListTagsForResource: async (input) => Promise.resolve({ Tags: tags.get(String(input["ResourceARN"])) ?? {} }),
  };
}

// Describing takes no narrower resource, and what changes a target has the two condition keys of its place: Service
// Authorization Reference, AWS Application Auto Scaling.
function grant(
  world: World,
  targets: Targets,
  tags: ReadonlyMap<string, Readonly<Record<string, string>>>,
  operation: string,
  input: Input,
): Grant {
  const action = `application-autoscaling:${operation}`;
  if (operation.startsWith("Describe")) return { action, resource: "*" };
  const unknown = `arn:aws:application-autoscaling:${world.region}:${world.accountId}:scalable-target/*`;
  const resource = (input["ResourceARN"] as string | undefined) ?? targets.find(input)?.arn ?? unknown;
  const place: Grant["context"] =
    input["ResourceId"] === undefined
      ? {}
      : {
          "application-autoscaling:service-namespace": String(input["ServiceNamespace"]),
          "application-autoscaling:scalable-dimension": String(input["ScalableDimension"]),
        };
  const own = Object.entries(tags.get(resource) ?? {}).map(
    ([key, value]) => [`aws:ResourceTag/${key}`, value] as const,
  );
  return { action, resource, context: { ...Object.fromEntries(own), ...place } };
}

/**
 * What a caller needs besides for the target itself: "validates permissions for requests associated with both the target
 * service and CloudWatch before proceeding" (user guide, "Permissions validation for API calls on target resources"; the
 * actions are those of its "identity-based policy examples" for ECS). AWS answers with a ValidationException.
 */
function validated({ region, accountId }: World, operation: string, input: Input): readonly Grant[] {
  if (operation !== "RegisterScalableTarget" && operation !== "PutScalingPolicy") return [];
  const service = `arn:aws:ecs:${region}:${accountId}:${String(input["ResourceId"])}`;
  const context = { "aws:CalledViaLast": "application-autoscaling.amazonaws.com" };
  return [
    ...["ecs:DescribeServices", "ecs:UpdateService"].map((action) => ({ action, resource: service, context })),
    ...["DescribeAlarms", "PutMetricAlarm", "DeleteAlarms"].map((action) => ({
      action: `cloudwatch:${action}`,
      resource: `arn:aws:cloudwatch:${region}:${accountId}:alarm:*`,
      context,
    })),
  ];
}
