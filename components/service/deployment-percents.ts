import type { Update } from "../../compose/index.ts";

/** The tasks that stay and those that there may be during a deployment, in percent of the count. */
export interface DeploymentPercents {
  readonly deploymentMinimumHealthyPercent: number;
  readonly deploymentMaximumPercent: number;
}

/**
 * ECS's percents for Compose's words; new tasks come first and all at once where nothing is said. ECS rounds the least
 * up and the most down (DeploymentConfiguration, API reference), so that a step of whole tasks keeps its size.
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
