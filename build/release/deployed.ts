import type { ActionExecutionDetail } from "@aws-sdk/client-codepipeline";
import type { ServiceDeployment } from "@aws-sdk/client-ecs";
import { ecsAction, type EcsAction } from "./ecs-actions.ts";
import { describeDeployments, listDeployments } from "./read-deployments.ts";
import type { Release, ReleasedService } from "./verify-settings.ts";
import { isDecided } from "../verdict/verdict.ts";

/** A service that an ECS action of this run deploys, as it is at one moment. */
export interface Deployed {
  readonly service: ReleasedService;
  readonly actionName: string;
  readonly action: EcsAction;
  /** The deployment of the action's newest try; undefined before ECS lists it. */
  readonly deployment: ServiceDeployment | undefined;
}

/**
 * Looks at the services that are deployed: one call for undecided deployments, and one for each service whose
 * deployment is not known yet.
 */
export async function lookAtDeployments(
  release: Release,
  actions: readonly ActionExecutionDetail[],
  before: readonly Deployed[],
): Promise<readonly Deployed[]> {
  const now: Deployed[] = [];
  for (const service of release.services) {
    if (service.action === undefined) continue;
    const action = ecsAction(actions, service.action);
    const known = before.find((one) => one.service === service && sameTry(one.action, action))?.deployment;
    now.push({
      service,
      actionName: service.action,
      action,
      deployment: known ?? (await find(release, service, action)),
    });
  }
  return refreshed(release, now);
}

/** Reads again the deployments that ECS has not decided on. */
async function refreshed(release: Release, all: readonly Deployed[]): Promise<readonly Deployed[]> {
  const undecided = all.flatMap(({ deployment }) =>
    deployment === undefined || isDecided(deployment) ? [] : (deployment.serviceDeploymentArn ?? []),
  );
  const found = await describeDeployments(release, undecided);
  return all.map((one) => ({
    ...one,
    deployment: found.get(one.deployment?.serviceDeploymentArn ?? "") ?? one.deployment,
  }));
}

const sameTry = (one: EcsAction, other: EcsAction): boolean => Number(one.start) === Number(other.start);

/**
 * The deployment that an ECS action made: the first one of its service since the start of its newest try, because the
 * lock of the stage keeps other runs out. ECS's list has no details, so its status is not used.
 */
async function find(
  release: Release,
  { name }: ReleasedService,
  { start }: EcsAction,
): Promise<ServiceDeployment | undefined> {
  if (start === undefined) return undefined;
  const [first] = await listDeployments(release, name, { after: start });
  return first && { serviceDeploymentArn: first.serviceDeploymentArn };
}
