import type { Update } from "../../compose/index.ts";

/** The minimum and maximum number of tasks during a deployment, in percent of the count. */
export interface DeploymentPercents {
  readonly deploymentMinimumHealthyPercent: number;
  readonly deploymentMaximumPercent: number;
}

/**
 * ECS's percentages for Compose's `update_config`; by default, all new tasks start at once, before old ones stop. ECS
 * rounds the minimum up and the maximum down (DeploymentConfiguration, API reference), so a step of whole tasks keeps
 * its size.
 */
export function deploymentPercents(update: Update | undefined, count: number): DeploymentPercents {
  const { order = "start-first", parallelism = 0 } = update ?? {};
  const tasks = Math.max(count, 1);
  const atOnce = parallelism === 0 ? tasks : Math.min(parallelism, tasks);
  const step = Math.ceil((100 * atOnce) / tasks);
  return order === "start-first"
    ? { deploymentMinimumHealthyPercent: 100, deploymentMaximumPercent: 100 + step }
    : { deploymentMinimumHealthyPercent: 100 - step, deploymentMaximumPercent: 100 };
}
