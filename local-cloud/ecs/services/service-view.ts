import type { ServiceView, TaskView } from "./deployments.ts";
import { containersAreHealthy, taskHealth } from "../tasks/containers.ts";
import type { Service, Task } from "../kit/state.ts";
import type { TargetHealth } from "../balancing/target-group.ts";

/** Health of a task's targets, one for each of the service's target groups. */
export type TargetStates = (task: Task) => readonly (TargetHealth & { readonly targetGroupArn: string })[];

/** A task's condition, with the reason when it is sick. */
export interface Standing {
  readonly condition: TaskView["condition"];
  /** ECS's sentence, as in `Task failed container health checks`. */
  readonly reason?: string;
  /** Epoch seconds at which this changes by time alone. */
  readonly changesAt?: number;
}

/** Seconds after which a task without health checks counts as healthy: a task that exits at once never does. */
const uncheckedSeconds = 2;

/** The condition of a service's task; within the grace period, failed checks do not count. */
export function standing(service: Service, task: Task, targets: ReturnType<TargetStates>, time: number): Standing {
  if (task.stop !== undefined) return { condition: "stopping" };
  if (task.status !== "RUNNING" || task.startedAt === undefined) return { condition: "starting" };
  const reason = sickness(task, targets);
  if (reason !== undefined) {
    const changesAt = task.startedAt + service.graceSeconds;
    return time < changesAt ? { condition: "starting", changesAt } : { condition: "sick", reason };
  }
  const served = service.loadBalancers.length === targets.length && targets.every(({ state }) => state === "healthy");
  const changesAt = task.startedAt + uncheckedSeconds;
  const unchecked = targets.length === 0 && taskHealth(task.definition, task.containers) === "UNKNOWN";
  if (served && unchecked && time < changesAt) return { condition: "starting", changesAt };
  return { condition: served && containersAreHealthy(task) ? "healthy" : "starting" };
}

function sickness(task: Task, targets: ReturnType<TargetStates>): string | undefined {
  if (taskHealth(task.definition, task.containers) === "UNHEALTHY") return "Task failed container health checks";
  const unhealthy = targets.find(({ state }) => state === "unhealthy");
  return unhealthy && `Task failed ELB health checks in (target-group ${unhealthy.targetGroupArn})`;
}

/** A service as the scheduler sees it; undefined for a service without a deployment. */
export function viewOf(
  service: Service,
  tasks: readonly Task[],
  standings: ReadonlyMap<string, Standing>,
  milliseconds: number,
): ServiceView | undefined {
  const [primary] = service.deployments;
  if (primary === undefined) return undefined;
  const { id, state, failures, rollback } = primary;
  return {
    desired: service.desired,
    rolling: service.rolling,
    primary: { id, state, failures, rollback },
    canRollBack: service.lastCompleted !== undefined,
    held: milliseconds < service.notBefore,
    tasks: tasks.map(({ arn, startedBy = "" }) => ({
      arn,
      deployment: startedBy,
      condition: standings.get(arn)?.condition ?? "starting",
    })),
  };
}
