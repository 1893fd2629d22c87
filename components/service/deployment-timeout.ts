import type { Task } from "../../compose/index.ts";
import { targetCheck } from "../balancer/balancer-entry.ts";

/** Seconds for a network interface and the pull of the images; larger images take longer on Fargate. */
const startSeconds = 120;
/** Seconds that the balancer's checks count for nothing, where the Compose file does not say. */
const graceSeconds = 60;
/** Seconds that an old task keeps its open requests, or longer where a container asks for more time to stop. */
const drainSeconds = 30;
/** What the ECS action takes at most (CodePipeline, "Amazon ECS deploy action reference"). */
const mostMinutes = 60;

/**
 * Minutes within which ECS has decided on a deployment of a service: the circuit breaker waits for half the desired
 * count in failed tasks, at least 3 (ECS, "How the deployment circuit breaker detects failures"), which start as many at a
 * time as are exchanged at a time; then the old tasks drain, or come back. A good one exchanges all of them. With alarms, ECS
 * watches on for `bakeMinutes`.
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
  // One container may wait for another's health.
  const healthy = startSeconds + sum(health) + balancerSeconds(task);
  const drain = Math.max(
    drainSeconds,
    ...task.containers.map(({ stopTimeoutSeconds = drainSeconds }) => stopTimeoutSeconds),
  );
  const failing = (rounds + 1) * healthy + drain;
  const succeeding = Math.ceil(tasks / atOnce) * (healthy + drain);
  return Math.min(mostMinutes, Math.ceil(Math.max(failing, succeeding) / 60) + bakeMinutes);
}

/** Seconds until the balancer has seen two good answers, or enough bad ones after the grace period. */
function balancerSeconds(task: Pick<Task, "containers" | "entry">): number {
  if (task.entry === undefined) return 0;
  const { intervalSeconds, unhealthyThreshold } = targetCheck(task);
  return (task.entry.graceSeconds ?? graceSeconds) + unhealthyThreshold * intervalSeconds;
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
