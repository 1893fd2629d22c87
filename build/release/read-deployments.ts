import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  type CreatedAt,
  type Service,
  type ServiceDeployment,
  type ServiceDeploymentBrief,
} from "@aws-sdk/client-ecs";
import { lastPart } from "../verdict/arn.ts";
import { answerOf } from "../kit/aws-problem.ts";
import { StepError } from "../kit/step-error.ts";
import type { InCluster } from "./read-tasks.ts";
import { pagesOf } from "./pages.ts";

/** Reads services by their names, ten with a call (ECS API reference, DescribeServices). */
export async function readServices(
  { cluster, around }: InCluster,
  names: readonly string[],
): Promise<ReadonlyMap<string, Service>> {
  const found = new Map<string, Service>();
  for (const services of pagesOf(names, 10)) {
    const asked = around.clients.ecs.send(new DescribeServicesCommand({ cluster, services }));
    const answer = await answerOf("ecs:DescribeServices", services.join(", "), asked);
    for (const service of answer.services ?? []) found.set(service.serviceName ?? "", service);
  }
  const absent = names.find((name) => !found.has(name));
  if (absent === undefined) return found;
  throw new StepError([`${absent}: there is no such ECS service in ${cluster}; run "pulumi up" for the stack`]);
}

/** Lists the deployments of a service, the oldest first; of the last 90 days, which ECS keeps. */
export async function listDeployments(
  { cluster, around }: InCluster,
  service: string,
  createdAt?: CreatedAt,
): Promise<readonly ServiceDeploymentBrief[]> {
  const found: ServiceDeploymentBrief[] = [];
  let nextToken: string | undefined;
  do {
    const asked = around.clients.ecs.send(
      new ListServiceDeploymentsCommand({ cluster, service, createdAt, maxResults: 100, nextToken }),
    );
    const page = await answerOf("ecs:ListServiceDeployments", service, asked);
    found.push(...(page.serviceDeployments ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found.toSorted((a, b) => Number(a.createdAt) - Number(b.createdAt));
}

/** Describes deployments by their ARNs, 20 with a call (ECS API reference, DescribeServiceDeployments). */
export async function describeDeployments(
  { around }: InCluster,
  arns: readonly string[],
): Promise<ReadonlyMap<string, ServiceDeployment>> {
  const found = new Map<string, ServiceDeployment>();
  for (const serviceDeploymentArns of pagesOf(arns, 20)) {
    const asked = around.clients.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
    const on = serviceDeploymentArns.map(lastPart).join(", ");
    const { serviceDeployments = [] } = await answerOf("ecs:DescribeServiceDeployments", on, asked);
    for (const one of serviceDeployments) found.set(one.serviceDeploymentArn ?? "", one);
  }
  return found;
}

/** ARNs of the task definitions of service revisions, 20 with a call (ECS API reference, DescribeServiceRevisions). */
export async function definitionsOf(
  { around }: InCluster,
  revisions: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const serviceRevisionArns of pagesOf([...new Set(revisions)], 20)) {
    const asked = around.clients.ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
    const on = serviceRevisionArns.map(lastPart).join(", ");
    const { serviceRevisions = [] } = await answerOf("ecs:DescribeServiceRevisions", on, asked);
    for (const one of serviceRevisions) found.set(one.serviceRevisionArn ?? "", one.taskDefinition ?? "");
  }
  return found;
}
