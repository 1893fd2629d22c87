import type { Service, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import type { TargetHealthDescription } from "@aws-sdk/client-elastic-load-balancing-v2";

/** The targets of each target group, by its ARN. */
export type Targets = Readonly<Record<string, readonly TargetHealthDescription[]>>;

/** ARNs of the target groups that a service's tasks are registered with; none without a load balancer. */
export const targetGroupsOf = ({ loadBalancers = [] }: Pick<Service, "loadBalancers">): readonly string[] =>
  loadBalancers.flatMap(({ targetGroupArn }) => targetGroupArn ?? []);

/** The number of targets that the load balancer sends requests to. */
export const healthyTargets = (targets: readonly TargetHealthDescription[]): number =>
  targets.filter(({ TargetHealth }) => TargetHealth?.State === "healthy").length;

/**
 * The number of healthy tasks of a service: those that run, and with target groups those that are healthy in each of
 * them.
 */
export function healthyTasks(service: Pick<Service, "runningCount" | "loadBalancers">, targets: Targets): number {
  const groups = targetGroupsOf(service).map((group) => healthyTargets(targets[group] ?? []));
  return Math.min(service.runningCount ?? 0, ...groups);
}

/** The essential containers of a revision that have a health check: ECS waits for it before it counts a task as healthy. */
export const checkedContainers = ({ containerDefinitions = [] }: TaskDefinition): readonly string[] =>
  containerDefinitions.flatMap(({ name = "", essential = true, healthCheck }) =>
    essential && healthCheck !== undefined ? [name] : [],
  );

/** The number of tasks whose health checks have passed in each of these containers. */
export const passingTasks = (tasks: readonly Task[], checked: readonly string[]): number =>
  tasks.filter(({ containers = [] }) =>
    checked.every((name) => containers.some((one) => one.name === name && one.healthStatus === "HEALTHY")),
  ).length;
