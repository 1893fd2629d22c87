import { DescribeServiceRevisionsCommand, ListServiceDeploymentsCommand, type ECSClient } from "@aws-sdk/client-ecs";
import { lastPart } from "./service-view.ts";

/** How ECS ended the deployments of a service's revisions, by `family:revision`, newest first. */
export type RevisionVerdicts = Readonly<Record<string, readonly string[]>>;

/** Looks at the newest 20 deployments of a service: two calls, the second of which takes 20 (DescribeServiceRevisions). */
export async function readRevisionVerdicts(
  client: ECSClient,
  cluster: string,
  service: string,
): Promise<RevisionVerdicts> {
  const page = await client.send(new ListServiceDeploymentsCommand({ cluster, service, maxResults: 100 }));
  const newest = (page.serviceDeployments ?? [])
    .toSorted((a, b) => Number(b.createdAt) - Number(a.createdAt))
    .slice(0, 20);
  const arns = [...new Set(newest.map(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? ""))];
  if (arns.length === 0) return {};
  const { serviceRevisions = [] } = await client.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns: arns }),
  );
  const names = new Map(
    serviceRevisions.map(({ serviceRevisionArn, taskDefinition }) => [serviceRevisionArn, lastPart(taskDefinition)]),
  );
  const verdicts: Record<string, readonly string[]> = {};
  for (const { targetServiceRevisionArn, status } of newest) {
    const name = names.get(targetServiceRevisionArn);
    if (name !== undefined && status !== undefined) verdicts[name] = [...(verdicts[name] ?? []), status];
  }
  return verdicts;
}

/** How a revision failed; undefined where one of its deployments was a success, where one goes on, or none is known. */
export function failureOf(verdicts: RevisionVerdicts, revision: string): string | undefined {
  const known = verdicts[revision] ?? [];
  return known.every((status) => failures.includes(status)) ? known[0] : undefined;
}

const failures = [
  ...["STOP_REQUESTED", "STOPPED"],
  ...["ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"],
];
