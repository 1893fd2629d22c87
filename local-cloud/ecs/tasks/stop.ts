import { docker } from "../../kit/docker.ts";
import { dependants, outOfMemory } from "./containers.ts";
import { changeContainer, changeTask, now } from "../kit/state.ts";
import type { Task } from "../kit/state.ts";
import { announce, messageOf, taskOf } from "./job.ts";
import type { TaskJob } from "./job.ts";

const defaultStopTimeoutSeconds = 30;
/** How long a container's last lines may take to be delivered after its end. */
const lastLinesSeconds = 5;

/** Takes a task from any state to STOPPED: out of the load balancer first, then container by container. */
export async function stopTask(job: TaskJob): Promise<void> {
  const { state, hooks, world } = job.context;
  const deactivating = changeTask(state, job.arn, { status: "DEACTIVATING", stoppingAt: now() });
  announce(job);
  if (deactivating !== undefined) await hooks.leaving(deactivating);
  await job.started;
  changeTask(state, job.arn, { status: "STOPPING" });
  announce(job);
  try {
    await stopContainers(taskOf(job));
    await lastLines(job);
    await readExits(job);
    changeTask(state, job.arn, { status: "DEPROVISIONING" });
    await remove(job);
  } catch (error) {
    world.log(`task ${job.arn}: ${messageOf(error)}`);
  }
  const stopped: Task = { ...taskOf(job), status: "STOPPED", stoppedAt: now() };
  state.live.delete(job.arn);
  state.stopped.set(job.arn, stopped);
  hooks.changed(stopped);
}

/** Stops containers in reverse order of dependency: first those that depend on others. */
async function stopContainers({ definition, containers }: Task): Promise<void> {
  const stopping = new Map<string, Promise<void>>();
  const stop = (name: string): Promise<void> => {
    const known = stopping.get(name);
    if (known !== undefined) return known;
    const stopped = Promise.all(dependants(definition, name).map(stop)).then(async () => {
      const dockerId = containers.find((container) => container.name === name)?.dockerId;
      const container = definition.containerDefinitions.find((each) => each.name === name);
      const seconds = container?.stopTimeout ?? defaultStopTimeoutSeconds;
      if (dockerId !== undefined) await docker(["stop", "--time", String(seconds), dockerId]);
    });
    stopping.set(name, stopped);
    return stopped;
  };
  await Promise.all(definition.containerDefinitions.map(({ name }) => stop(name)));
}

async function lastLines(job: TaskJob): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, lastLinesSeconds * 1000);
  });
  await Promise.race([Promise.all(job.shippers.map(({ finished }) => finished)), late]);
  clearTimeout(timer);
  for (const shipper of job.shippers) shipper.abandon();
}

async function readExits(job: TaskJob): Promise<void> {
  for (const { name, dockerId } of taskOf(job).containers) {
    if (dockerId === undefined) {
      changeContainer(job.context.state, job.arn, name, { status: "STOPPED" });
      continue;
    }
    const said = JSON.parse(await docker(["inspect", "--format", "{{json .State}}", dockerId])) as {
      readonly ExitCode: number;
      readonly OOMKilled: boolean;
      readonly StartedAt: string;
    };
    const ran = !said.StartedAt.startsWith("0001-");
    changeContainer(job.context.state, job.arn, name, {
      status: "STOPPED",
      ...(ran ? { exitCode: said.ExitCode } : {}),
      ...(said.OOMKilled ? { reason: outOfMemory } : {}),
    });
  }
}

async function remove(job: TaskJob): Promise<void> {
  const ids = taskOf(job).containers.flatMap(({ dockerId }) => dockerId ?? []);
  const all = [...ids, ...(job.pause === undefined ? [] : [job.pause])];
  if (all.length > 0) await docker(["rm", "--force", "--volumes", ...all]);
  if (job.volumes.length > 0) await docker(["volume", "rm", "--force", ...job.volumes]);
}
