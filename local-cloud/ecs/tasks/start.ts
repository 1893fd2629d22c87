import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { docker } from "../../kit/docker.ts";
import { dependencies, environmentOf } from "./containers.ts";
import { createArguments } from "./create-arguments.ts";
import { checkUntilHealthy } from "./first-checks.ts";
import { executionRole } from "./execution-role.ts";
import type { ExecutionRole } from "./execution-role.ts";
import { shipLogs } from "./log-shipper.ts";
import { changeContainer, changeTask, now } from "../kit/state.ts";
import type { Container } from "../kit/state.ts";
import { fetchImage } from "./images.ts";
import type { LocalImage } from "./images.ts";
import { announce, isEnding, messageOf, nextChange, taskOf } from "./job.ts";
import type { TaskJob } from "./job.ts";
import { createNetwork } from "./network.ts";
import type { Networked } from "./network.ts";
import { createVolume, volumeName } from "./volumes.ts";

/** Why a task could not start, in ECS's words, with the container that failed if there is one. */
export class StartFailure extends Error {
  readonly container: string | undefined;

  constructor(message: string, container?: string) {
    super(message);
    this.container = container;
  }
}

interface Prepared {
  readonly container: Container;
  readonly image: LocalImage;
  readonly secrets: Readonly<Record<string, string>>;
  readonly role: ExecutionRole | undefined;
}

/** Takes a task from PROVISIONING to RUNNING; returns early when the task has to end; throws a StartFailure. */
export async function startTask(job: TaskJob): Promise<void> {
  const { definition } = taskOf(job);
  await provision(job);
  if (isEnding(job)) return;
  const role = await assume(job);
  // One at a time: two containers of one image pull it once.
  const prepared: Prepared[] = [];
  for (const container of definition.containerDefinitions) {
    prepared.push(await prepare(job, container, role));
    if (isEnding(job)) return;
  }
  await Promise.all(prepared.map((each) => runContainer(job, each)));
  if (isEnding(job)) return;
  const running = changeTask(job.context.state, job.arn, { status: "RUNNING", startedAt: now() });
  if (running !== undefined) job.context.hooks.running(running);
  announce(job);
}

async function provision(job: TaskJob): Promise<void> {
  const { world, state, labels } = job.context;
  const { definition, id } = taskOf(job);
  const own = { ...labels, "compose-ecs-pipeline.task": id };
  const network = await networked(job)
    .then((task) => createNetwork(world, task, own))
    .catch((error: unknown) => {
      throw new StartFailure(`ResourceInitializationError: unable to set up the network: ${messageOf(error)}`);
    });
  job.pause = network.pause;
  for (const volume of definition.volumes ?? []) await createVolume(job, volume);
  changeTask(state, job.arn, { status: "PENDING", address: network.address, hostPorts: network.hostPorts });
  announce(job);
}

async function networked(job: TaskJob): Promise<Networked> {
  const { relays, state } = job.context;
  const { definition, serviceArn, startedBy } = taskOf(job);
  const deployment = state.services.get(serviceArn ?? "")?.deployments.find(({ id }) => id === startedBy);
  const hosts = (deployment?.endpoints ?? []).map(async (endpoint) => {
    const address = await relays.address(endpoint);
    return endpoint.names.map((name) => ({ name, address }));
  });
  return { definition, serviceArn, hosts: (await Promise.all(hosts)).flat() };
}

async function assume(job: TaskJob): Promise<ExecutionRole | undefined> {
  const { definition } = taskOf(job);
  if (definition.executionRoleArn === undefined) return undefined;
  return await executionRole(job.context.world, definition.executionRoleArn, job.arn).catch((error: unknown) => {
    throw new StartFailure(`ResourceInitializationError: unable to assume the execution role: ${messageOf(error)}`);
  });
}

async function prepare(job: TaskJob, container: Container, role: ExecutionRole | undefined): Promise<Prepared> {
  const { world, state } = job.context;
  const task = taskOf(job);
  const pinned = container.versionConsistency === "disabled" ? undefined : task.pinned[container.name];
  const image = await fetchImage(world, role, container.image, pinned).catch((error: unknown) => {
    throw new StartFailure(
      `CannotPullContainerError: pull image manifest has been retried 1 time(s): ${messageOf(error)}`,
      container.name,
    );
  });
  if (image.digest !== undefined) changeContainer(state, job.arn, container.name, { imageDigest: image.digest });
  const secrets = container.secrets?.length
    ? await (role?.secrets(container) ?? Promise.reject(new Error("no execution role"))).catch((error: unknown) => {
        throw new StartFailure(
          "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: " +
            `unable to retrieve secrets from ssm: service call has been retried 1 time(s): ${messageOf(error)}`,
        );
      })
    : {};
  const log = logOf(container, task.id);
  if (log !== undefined) {
    await (role?.createLogStream(log.group, log.stream) ?? Promise.reject(new Error("no execution role"))).catch(
      (error: unknown) => {
        throw new StartFailure(
          "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: " +
            `failed to create Cloudwatch log stream: ${messageOf(error)}`,
        );
      },
    );
  }
  return { container, image, secrets, role };
}

