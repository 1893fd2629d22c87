import type { StackResult } from "../../scripts/for-rehearsal.ts";
import type { CommandOutcome } from "./command-line.ts";
import type { Change } from "./commits.ts";
import type { PipelineRun } from "./pipeline-run.ts";
import type { RunningImage, ServiceState } from "./service-state.ts";

/** A commit that was pushed, and the run that the push started. */
export interface Pushed {
  readonly commit: string;
  /** Empty if the push started no run. */
  readonly executionId: string;
}

/**
 * Where an application is rehearsed, and everything that a step of a rehearsal does there. The local cloud is one place,
 * and an AWS account can be another one.
 */
export interface Place {
  /** The stack; its name is also the environment's. */
  readonly environment: string;
  /** Folder of this rehearsal, with its logs; `close` removes it. */
  readonly directory: string;
  /** Runs `up` from the present checkout. */
  up(): Promise<StackResult>;
  /** Destroys the stack. */
  destroy(): Promise<StackResult>;
  /** Does what a person does between the first `up` and the first push; nothing where that needs no person. */
  finishHandshake(): Promise<void>;
  /** Makes a change, commits it and pushes it; without a change, pushes the first commit. */
  push(change?: Change): Promise<Pushed>;
  /** Waits until a run of the pipeline has ended; approves it when the environment requires that. */
  runOf(executionId: string): Promise<PipelineRun>;
  /** Runs a verb's command line for this stack, without a person to answer questions. */
  commandLine(args: readonly string[]): Promise<CommandOutcome>;
  /** Address of the load balancer; undefined if the application publishes no port. */
  address(): string | undefined;
  /** Path at which the load balancer asks whether a task can serve; undefined if the application publishes no port. */
  healthPath(): Promise<string | undefined>;
  /** The revision that each ECS service runs. */
  services(): Promise<readonly ServiceState[]>;
  runningImages(): Promise<readonly RunningImage[]>;
  /** Ends a container, or its task, without ECS's consent; returns a line that names it. */
  loseContainer(): Promise<string>;
  /** Waits until all tasks are healthy and no deployment is in progress. */
  untilSteady(): Promise<void>;
  /** Output of the newest failed command of a build, in one line; empty when there is none. */
  buildLog(): Promise<string>;
  /** The last lines of the builds' logs, so many at most. */
  buildTail(count: number): Promise<readonly string[]>;
  /** Stops and removes everything that the rehearsal has started; safe to call at any time, and twice. */
  close(): Promise<void>;
}
