import { setTimeout as sleep } from "node:timers/promises";
import { DescribeImagesCommand, ECRClient, type ECRClientConfig } from "@aws-sdk/client-ecr";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  type ECSClientConfig,
  ListTasksCommand,
  type Service,
  type Task,
} from "@aws-sdk/client-ecs";
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";

/** The image that one container of the service runs, with its tags in the registry. */
export interface RunningImage {
  readonly container: string;
  readonly digest: string;
  readonly tags: readonly string[];
}

/** The ECS services of an environment. */
export interface Services {
  readonly cluster: string;
  readonly names: readonly string[];
}

/** The revision that an ECS service runs, and the images that it names. */
export interface ServiceState {
  readonly service: string;
  /** ARN of the task definition's revision. */
  readonly revision: string;
  /** Image of each container, as the revision names it. */
  readonly images: Readonly<Record<string, string>>;
}

/** The revision that each service runs. */
export async function serviceStates(
  client: ECSClientConfig,
  { cluster, names }: Services,
): Promise<readonly ServiceState[]> {
  const ecs = new ECSClient(client);
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [...names] }));
  return Promise.all(
    services.map(async ({ serviceName = "", taskDefinition: revision = "" }) => {
      const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: revision }));
      const images = taskDefinition?.containerDefinitions?.map(({ name = "", image = "" }) => [name, image] as const);
      return { service: serviceName, revision, images: Object.fromEntries(images ?? []) };
    }),
  );
}

/** Path at which the load balancer asks the first service that is behind one; undefined if none is. */
export async function healthPathOf(client: ECSClientConfig, { cluster, names }: Services): Promise<string | undefined> {
  const found = await new ECSClient(client).send(new DescribeServicesCommand({ cluster, services: [...names] }));
  const groups = found.services?.flatMap(({ loadBalancers = [] }) => loadBalancers) ?? [];
  const [arn] = groups.flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
  if (arn === undefined) return undefined;
  const balancing = new ElasticLoadBalancingV2Client(client);
  const { TargetGroups = [] } = await balancing.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }));
  return TargetGroups[0]?.HealthCheckPath ?? "/";
}

/** The image of each container of the services' tasks. */
export async function runningImages(client: ECRClientConfig, services: Services): Promise<readonly RunningImage[]> {
  const ecr = new ECRClient(client);
  const ecs = new ECSClient(client);
  const seen = new Map<string, Promise<RunningImage>>();
  const tasks = await Promise.all(services.names.map((name) => tasksOf(ecs, services.cluster, name)));
  for (const task of tasks.flat()) {
    for (const { name = "", image = "", imageDigest = "" } of task.containers ?? []) {
      // The pipeline has not built an image of another registry.
      if (imageDigest === "") continue;
      const repositoryName = image.replace(/^[^/]+\//, "").replace(/(@.*|:[^/:]*)$/, "");
      const known = seen.get(`${name} ${imageDigest}`) ?? tagged(ecr, repositoryName, name, imageDigest);
      seen.set(`${name} ${imageDigest}`, known);
    }
  }
  return Promise.all(seen.values());
}

async function tagged(
  ecr: ECRClient,
  repositoryName: string,
  container: string,
  digest: string,
): Promise<RunningImage> {
  const { imageDetails = [] } = await ecr.send(
    new DescribeImagesCommand({ repositoryName, imageIds: [{ imageDigest: digest }] }),
  );
  return { container, digest, tags: imageDetails[0]?.imageTags ?? [] };
}

async function tasksOf(ecs: ECSClient, cluster: string, serviceName: string): Promise<readonly Task[]> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName }));
  if (taskArns.length === 0) return [];
  return (await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks ?? [];
}

/** Waits until each service has one completed deployment with all its tasks. */
export async function untilSteady(
  client: ECRClientConfig,
  { cluster, names }: Services,
  seconds = 120,
  everyMs = 200,
): Promise<void> {
  const ecs = new ECSClient(client);
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [...names] }));
    if (services.length === names.length && services.every(isSteady)) return;
    await sleep(everyMs);
  }
  throw new Error(`${names.join(", ")}: not steady after ${seconds} s`);
}

function isSteady({ deployments = [], desiredCount }: Service): boolean {
  const [only, ...others] = deployments;
  return only?.rolloutState === "COMPLETED" && only.runningCount === desiredCount && others.length === 0;
}
