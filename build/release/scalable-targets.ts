import {
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
  type ScalableTarget,
} from "@aws-sdk/client-application-auto-scaling";
import { answerOf } from "../kit/aws-problem.ts";
import { pagesOf } from "./pages.ts";
import type { Release, ReleasedService } from "./verify-settings.ts";

/** The scalable target of each service that has one, by the service's name. */
export type Targets = ReadonlyMap<string, ScalableTarget>;

/** Reads the scalable targets of services, 50 with a call (Application Auto Scaling API reference, DescribeScalableTargets). */
export async function readTargets(release: Release, services: readonly ReleasedService[]): Promise<Targets> {
  const { around, cluster } = release;
  const found = new Map<string, ScalableTarget>();
  for (const page of pagesOf(services, 50)) {
    const asked = around.clients.scaling.send(
      new DescribeScalableTargetsCommand({
        ServiceNamespace: "ecs",
        ScalableDimension: dimension,
        ResourceIds: page.map(({ name }) => resourceId(cluster, name)),
      }),
    );
    const { ScalableTargets = [] } = await answerOf("application-autoscaling:DescribeScalableTargets", cluster, asked);
    for (const { name } of page) {
      const target = ScalableTargets.find(({ ResourceId }) => ResourceId === resourceId(cluster, name));
      if (target !== undefined) found.set(name, target);
    }
  }
  return found;
}

/** Whether the schedule of a service has stopped its tasks. */
export const isAsleep = (targets: Targets, { name, sleeps }: ReleasedService): boolean =>
  sleeps && targets.get(name)?.MaxCapacity === 0;

/**
 * Whether a service waits for its first release: `up` makes its target with minimum 0 and with all of its scaling
 * suspended. A person who suspends scaling leaves the minimum alone.
 */
export function isNotReleased(targets: Targets, { name }: ReleasedService): boolean {
  const { MinCapacity, SuspendedState: state } = targets.get(name) ?? {};
  const suspended = [
    state?.DynamicScalingInSuspended,
    state?.DynamicScalingOutSuspended,
    state?.ScheduledScalingSuspended,
  ];
  return MinCapacity === 0 && suspended.every((one) => one === true);
}

/** Ends the first release of services: registers the minimum and maximum of each one, and lifts the suspension. */
export async function startScaling(release: Release, services: readonly ReleasedService[]): Promise<void> {
  const { around, cluster } = release;
  for (const { name, desiredCount, maximumCount } of services) {
    const asked = around.clients.scaling.send(
      new RegisterScalableTargetCommand({
        ServiceNamespace: "ecs",
        ScalableDimension: dimension,
        ResourceId: resourceId(cluster, name),
        MinCapacity: desiredCount,
        MaxCapacity: maximumCount,
        SuspendedState: {
          DynamicScalingInSuspended: false,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: false,
        },
      }),
    );
    await answerOf("application-autoscaling:RegisterScalableTarget", name, asked);
    around.say(`${name}: its scaling is active, from ${desiredCount} to ${maximumCount} task(s)`);
  }
}

const dimension = "ecs:service:DesiredCount";

const resourceId = (cluster: string, service: string): string => `service/${cluster}/${service}`;
