import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Task } from "../compose/index.ts";
import type { Names, ServiceNames } from "./names.ts";

/** How many tasks a service has. */
export interface Scaling {
  /** Tasks that always run once something was released. */
  readonly desiredCount: number;
  /** Most tasks; equal to `desiredCount` where the service does not scale. */
  readonly maximumCount: number;
  /** Average CPU use, in percent, that scaling keeps. */
  readonly cpuPercent: number;
}

/** What a stack's configuration asks for its environment's own service. */
export interface AskedScaling {
  readonly desiredCount: number | undefined;
  readonly maximumCount: number | undefined;
  readonly cpuPercent: number;
}

/** The counts of a service: its Compose file's, and for the environment's own service first what the stack asks for. */
export function scalingOf(asked: AskedScaling, task: Pick<Task, "name" | "replicas" | "scaling">): Scaling {
  const { replicas = 1, scaling } = task;
  const {
    desiredCount = replicas,
    maximumCount,
    cpuPercent,
  } = task.name === ""
    ? asked
    : { maximumCount: scaling?.maximum, cpuPercent: scaling?.cpuPercent ?? asked.cpuPercent };
  return { desiredCount, maximumCount: Math.max(desiredCount, maximumCount ?? 0), cpuPercent };
}

export interface ScalingArgs extends Scaling {
  readonly names: Pick<Names, "cluster">;
  readonly service: ServiceNames;
  /** Whether something was released: before, the minimum is 0, because ECS would try to start images that do not exist. */
  readonly released: boolean;
}

/** Bounds of the service's count, and target tracking on its CPU between them (Application Auto Scaling user guide). */
export function scaling(name: string, args: ScalingArgs, opts: pulumi.CustomResourceOptions): void {
  const target = new aws.appautoscaling.Target(
    name,
    {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: `service/${args.names.cluster.name}/${args.service.name}`,
      minCapacity: args.released ? args.desiredCount : 0,
      maxCapacity: args.maximumCount,
    },
    opts,
  );
  // A policy over a minimum of 0 could scale the first release away again.
  if (!args.released || args.maximumCount === args.desiredCount) return;
  new aws.appautoscaling.Policy(
    `${name}-cpu`,
    {
      name: `${args.service.name}-cpu`,
      policyType: "TargetTrackingScaling",
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
        targetValue: args.cpuPercent,
      },
    },
    opts,
  );
}
