import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  type Deployment,
  type ECSClient,
  type Service,
} from "@aws-sdk/client-ecs";
import { lastPart } from "../../build/verdict/arn.ts";
import { targetGroupsOf } from "../../build/verdict/health.ts";
import { Refusal } from "../kit/refusal.ts";

/** An ECS service as it is now. */
export interface ServiceView {
  readonly name: string;
  /** The revision that it should run, as `family:revision`. */
  readonly revision: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly deployments: readonly DeploymentView[];
}

/** An ECS service with its target groups. */
export interface BalancedServiceView extends ServiceView {
  /** ARNs of the target groups that its tasks are registered with; none without a load balancer. */
  readonly targetGroups: readonly string[];
}

/** A deployment in the service's list; the primary one comes first. */
export interface DeploymentView {
  readonly id: string;
  readonly revision: string;
  readonly primary: boolean;
  /** IN_PROGRESS, COMPLETED or FAILED. */
  readonly state: string;
  readonly reason: string;
  readonly failedTasks: number;
  /** Numbers of its tasks: desired, running and pending. */
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
}

/** Reads services of a cluster; refuses if one does not exist: one call. */
export async function readServices(
  client: ECSClient,
  cluster: string,
  names: readonly string[],
): Promise<readonly BalancedServiceView[]> {
  const found = await findServices(client, cluster, names);
  const absent = names.find((name) => !found.some((service) => service.name === name));
  if (absent === undefined) return found;
  throw new Refusal(`${absent}: there is no such ECS service in ${cluster}; run \`pulumi up\``);
}

/**
 * Reads those of the given services that exist in a cluster: one call for up to ten (ECS API reference,
 * DescribeServices).
 */
export async function findServices(
  client: ECSClient,
  cluster: string,
  names: readonly string[],
): Promise<readonly BalancedServiceView[]> {
  const { services = [] } = await client.send(new DescribeServicesCommand({ cluster, services: [...names] }));
  return names.flatMap((name) => {
    const found = services.find(({ serviceName, status }) => serviceName === name && status !== "INACTIVE");
    return found === undefined ? [] : [serviceView(name, found)];
  });
}

const serviceView = (name: string, service: Service): BalancedServiceView => ({
  name,
  revision: lastPart(service.taskDefinition),
  desired: service.desiredCount ?? 0,
  running: service.runningCount ?? 0,
  pending: service.pendingCount ?? 0,
  deployments: (service.deployments ?? []).map(deploymentView),
  targetGroups: targetGroupsOf(service),
});

const deploymentView = (deployment: Deployment): DeploymentView => ({
  id: deployment.id ?? "",
  revision: lastPart(deployment.taskDefinition),
  primary: deployment.status === "PRIMARY",
  state: deployment.rolloutState ?? "",
  reason: deployment.rolloutStateReason ?? "",
  failedTasks: deployment.failedTasks ?? 0,
  desired: deployment.desiredCount ?? 0,
  running: deployment.runningCount ?? 0,
  pending: deployment.pendingCount ?? 0,
});

/** A service deployment and its result. */
export interface ServiceDeployment {
  readonly arn: string;
  /** PENDING, IN_PROGRESS, SUCCESSFUL, STOPPED, ROLLBACK_SUCCESSFUL … */
  readonly status: string;
  readonly reason: string;
  readonly createdAt: Date | undefined;
}

/** The newest service deployments of a service, newest first: one call. */
export async function readDeployments(
  client: ECSClient,
  cluster: string,
  service: string,
  atMost: number,
): Promise<readonly ServiceDeployment[]> {
  const { serviceDeployments = [] } = await client.send(
    new ListServiceDeploymentsCommand({ cluster, service, maxResults: 100 }),
  );
  return serviceDeployments
    .map(({ serviceDeploymentArn: arn = "", status = "", statusReason: reason = "", createdAt }) => {
      const known: string = status;
      return { arn, status: known, reason, createdAt };
    })
    .toSorted((a, b) => Number(b.createdAt) - Number(a.createdAt))
    .slice(0, atMost);
}

/** A running task. */
export interface TaskView {
  readonly id: string;
  /** The revision it was started from, as `family:revision`. */
  readonly revision: string;
  /** HEALTHY, UNHEALTHY, or UNKNOWN if no container has a health check. */
  readonly health: string;
  /** Digest of the image that each container runs. */
  readonly digests: Readonly<Record<string, string>>;
}

/** The running tasks of a service: one call for each hundred, and one more. */
export async function readTasks(client: ECSClient, cluster: string, serviceName: string): Promise<readonly TaskView[]> {
  const found: TaskView[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new ListTasksCommand({ cluster, serviceName, desiredStatus: "RUNNING", nextToken }));
    nextToken = page.nextToken;
    if (page.taskArns === undefined || page.taskArns.length === 0) continue;
    const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: page.taskArns }));
    found.push(
      ...tasks.map(({ taskArn, taskDefinitionArn, healthStatus, containers = [] }) => ({
        id: lastPart(taskArn),
        health: healthStatus ?? "UNKNOWN",
        revision: lastPart(taskDefinitionArn),
        digests: Object.fromEntries(containers.map(({ name = "", imageDigest = "" }) => [name, imageDigest])),
      })),
    );
  } while (nextToken !== undefined);
  return found;
}
