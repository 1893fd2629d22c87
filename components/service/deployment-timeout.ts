import type { Task } from "../../compose/index.ts";
import { targetCheck } from "../balancer/balancer-entry.ts";

/** Seconds for a network interface and the pull of the images; larger images take longer on Fargate. */
const startSeconds = 120;
/** Seconds for which the balancer's checks are ignored, if the Compose file does not set them. */
const graceSeconds = 60;
/** Seconds that an old task needs to stop, or more if a container has a longer stop time-out. */
const drainSeconds = 30;
/** Maximum time-out of the ECS action (CodePipeline, "Amazon ECS deploy action reference"). */
const mostMinutes = 60;

/**
 * Minutes within which ECS has decided on a deployment of a service. In a failing deployment, the circuit breaker waits
 * until half the desired count of tasks has failed, at least 3 (ECS, "How the deployment circuit breaker detects
 * failures"); they start in steps of the update's parallelism; then the old tasks drain, or come back. A successful
 * deployment replaces all tasks. With alarms, ECS goes on watching for `bakeMinutes`.
 */
export function deploymentTimeout(
  task: Pick<Task, "containers" | "entry" | "update">,
  count: number,
  bakeMinutes = 0,
): number {
  const failures = Math.min(Math.max(3, Math.ceil(count / 2)), 200);
  const tasks = Math.max(count, 1);
  const atOnce = task.update?.parallelism === undefined ? tasks : Math.min(task.update.parallelism || tasks, tasks);
  const rounds = Math.ceil(failures / atOnce);
  const health = task.containers.map(({ healthCheck }) =>
    healthCheck === undefined
      ? 0
      : healthCheck.startPeriodSeconds + healthCheck.retries * healthCheck.intervalSeconds + healthCheck.timeoutSeconds,
  );
  // The times add up, because one container may wait for another's health.
  const healthy = startSeconds + sum(health) + balancerSeconds(task);
  const drain = Math.max(
    drainSeconds,
    ...task.containers.map(({ stopTimeoutSeconds = drainSeconds }) => stopTimeoutSeconds),
  );
  const failing = (rounds + 1) * healthy + drain;
  const succeeding = Math.ceil(tasks / atOnce) * (healthy + drain);
  return Math.min(mostMinutes, Math.ceil(Math.max(failing, succeeding) / 60) + bakeMinutes);
}

/** Seconds until the balancer has seen two successful checks, or enough failed ones after the grace period. */
function balancerSeconds(task: Pick<Task, "containers" | "entry">): number {
  if (task.entry === undefined) return 0;
  const { intervalSeconds, unhealthyThreshold } = targetCheck(task);
  return (task.entry.graceSeconds ?? graceSeconds) + unhealthyThreshold * intervalSeconds;
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
