import type { World } from "../../kit/service.ts";
import type { LogShipper } from "./log-shipper.ts";
import type { Relays } from "./relays.ts";
import type { State, StopReason, Task } from "../kit/state.ts";

/** What else has to happen when a task changes. */
export interface TaskHooks {
  /** The state of the task or of a container has changed. */
  readonly changed: (task: Task) => void;
  /** All containers run. */
  readonly running: (task: Task) => void;
  /** The task is about to stop; resolves when no request needs it any more. */
  readonly leaving: (task: Task) => Promise<void>;
}

/** What all task jobs work with. */
export interface TaskContext {
  readonly world: World;
  readonly state: State;
  readonly relays: Relays;
  readonly hooks: TaskHooks;
  /** Labels of every container and volume. */
  readonly labels: Readonly<Record<string, string>>;
}

/** One task, from its start to its end. */
export interface TaskJob {
  readonly context: TaskContext;
  readonly arn: string;
  /** Set once: why the task ends. */
  ending?: StopReason;
  /** Resolves when no more of the task is being started. */
  started: Promise<void>;
  /** Resolves when the task is STOPPED. */
  ended?: Promise<void>;
  /** Callbacks that wait for the next change. */
  readonly waiting: Set<() => void>;
  readonly shippers: LogShipper[];
  /** When each container started last, in epoch seconds. */
  readonly startedAt: Map<string, number>;
  /** Starts a container again, by its name, once it has run. */
  readonly again: Map<string, () => Promise<void>>;
  pause?: string;
  readonly volumes: string[];
}

/** The task that a job is about; throws when the task is gone. */
export function taskOf(job: TaskJob): Task {
  const task = job.context.state.live.get(job.arn);
  if (task === undefined) throw new Error(`task ${job.arn}: it has stopped`);
  return task;
}

/** Whether a task has to end; checked again after every wait. */
export function isEnding(job: TaskJob): boolean {
  return job.ending !== undefined;
}

/** Waits for the next change of a task. */
export function nextChange(job: TaskJob): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      job.waiting.delete(wake);
      resolve();
    };
    job.waiting.add(wake);
  });
}

/** Reports a change of a task to the waiting callbacks and to the hooks. */
export function announce(job: TaskJob): void {
  for (const wake of [...job.waiting]) wake();
  const task = job.context.state.live.get(job.arn);
  if (task !== undefined) job.context.hooks.changed(task);
}

/** The message of a thrown value. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === "Error" ? error.message : `${error.name}: ${error.message}`;
}
