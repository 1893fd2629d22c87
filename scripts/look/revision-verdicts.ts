import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  ListServiceDeploymentsCommand,
  type ECSClient,
} from "@aws-sdk/client-ecs";
import { isLost } from "../../build/verdict/verdict.ts";
import { lastPart } from "../../build/verdict/arn.ts";

/**
 * How ECS ended the deployments of each revision of a service, newest first, by `family:revision`. The list is empty
 * for a revision that is only known because a deployment replaced it. A revision that is missing has never run, as far
 * as is known.
 */
export type RevisionVerdicts = Readonly<Record<string, readonly string[]>>;

/**
 * Reads the newest 20 deployments of a service, and the revision that each one replaced: at most four calls, since
 * one call describes 20 (DescribeServiceDeployments, DescribeServiceRevisions).
 */
export async function readRevisionVerdicts(
  client: ECSClient,
  cluster: string,
  service: string,
): Promise<RevisionVerdicts> {
  const page = await client.send(new ListServiceDeploymentsCommand({ cluster, service, maxResults: 100 }));
  const newest = (page.serviceDeployments ?? [])
    .toSorted((a, b) => Number(b.createdAt) - Number(a.createdAt))
    .slice(0, 20)
    .map(({ serviceDeploymentArn = "" }) => serviceDeploymentArn);
  if (newest.length === 0) return {};
  const { serviceDeployments = [] } = await client.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: newest }),
  );
  const found = newest.flatMap((arn) => serviceDeployments.find((one) => one.serviceDeploymentArn === arn) ?? []);
  const targets = found.map(({ targetServiceRevision }) => targetServiceRevision?.arn ?? "");
  const sources = found.flatMap(({ sourceServiceRevisions = [] }) => sourceServiceRevisions.map(({ arn = "" }) => arn));
  const names = await namesOf(client, [...new Set([...targets, ...sources])]);
  const verdicts: Record<string, readonly string[]> = {};
  for (const [index, { status }] of found.entries()) {
    const name = names.get(targets[index]);
    if (name !== undefined && status !== undefined) verdicts[name] = [...(verdicts[name] ?? []), status];
  }
  for (const source of sources) {
    const name = names.get(source);
    if (name !== undefined) verdicts[name] ??= [];
  }
  return verdicts;
}

/** The task definition of each service revision, as `family:revision`. */
async function namesOf(client: ECSClient, arns: readonly string[]): Promise<ReadonlyMap<string | undefined, string>> {
  const pages = Array.from({ length: Math.ceil(arns.length / 20) }, (_, page) => arns.slice(page * 20, page * 20 + 20));
  const answers = await Promise.all(
    pages.map((serviceRevisionArns) => client.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }))),
  );
  return new Map(
    answers.flatMap(({ serviceRevisions = [] }) =>
      serviceRevisions.map(
        ({ serviceRevisionArn, taskDefinition }) => [serviceRevisionArn, lastPart(taskDefinition)] as const,
      ),
    ),
  );
}

/** How a revision failed; undefined if one of its deployments succeeded or is in progress, or if none is known. */
export function failureOf(verdicts: RevisionVerdicts, revision: string): string | undefined {
  const known = verdicts[revision] ?? [];
  return known.every((status) => isLost({ status })) ? known[0] : undefined;
}
