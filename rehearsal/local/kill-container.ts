import { setTimeout as sleep } from "node:timers/promises";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import type { ECSClientConfig } from "@aws-sdk/client-ecs";
import { docker, type LocalCloud } from "../../local-cloud/index.ts";
import type { Services } from "../kit/service-state.ts";

/** Kills one container of that name without ECS, and waits until its task is gone; returns a line that names it. */
export async function killContainer(cloud: LocalCloud, { cluster, names }: Services, name: string): Promise<string> {
  const [service = cluster] = names.filter((one) =>
    Object.values(cloud.ecs.containers(cluster, one)).some((of) => name in of),
  );
  const [task, containers = {}] = Object.entries(cloud.ecs.containers(cluster, service))[0] ?? [];
  const id = containers[name];
  if (task === undefined || id === undefined) throw new Error(`no task runs a container ${name}`);
  await docker(["kill", id]);
  const deadline = Date.now() + 120_000;
  while (cloud.ecs.containers(cluster, service)[task] !== undefined) {
    if (Date.now() > deadline) throw new Error(`${name}: it was killed, and its task still runs after 120 s`);
    await sleep(100);
  }
  return `killed ${name} of task ${task.split("/").at(-1) ?? ""}`;
}

/** Kills a container that its task cannot do without, of the first service. */
export async function killOne(cloud: LocalCloud, client: ECSClientConfig, services: Services): Promise<string> {
  const ecs = new ECSClient(client);
  const { cluster, names } = services;
  const found = await ecs.send(new DescribeServicesCommand({ cluster, services: names.slice(0, 1) }));
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: found.services?.[0]?.taskDefinition }),
  );
  const essential = taskDefinition?.containerDefinitions?.find((container) => container.essential !== false);
  return killContainer(cloud, services, essential?.name ?? "");
}
