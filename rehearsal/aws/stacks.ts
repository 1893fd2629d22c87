import {
  project,
  runPulumi,
  runStack,
  type Configuration,
  type Operation,
  type StackResult,
} from "../../scripts/for-rehearsal.ts";
import type { Services } from "../kit/service-state.ts";

/** A stack of a rehearsal. */
export interface StackPlace {
  readonly stack: string;
  /** Folder with Pulumi.yaml. */
  readonly projectDirectory: string;
  /** Environment of the engine and the program. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Runs operations on the stacks of a rehearsal, one after the other. */
export interface Stacks {
  run(place: StackPlace, operation: Operation, configuration?: Configuration): Promise<StackResult>;
  /** Deletes everything of a stack, also after a Pulumi that was killed; undefined if there is no such stack. */
  destroy(place: StackPlace): Promise<StackResult | undefined>;
  /** Ends what runs in an orderly way: what has begun is finished and recorded. Waits for that; nothing else begins. */
  readonly abort: () => Promise<void>;
}

/** Operations that can be ended. `note` gets a line about what was found interrupted. */
export function rehearsalStacks(note: (line: string) => void): Stacks {
  const controller = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  const run: Stacks["run"] = (place, operation, configuration = {}) => {
    const { signal } = controller;
    if (signal.aborted) return Promise.reject(new Error("it was interrupted"));
    const result = runStack({ ...place, operation, configuration, signal });
    running = result.catch(() => undefined);
    return result;
  };
  return {
    run,
    destroy: async (place) => {
      const { stack, ...at } = place;
      const exported = await runPulumi(["stack", "export", "--stack", stack], at);
      if (exported === undefined) return undefined;
      const stacks = project(at);
      const interrupted = await stacks.interrupted(stack);
      if (interrupted !== undefined) {
        for (const line of interrupted.lines) note(`interrupted before: ${line}`);
        await stacks.settle(stack, interrupted);
        await run(place, "refresh");
      }
      return await run(place, "destroy");
    },
    abort: async () => {
      controller.abort();
      await running;
    },
  };
}

/** Removes the lock that a killed Pulumi has left. */
export async function unlock({ stack, ...at }: StackPlace): Promise<void> {
  await runPulumi(["cancel", "--yes", "--stack", stack], at);
}

/** The names of an environment's resources that a rehearsal asks for. */
export interface EnvironmentNames extends Services {
  readonly pipeline: string;
  /** Address of the load balancer; undefined if the application publishes no port. */
  readonly url: string | undefined;
}

/** The names in the outputs of an `up`; undefined after an operation that returns no outputs. */
export function namesIn(outputs: StackResult["outputs"]): EnvironmentNames | undefined {
  const { environment = outputs } = outputs as { readonly environment?: unknown };
  const found = environment as Partial<Record<"pipelineName" | "clusterName" | "url", string>> & {
    readonly serviceNames?: readonly string[];
  };
  const { pipelineName: pipeline, clusterName: cluster, serviceNames: names, url } = found;
  return pipeline === undefined || cluster === undefined || names === undefined
    ? undefined
    : { pipeline, cluster, names, url };
}
