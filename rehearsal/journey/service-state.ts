import { setTimeout as sleep } from "node:timers/promises";
import { DescribeImagesCommand, ECRClient, type ECRClientConfig } from "@aws-sdk/client-ecr";
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  type Task,
} from "@aws-sdk/client-ecs";

/** What one container of the service runs, and what the registry calls it. */
export interface RunningImage {
  readonly container: string;
  readonly digest: string;
  readonly tags: readonly string[];
}

/** Every image that the service's tasks run now, once a container. */
export async function runningImages(client: ECRClientConfig, prefix: string): Promise<readonly RunningImage[]> {
  const ecr = new ECRClient(client);
  const seen = new Map<string, Promise<RunningImage>>();
  for (const task of await tasksOf(new ECSClient(client), prefix)) {
    for (const { name = "", image = "", imageDigest = "" } of task.containers ?? []) {
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

async function tasksOf(ecs: ECSClient, prefix: string): Promise<readonly Task[]> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: prefix, serviceName: prefix }));
  if (taskArns.length === 0) return [];
  return (await ecs.send(new DescribeTasksCommand({ cluster: prefix, tasks: taskArns }))).tasks ?? [];
}

/** Waits, two minutes at most, until the service has one completed deployment with all its tasks. */
export async function untilSteady(client: ECRClientConfig, prefix: string): Promise<void> {
  const ecs = new ECSClient(client);
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: prefix, services: [prefix] }));
    const [service] = services;
    const [only, ...others] = service?.deployments ?? [];
    const complete = only?.rolloutState === "COMPLETED" && only.runningCount === service?.desiredCount;
    if (complete && others.length === 0) return;
    await sleep(200);
  }
  throw new Error(`${prefix}: not steady after 120 s`);
}
