import { randomUUID } from "node:crypto";
import { removeLabelled } from "../../kit/docker.ts";
import { essentialExited, isEssential, isRestarted, outOfMemory } from "./containers.ts";
import { followEvents } from "./docker-events.ts";
import type { ContainerEvent } from "./docker-events.ts";
import { changeContainer, now } from "../kit/state.ts";
import type { State, StopReason, Task } from "../kit/state.ts";
import { announce, messageOf } from "./job.ts";
import type { TaskContext, TaskJob } from "./job.ts";
import { StartFailure, startTask } from "./start.ts";
import { stopTask } from "./stop.ts";

/** Runs tasks as containers of this machine's Docker engine. */
export interface Tasks {
  readonly start: (task: Task) => void;
  /** Ends a task for a reason; a task that is ending already keeps its first reason. */
  readonly stop: (arn: string, reason: StopReason) => Promise<void>;
  /** Removes every container and volume, even of running tasks. */
  readonly close: () => Promise<void>;
}

const ecsLabel = "compose-ecs-pipeline.ecs";

/** No task runs yet. */
export function taskRunner(parts: Omit<TaskContext, "labels">): Tasks {
  const { world, state } = parts;
  const run = randomUUID();
  const context: TaskContext = { ...parts, labels: { ...world.labels, [ecsLabel]: run } };
  const jobs = new Map<string, TaskJob>();
  let unfollow: (() => void) | undefined;
  const end = (job: TaskJob, reason: StopReason): Promise<void> => {
    if (job.ended !== undefined) return job.ended;
    job.ending = reason;
    const task = state.live.get(job.arn);
    if (task !== undefined) state.live.set(job.arn, { ...task, stop: reason });
    job.ended = stopTask(job).finally(() => jobs.delete(job.arn));
    return job.ended;
  };
  return {
    start: (task) => {
      unfollow ??= followEvents(`${ecsLabel}=${run}`, (event) => {
        tell(jobs, state, event, end);
      });
      state.live.set(task.arn, task);
      const job: TaskJob = {
        context,
        arn: task.arn,
        started: Promise.resolve(),
        waiting: new Set(),
        shippers: [],
        startedAt: new Map(),
        again: new Map(),
        volumes: [],
      };
      jobs.set(task.arn, job);
      job.started = startTask(job).catch((error: unknown) => {
        fail(job, error, end);
      });
    },
    stop: async (arn, reason) => {
      const job = jobs.get(arn);
      if (job !== undefined) await end(job, reason);
    },
    close: async () => {
      unfollow?.();
      const left = [...jobs.values()];
      for (const job of left) {
        job.ending ??= { code: "UserInitiated", reason: "the local cloud is closed", failure: false };
        for (const wake of [...job.waiting]) wake();
        for (const shipper of job.shippers) shipper.abandon();
      }
      await Promise.all(left.map(({ started }) => started));
      await removeLabelled(`${ecsLabel}=${run}`);
      for (const { ended } of left) await ended;
    },
  };
}

type End = (job: TaskJob, reason: StopReason) => Promise<void>;

function fail(job: TaskJob, error: unknown, end: End): void {
  if (job.ending) return;
  const reason = error instanceof StartFailure ? error.message : `InternalError: ${messageOf(error)}`;
  if (error instanceof StartFailure && error.container !== undefined) {
    changeContainer(job.context.state, job.arn, error.container, { status: "STOPPED", reason });
  }
  job.context.world.log(`task ${job.arn}: ${reason}`);
  void end(job, { code: "TaskFailedToStart", reason, failure: true });
}

/** Notes an event of a container; the end of an essential container ends its task. */
function tell(jobs: ReadonlyMap<string, TaskJob>, state: State, { dockerId, what }: ContainerEvent, end: End): void {
  for (const job of jobs.values()) {
    const task = state.live.get(job.arn);
    const container = task?.containers.find((each) => each.dockerId === dockerId);
    if (task === undefined || container === undefined) continue;
    if ("health" in what) {
      changeContainer(state, job.arn, container.name, { health: what.health === "healthy" ? "HEALTHY" : "UNHEALTHY" });
    } else {
      const reason = what.outOfMemory ? { reason: outOfMemory } : {};
      changeContainer(state, job.arn, container.name, { status: "STOPPED", exitCode: what.died, ...reason });
      const definition = task.definition.containerDefinitions.find(({ name }) => name === container.name);
      const ran = now() - (job.startedAt.get(container.name) ?? now());
      if (job.ending === undefined && isRestarted(definition, what.died, ran)) void restart(job, container.name);
      else if (job.ending === undefined && isEssential(definition)) void end(job, essentialExited);
    }
    announce(job);
  }
}

async function restart(job: TaskJob, name: string): Promise<void> {
  try {
    await job.again.get(name)?.();
  } catch (error) {
    job.context.world.log(`task ${job.arn}: ${name} could not be restarted: ${messageOf(error)}`);
  }
}
