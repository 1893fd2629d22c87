import type { World } from "../../kit/service.ts";
import type { LogShipper } from "./log-shipper.ts";
import type { Relays } from "./relays.ts";
import type { State, StopReason, Task } from "../kit/state.ts";

/** What a task does to the world around it. */
export interface TaskHooks {
  /** A container's or the task's own state is another. */
  readonly changed: (task: Task) => void;
  /** All containers run. */
  readonly running: (task: Task) => void;
  /** The task is about to stop; ends when no request needs it any more. */
  readonly leaving: (task: Task) => Promise<void>;
}

/** What task jobs have in common. */
export interface TaskContext {
  readonly world: World;
  readonly state: State;
  readonly relays: Relays;
  readonly hooks: TaskHooks;
  /** Labels of every container and volume. */
  readonly labels: Readonly<Record<string, string>>;
}

/** One task on its way through its life. */
export interface TaskJob {
  readonly context: TaskContext;
  readonly arn: string;
  /** Set once: why the task ends. */
  ending?: StopReason;
  /** Ends when nothing more of the task is started. */
  started: Promise<void>;
  /** Ends when the task is STOPPED. */
  ended?: Promise<void>;
  /** Called on each change, by those who wait for one. */
  readonly waiting: Set<() => void>;
  readonly shippers: LogShipper[];
  /** When each container started last, in epoch seconds. */
  readonly startedAt: Map<string, number>;
  /** What starts a container again, once it has run. */
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

/** Whether a task was told to end: asked anew after every wait. */
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

/** Tells a change of a task to those inside who wait for one, and to the hooks. */
export function announce(job: TaskJob): void {
  for (const wake of [...job.waiting]) wake();
  const task = job.context.state.live.get(job.arn);
  if (task !== undefined) job.context.hooks.changed(task);
}

/** What a thrown value says. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === "Error" ? error.message : `${error.name}: ${error.message}`;
}