/** Log group and stream of a container that has the awslogs driver: `prefix/container/task`. */
function logOf(container: Container, taskId: string): { readonly group: string; readonly stream: string } | undefined {
  const { logDriver, options = {} } = container.logConfiguration ?? {};
  if (logDriver !== "awslogs") return undefined;
  return {
    group: options["awslogs-group"] ?? "",
    stream: `${options["awslogs-stream-prefix"] ?? container.name}/${container.name}/${taskId}`,
  };
}

/** Waits for a container's dependencies, then starts it and follows its output. */
async function runContainer(job: TaskJob, prepared: Prepared): Promise<void> {
  const { name } = prepared.container;
  for (;;) {
    if (isEnding(job)) return;
    const met = dependencies(prepared.container, taskOf(job).containers);
    if (met === "impossible") throw new StartFailure("TaskFailedToStart: container dependency could not be met", name);
    if (met === "met") break;
    await nextChange(job);
  }
  const dockerId = await create(job, prepared).catch((error: unknown) => {
    throw new StartFailure(`CannotCreateContainerError: ${messageOf(error)}`, name);
  });
  changeContainer(job.context.state, job.arn, name, { dockerId });
  if (isEnding(job)) return;
  job.startedAt.set(name, now());
  await docker(["start", dockerId]).catch((error: unknown) => {
    throw new StartFailure(`CannotStartContainerError: ${messageOf(error)}`, name);
  });
  job.again.set(name, async () => {
    const since = now();
    job.startedAt.set(name, since);
    await docker(["start", dockerId]);
    changeContainer(job.context.state, job.arn, name, { status: "RUNNING", health: "UNKNOWN" });
    ship(job, prepared, dockerId, since);
    void checkUntilHealthy(job, prepared.container, dockerId);
    announce(job);
  });
  // A container that ended at once is STOPPED already.
  const state = taskOf(job).containers.find((each) => each.name === name);
  if (state?.status === "PENDING") changeContainer(job.context.state, job.arn, name, { status: "RUNNING" });
  ship(job, prepared, dockerId);
  void checkUntilHealthy(job, prepared.container, dockerId);
  announce(job);
}

function ship(job: TaskJob, { container, role }: Prepared, dockerId: string, since?: number): void {
  const log = logOf(container, taskOf(job).id);
  if (log === undefined || role === undefined) return;
  const put = role.putLogEvents;
  job.shippers.push(
    shipLogs(
      dockerId,
      (events) =>
        put(log.group, log.stream, events).catch((error: unknown) => {
          job.context.world.log(`log stream ${log.stream}: ${messageOf(error)}`);
        }),
      since,
    ),
  );
}

async function create(job: TaskJob, { container, image, secrets }: Prepared): Promise<string> {
  const { world, labels } = job.context;
  const task = taskOf(job);
  const override = task.overrides.containerOverrides?.find(({ name }) => name === container.name);
  const environment = environmentOf(container, secrets, override?.environment);
  const multiline = Object.entries(environment).filter(([, value]) => value.includes("\n"));
  const lines = Object.entries(environment).filter(([, value]) => !value.includes("\n"));
  const environmentFile = join(world.directory, `environment-${task.id}-${container.name}`);
  const memory = task.definition.memory;
  await mkdir(world.directory, { recursive: true });
  await writeFile(environmentFile, lines.map(([name, value]) => `${name}=${value}\n`).join(""), { mode: 0o600 });
  try {
    const args = createArguments(container, {
      image: image.reference,
      pause: job.pause ?? "",
      labels: { ...labels, "compose-ecs-pipeline.task": task.id, "compose-ecs-pipeline.container": container.name },
      environmentFile,
      inherited: multiline.map(([name]) => name),
      volumes: Object.fromEntries(
        (task.definition.volumes ?? []).map((volume) => [volume.name ?? "", volumeName(task.id, volume)]),
      ),
      sharesProcesses: task.definition.pidMode === "task",
      declaredVolumes: image.volumes,
      ...(override?.command === undefined ? {} : { command: override.command }),
      ...(memory === undefined ? {} : { memoryMiB: Number(memory) }),
    });
    return await docker(args, { env: Object.fromEntries(multiline) });
  } finally {
    await rm(environmentFile, { force: true });
  }
}
