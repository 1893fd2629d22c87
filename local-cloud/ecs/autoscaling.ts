import { randomUUID } from "node:crypto";
import { AwsError } from "../kit/service.ts";
import type { Grant, Input, LocalService, World } from "../kit/service.ts";

/** Raises the desired count of `service/<cluster>/<service>` to a minimum, if it is lower. */
export type RaiseDesiredCount = (resourceId: string, minimum: number) => Promise<void>;

interface Target {
  readonly input: Input;
  readonly arn: string;
  readonly created: number;
}

/**
 * Application Auto Scaling of the local cloud: it records targets and policies; only a target's minimum has an effect.
 */
export function autoscalingService(world: World, raiseDesiredCount: RaiseDesiredCount): LocalService {
  const targets = new Map<string, Target>();
  const policies = new Map<string, Target>();
  const tags = new Map<string, Readonly<Record<string, string>>>();
  const arn = (kind: string): string =>
    `arn:aws:${kind === "scalable-target" ? "application-autoscaling" : "autoscaling"}:${world.region}:${world.accountId}:${kind}/${randomUUID()}`;

  return {
    targets: ["AnyScaleFrontendService"],
    operations: {
      // "If you register a scalable target and its capacity is lower than the minimum, Application Auto Scaling scales
      // it out": API reference, RegisterScalableTarget, MinCapacity.
      RegisterScalableTarget: async (input) => {
        const known = targets.get(targetKey(input));
        const target = known ?? { arn: arn("scalable-target"), created: Date.now() / 1000, input: {} };
        const merged: Input = { ...target.input, ...input };
        const { Tags: newTags, ...described } = merged;
        targets.set(targetKey(input), { ...target, input: described });
        if (known === undefined && newTags !== undefined) tags.set(target.arn, newTags as Record<string, string>);
        await raiseDesiredCount(String(input["ResourceId"]), Number(merged["MinCapacity"]));
        return { ScalableTargetARN: target.arn };
      },
      DeregisterScalableTarget: (input) => {
        if (!targets.delete(targetKey(input))) throw notFound("scalable target", targetKey(input));
        for (const [key, policy] of policies) if (targetKey(policy.input) === targetKey(input)) policies.delete(key);
        return Promise.resolve({});
      },
      DescribeScalableTargets: (input) => {
        const wanted = input["ResourceIds"] as readonly string[] | undefined;
        const found = [...targets.values()].filter(
          (target) => wanted?.includes(String(target.input["ResourceId"])) ?? true,
        );
        return Promise.resolve({
          ScalableTargets: found.map(({ input, arn: ScalableTargetARN, created: CreationTime }) => ({
            ...input,
            ScalableTargetARN,
            CreationTime,
          })),
        });
      },
      PutScalingPolicy: (input) => {
        if (!targets.has(targetKey(input))) throw notFound("scalable target", targetKey(input));
        const known = policies.get(policyKey(input));
        const policy = known ?? { arn: arn("scalingPolicy"), created: Date.now() / 1000, input: {} };
        policies.set(policyKey(input), { ...policy, input: { ...policy.input, ...input } });
        return Promise.resolve({ PolicyARN: policy.arn, Alarms: [] });
      },
      DeleteScalingPolicy: (input) => {
        if (!policies.delete(policyKey(input))) throw notFound("scaling policy", policyKey(input));
        return Promise.resolve({});
      },
      DescribeScalingPolicies: (input) => {
        const names = input["PolicyNames"] as readonly string[] | undefined;
        const found = [...policies.values()].filter(
          (policy) =>
            (names?.includes(String(policy.input["PolicyName"])) ?? true) &&
            (input["ResourceId"] === undefined || policy.input["ResourceId"] === input["ResourceId"]),
        );
        return Promise.resolve({
          ScalingPolicies: found.map((policy) => ({
            ...policy.input,
            PolicyARN: policy.arn,
            CreationTime: policy.created,
            Alarms: [],
          })),
        });
      },
      TagResource: (input) => {
        const key = String(input["ResourceARN"]);
        tags.set(key, { ...tags.get(key), ...(input["Tags"] as Record<string, string>) });
        return Promise.resolve({});
      },
      UntagResource: (input) => {
        const gone = input["TagKeys"] as readonly string[];
        const key = String(input["ResourceARN"]);
        tags.set(key, Object.fromEntries(Object.entries(tags.get(key) ?? {}).filter(([name]) => !gone.includes(name))));
        return Promise.resolve({});
      },
      ListTagsForResource: (input) => Promise.resolve({ Tags: tags.get(String(input["ResourceARN"])) ?? {} }),
    },
    grants: Object.fromEntries(
      operationNames.map((operation) => [operation, (input: Input) => [grant(world, operation, input)]]),
    ),
  };
}

const operationNames = [
  "RegisterScalableTarget",
  "DeregisterScalableTarget",
  "DescribeScalableTargets",
  "PutScalingPolicy",
  "DeleteScalingPolicy",
  "DescribeScalingPolicies",
  "TagResource",
  "UntagResource",
  "ListTagsForResource",
];

// Describing takes no narrower resource: Service Authorization Reference, AWS Application Auto Scaling.
function grant(world: World, operation: string, input: Input): Grant {
  const target = `arn:aws:application-autoscaling:${world.region}:${world.accountId}:scalable-target/*`;
  const resource = operation.startsWith("Describe") ? "*" : ((input["ResourceARN"] as string | undefined) ?? target);
  return { action: `application-autoscaling:${operation}`, resource };
}

function targetKey(input: Input): string {
  return `${String(input["ServiceNamespace"])} ${String(input["ResourceId"])} ${String(input["ScalableDimension"])}`;
}

function policyKey(input: Input): string {
  return `${targetKey(input)} ${String(input["PolicyName"])}`;
}

function notFound(what: string, key: string): AwsError {
  return new AwsError("ObjectNotFoundException", `No ${what} found for ${key}`);
}
