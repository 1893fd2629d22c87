import { randomUUID } from "node:crypto";
import { AwsError } from "../kit/service.ts";
import type { Input, World } from "../kit/service.ts";

/** Moves the desired count of `service/<cluster>/<service>` between a minimum and a maximum. */
export type KeepWithin = (resourceId: string, minimum: number, maximum: number) => Promise<void>;

/** What people and schedules cannot do to a target at the moment; each is suspended and resumed by itself. */
export interface Suspended {
  readonly DynamicScalingInSuspended: boolean;
  readonly DynamicScalingOutSuspended: boolean;
  readonly ScheduledScalingSuspended: boolean;
}

/** A scalable target. */
export interface Target {
  readonly arn: string;
  /** Epoch seconds. */
  readonly created: number;
  /** ServiceNamespace, ResourceId, ScalableDimension and RoleARN, as they were registered. */
  readonly place: Input;
  readonly minimum: number;
  readonly maximum: number;
  readonly suspended: Suspended;
}

/** The scalable targets of the local cloud. */
export interface Targets {
  readonly find: (input: Input) => Target | undefined;
  /** Throws ObjectNotFoundException when there is none. */
  readonly get: (input: Input) => Target;
  readonly all: () => readonly Target[];
  /** Makes or changes a target and moves the count between its bounds; throws ValidationException. */
  readonly register: (input: Input) => Promise<Target>;
  /** Throws ObjectNotFoundException when there is none. */
  readonly remove: (input: Input) => void;
}

/** Keeps scalable targets as RegisterScalableTarget makes and changes them. */
export function scalableTargets(world: World, keepWithin: KeepWithin): Targets {
  const targets = new Map<string, Target>();
  const get = (input: Input): Target => {
    const found = targets.get(targetKey(input));
    if (found === undefined) throw notFound("scalable target", targetKey(input));
    return found;
  };
  return {
    get,
    find: (input) => targets.get(targetKey(input)),
    all: () => [...targets.values()],
    // "Application Auto Scaling adjusts the capacity of the scalable target to place it within these bounds, even if you
    // don't include the MinCapacity or MaxCapacity request parameters": API reference, RegisterScalableTarget.
    register: async (input) => {
      const target = registered(world, targets.get(targetKey(input)), input);
      targets.set(targetKey(input), target);
      await keepWithin(String(input["ResourceId"]), target.minimum, target.maximum);
      return target;
    },
    remove: (input) => {
      get(input);
      targets.delete(targetKey(input));
    },
  };
}

/** What makes a scalable target the one it is: "the combination of resource ID, scalable dimension, and namespace". */
export function targetKey(input: Input): string {
  return `${String(input["ServiceNamespace"])} ${String(input["ResourceId"])} ${String(input["ScalableDimension"])}`;
}

/** A target as DescribeScalableTargets returns it. */
export function describeTarget({ arn, created, place, minimum, maximum, suspended }: Target): object {
  return {
    ...place,
    MinCapacity: minimum,
    MaxCapacity: maximum,
    SuspendedState: suspended,
    ScalableTargetARN: arn,
    CreationTime: created,
  };
}

/** The error of Application Auto Scaling for something that does not exist. */
export function notFound(what: string, key: string): AwsError {
  return new AwsError("ObjectNotFoundException", `No ${what} found for ${key}`);
}

// "Any parameters that you don't specify are not changed by this update request": API reference, RegisterScalableTarget.
// Of a suspended state, that goes for each part: "Each one can be suspended and resumed independently" (user guide).
function registered(world: World, known: Target | undefined, input: Input): Target {
  const minimum = input["MinCapacity"] ?? known?.minimum;
  const maximum = input["MaxCapacity"] ?? known?.maximum;
  if (typeof minimum !== "number" || typeof maximum !== "number")
    throw new AwsError("ValidationException", "MinCapacity and MaxCapacity are required for a new scalable target");
  if (minimum < 0 || minimum > maximum)
    throw new AwsError(
      "ValidationException",
      `MinCapacity ${minimum} must be at least 0 and at most MaxCapacity ${maximum}`,
    );
  const { ServiceNamespace, ResourceId, ScalableDimension, RoleARN } = input;
  const arn = `arn:aws:application-autoscaling:${world.region}:${world.accountId}:scalable-target/${randomUUID()}`;
  return {
    arn: known?.arn ?? arn,
    created: known?.created ?? Date.now() / 1000,
    place: {
      ...known?.place,
      ServiceNamespace,
      ResourceId,
      ScalableDimension,
      ...(RoleARN !== undefined && { RoleARN }),
    },
    minimum,
    maximum,
    suspended: { ...(known?.suspended ?? active), ...(input["SuspendedState"] as Partial<Suspended> | undefined) },
  };
}

const active: Suspended = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
};
