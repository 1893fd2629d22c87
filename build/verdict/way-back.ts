import type { ServiceDeployment, ServiceDeploymentBrief } from "@aws-sdk/client-ecs";

/**
 * ARN of the service revision that a service goes back to if its release fails: the target of the newest successful
 * deployment from before `start`, the start of the release's ECS action. ECS lists deployments of the last 90 days (ECS
 * API reference, ListServiceDeployments); if it lists none, the revision that the release's own deployment replaced.
 * Undefined if the service ran nothing before.
 */
export function wayBack(
  listed: readonly ServiceDeploymentBrief[],
  start: Date,
  { sourceServiceRevisions = [] }: Pick<ServiceDeployment, "sourceServiceRevisions">,
): string | undefined {
  const [newest] = listed
    .filter(({ status, createdAt }) => status === "SUCCESSFUL" && createdAt !== undefined && createdAt < start)
    .toSorted((a, b) => Number(b.createdAt) - Number(a.createdAt));
  return newest?.targetServiceRevisionArn ?? sourceServiceRevisions[0]?.arn;
}
