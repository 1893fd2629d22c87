import { lastPart } from "../verdict/arn.ts";
import { StepError } from "../kit/step-error.ts";
import { isDecided } from "../verdict/verdict.ts";
import { lookAtDeployments, type Deployed } from "./deployed.ts";
import { isRetried, readActions } from "./ecs-actions.ts";
import { endFailed, endLost, endOverdue } from "./end-run.ts";
import { isOver, pauseOf, type Release } from "./verify-settings.ts";

/**
 * Follows the deployments of this run's ECS actions, which do not notice when ECS ends one, and reports ECS's verdict on
 * each. Returns when all of them are successful and every ECS action has ended. If one fails, or the time is over, the
 * other services are rolled back, the run is ended with the reason, and a StepError is thrown.
 */
export async function follow(release: Release): Promise<readonly Deployed[]> {
  if (release.services.every(({ action }) => action === undefined)) return [];
  const begun = release.around.now();
  const told = new Set<string>();
  let deployed: readonly Deployed[] = [];
  let actions = await actionsOf(release);
  if (isRetried(actions)) actions = await later(release); // retried actions may be listed a moment later
  for (;;) {
    deployed = await lookAtDeployments(release, actions, deployed);
    for (const line of deployed.flatMap(successOf)) {
      if (!told.has(line)) release.around.say(line);
      told.add(line);
    }
    const failed = deployed.find(({ deployment }) => deployment && isDecided(deployment) && !isSuccess({ deployment }));
    if (failed?.deployment !== undefined) return endFailed(release, deployed, failed, failed.deployment);
    const lost = deployed.find(({ action, deployment }) => action.state === "failed" && deployment === undefined);
    if (lost !== undefined) return endLost(release, deployed, lost);
    if (deployed.every((one) => isSuccess(one) && hasEnded(one))) return requireActions(deployed);
    if (isOver(release, begun)) return endOverdue(release, deployed, overdue(release, deployed));
    actions = await later(release);
  }
}

const actionsOf = ({ around, pipeline, execution }: Release) => readActions(around, pipeline, execution);

async function later(release: Release) {
  await pauseOf(release);
  return actionsOf(release);
}

const isSuccess = ({ deployment }: Pick<Deployed, "deployment">): boolean => deployment?.status === "SUCCESSFUL";

const hasEnded = ({ action }: Deployed): boolean => action.state === "succeeded" || action.state === "failed";

const successOf = (one: Deployed): readonly string[] =>
  isSuccess(one)
    ? [`${one.service.name}: deployment ${lastPart(one.deployment?.serviceDeploymentArn)}: SUCCESSFUL`]
    : [];

/** Throws a StepError if an ECS action failed although ECS calls its deployment a success: then nothing is rolled back. */
function requireActions(deployed: readonly Deployed[]): readonly Deployed[] {
  const failed = deployed.filter(({ action }) => action.state === "failed");
  if (failed.length === 0) return deployed;
  throw new StepError(
    failed.map(
      ({ service, actionName, action }) =>
        `${service.name}: the ECS action ${actionName} failed (${action.error || "no reason given"}), although its deployment was successful; the new revision runs; retry the stage, which deploys the same images again`,
    ),
  );
}

/** What did not happen in time. */
function overdue({ timeoutMinutes }: Release, deployed: readonly Deployed[]): string {
  if (deployed.some(({ deployment }) => deployment !== undefined && !isDecided(deployment)))
    return `ECS has not decided within ${timeoutMinutes} minutes`;
  const late = deployed.find((one) => !isSuccess(one)) ?? deployed.find((one) => !hasEnded(one));
  const { service, actionName, action } = late ?? {};
  const where = `${service?.name ?? ""}: the ECS action ${actionName ?? ""}`;
  if (action?.state === "awaited") return `${where} has not started within ${timeoutMinutes} minutes; release again`;
  if (late?.deployment === undefined)
    return `${where} has made no deployment within ${timeoutMinutes} minutes; see its page in CodePipeline, then release again`;
  return `${where} has not ended within ${timeoutMinutes} minutes, although its deployment was successful; the new revision runs; retry the stage when it has ended`;
}
