import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Task } from "../../compose/index.ts";
import type { Bounds, Schedule, ScheduledCount } from "./schedule.ts";

/** The counts of a service, and the targets between which it scales. */
export interface Scaling {
  /** Minimum number of tasks after the first release. */
  readonly desiredCount: number;
  /** Maximum number of tasks; equal to `desiredCount` if the service does not scale. */
  readonly maximumCount: number;
  /** Average CPU use, in percent, that scaling aims at. */
  readonly cpuPercent: number;
  /** Average memory use, in percent, that scaling aims at. @default - the service does not scale by memory */
  readonly memoryPercent?: number | undefined;
  /** Requests a minute for each task that scaling aims at. @default - the service does not scale by requests */
  readonly requestsPerTarget?: number | undefined;
}

/** The settings of a stack about the scaling of its environment's own service. */
export interface AskedScaling {
  readonly desiredCount: number | undefined;
  readonly maximumCount: number | undefined;
  readonly cpuPercent: number;
  readonly memoryPercent?: number | undefined;
  readonly requestsPerTarget?: number | undefined;
}

/**
 * The scaling of a service: that of its Compose file, and for the environment's own service that of the stack, if it is
 * set.
 */
export function scalingOf(asked: AskedScaling, task: Pick<Task, "name" | "replicas" | "scaling">): Scaling {
  const { replicas = 1, scaling } = task;
  const {
    desiredCount = replicas,
    maximumCount,
    ...targets
  } = task.name === ""
    ? asked
    : {
        desiredCount: undefined,
        maximumCount: scaling?.maximum,
        cpuPercent: scaling?.cpuPercent ?? asked.cpuPercent,
      };
  return { ...targets, desiredCount, maximumCount: Math.max(desiredCount, maximumCount ?? 0) };
}

export interface ScalingArgs {
  readonly clusterName: string;
  readonly serviceName: string;
  readonly counts: Scaling;
  /**
   * Whether the service has been released. Before that, the minimum is 0 and scaling is suspended, because ECS would try
   * to start images that do not exist.
   */
  readonly released: boolean;
  /** Whether the schedule has ended its tasks; `up` then leaves the bounds, and what is suspended, as they are. @default - false */
  readonly asleep?: boolean | undefined;
  /** `<load balancer>/<target group>`, for requests. @default - the service does not scale by requests */
  readonly resourceLabel?: pulumi.Input<string> | undefined;
  /** When counts change. @default - counts do not change with time */
  readonly schedule?: Schedule | undefined;
}

/**
 * Creates the bounds of the service's count, target tracking between them, and the scheduled actions. All exist from the
 * first `up`; until the first release they are suspended ("Suspend and resume scaling", Application Auto Scaling user
 * guide), and it resumes them.
 */
export function scaling(name: string, args: ScalingArgs, opts: pulumi.CustomResourceOptions): void {
  const suspended = !args.released;
  const target = new aws.appautoscaling.Target(
    name,
    {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: `service/${args.clusterName}/${args.serviceName}`,
      minCapacity: args.released ? args.counts.desiredCount : 0,
      maxCapacity: args.counts.maximumCount,
      // With a minimum of 0, a policy could scale the first release down to nothing, and a schedule could start what was
      // never released.
      suspendedState: {
        dynamicScalingInSuspended: suspended,
        dynamicScalingOutSuspended: suspended,
        scheduledScalingSuspended: suspended,
      },
    },
    { ...opts, ...(args.asleep === true && { ignoreChanges: ["minCapacity", "maxCapacity", "suspendedState"] }) },
  );
  if (args.counts.maximumCount > args.counts.desiredCount) policies(name, args, target, opts);
  for (const entry of args.schedule?.entries ?? []) scheduledAction(name, args, entry, target, opts);
}

function policies(
  name: string,
  args: ScalingArgs,
  target: aws.appautoscaling.Target,
  opts: pulumi.CustomResourceOptions,
): void {
  const { cpuPercent, memoryPercent, requestsPerTarget } = args.counts;
  const metrics = [
    ["cpu", "ECSServiceAverageCPUUtilization", cpuPercent],
    ["memory", "ECSServiceAverageMemoryUtilization", memoryPercent],
    ["requests", "ALBRequestCountPerTarget", args.resourceLabel === undefined ? undefined : requestsPerTarget],
  ] as const;
  for (const [what, predefinedMetricType, targetValue] of metrics) {
    if (targetValue === undefined) continue;
    const { resourceLabel } = args;
    new aws.appautoscaling.Policy(
      `${name}-${what}`,
      {
        name: `${args.serviceName}-${what}`,
        policyType: "TargetTrackingScaling",
        ...placeOf(target),
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: {
            predefinedMetricType,
            ...(what === "requests" && resourceLabel !== undefined && { resourceLabel }),
          },
          targetValue,
        },
      },
      opts,
    );
  }
}

function scheduledAction(
  name: string,
  args: ScalingArgs,
  entry: ScheduledCount,
  target: aws.appautoscaling.Target,
  opts: pulumi.CustomResourceOptions,
): void {
  const bounds = boundsAt(entry, args);
  if (bounds === undefined) return;
  // Named after what it does, so that a new entry before it does not replace it.
  const id = createHash("sha256").update(JSON.stringify(entry)).digest("hex").slice(0, 6);
  new aws.appautoscaling.ScheduledAction(
    `${name}-at-${id}`,
    {
      name: `${args.serviceName}-at-${id}`,
      ...placeOf(target),
      schedule: `cron(${entry.cron})`,
      timezone: args.schedule?.timeZone ?? "UTC",
      scalableTargetAction: { minCapacity: bounds.minimum, maxCapacity: bounds.maximum },
    },
    opts,
  );
}

/** The bounds that a service gets; undefined if an entry with numbers is about another service. */
function boundsAt({ counts }: ScheduledCount, args: ScalingArgs): Bounds | undefined {
  if (counts === "off") return { minimum: 0, maximum: 0 };
  if (counts === "on") return { minimum: args.counts.desiredCount, maximum: args.counts.maximumCount };
  return args.serviceName === args.clusterName ? counts : undefined;
}

const placeOf = ({ serviceNamespace, scalableDimension, resourceId }: aws.appautoscaling.Target) => ({
  serviceNamespace,
  scalableDimension,
  resourceId,
});
