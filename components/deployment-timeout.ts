import type { Task } from "../compose/index.ts";

/** Seconds for a network interface and the pull of the images; larger images take longer on Fargate. */
const startSeconds = 120;
/** Seconds until the balancer has seen two good answers, or three bad ones after the grace period. */
const balancerSeconds = 90;
/** Seconds that an old task keeps its open requests, or longer where a container asks for more time to stop. */
const drainSeconds = 30;
/** What the ECS action takes at most (CodePipeline, "Amazon ECS deploy action reference"). */
const mostMinutes = 60;

/**
 * Minutes within which ECS has decided on a deployment of a service: the circuit breaker waits for half the desired
 * count in failed tasks, at least 3 (ECS, "How the deployment circuit breaker detects failures"), which start `count` at a time;
 * then the old tasks drain, or come back.
 */
export function deploymentTimeout(task: Pick<Task, "containers" | "entry">, count: number): number {
  const failures = Math.min(Math.max(3, Math.ceil(count / 2)), 200);
  const rounds = Math.ceil(failures / Math.max(count, 1));
  const health = task.containers.map(({ healthCheck }) =>
    healthCheck === undefined
      ? 0
      : healthCheck.startPeriodSeconds + healthCheck.retries * healthCheck.intervalSeconds + healthCheck.timeoutSeconds,
  );
  // One container may wait for another's health.
  const healthy = startSeconds + sum(health) + (task.entry === undefined ? 0 : balancerSeconds);
  const drain = Math.max(
    drainSeconds,
    ...task.containers.map(({ stopTimeoutSeconds = drainSeconds }) => stopTimeoutSeconds),
  );
  return Math.min(mostMinutes, Math.ceil(((rounds + 1) * healthy + drain) / 60));
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
