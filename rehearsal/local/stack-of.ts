import { runStack, type Configuration, type Operation, type StackResult } from "../../scripts/for-rehearsal.ts";
import type { Services } from "../kit/service-state.ts";

/** The names of a stack's resources on the local cloud. */
interface Names extends Services {
  readonly pipeline: string;
}

interface StackOfArgs {
  readonly stack: string;
  /** Folder of the program: the one with Pulumi.yaml. */
  readonly program: string;
  readonly configuration: Configuration;
  /** Environment variables of the engine, the program and the providers. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Runs operations of the stack; the first one sets the configuration that a person would have set. */
export function stackOf({ stack, program, configuration, variables: environment }: StackOfArgs) {
  let asked = configuration;
  let names: Names = { pipeline: "", cluster: "", names: [] };
  return {
    names: () => names,
    run: async (operation: Operation): Promise<StackResult> => {
      const given = asked;
      asked = {};
      const result = await runStack({
        operation,
        stack,
        projectDirectory: program,
        configuration: given,
        environment,
      });
      names = namesIn(result.outputs) ?? names;
      return result;
    },
  };
}

/** What the stack's output `environment` names; undefined after an operation that returns no outputs. */
function namesIn(outputs: StackResult["outputs"]): Names | undefined {
  const { environment = outputs } = outputs as { readonly environment?: unknown };
  const found = environment as Partial<Record<"pipelineName" | "clusterName", string>> & {
    readonly serviceNames?: readonly string[];
  };
  const { pipelineName: pipeline, clusterName: cluster, serviceNames: names } = found;
  return pipeline === undefined || cluster === undefined || names === undefined
    ? undefined
    : { pipeline, cluster, names };
}
