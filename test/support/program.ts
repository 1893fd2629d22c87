import { parametersThere } from "../../testing/first-up.ts";
import { readProject } from "../../testing/project-files.ts";
import { settled, startCloud, type CloudArgs } from "./cloud.ts";

export { configText } from "../../testing/configuration.ts";

/** How a run of the program departs from the stack's own configuration. */
export interface ProgramArgs extends CloudArgs {
  readonly stack: string;
}

/** The repository every test's stack is given, since Pulumi.yaml can name none. */
const repository = "acme/shop";

let run = 0;

/** Runs index.ts for a stack, with Pulumi.yaml's defaults under the stack's own file, and gives its outputs. */
export async function runProgram({ stack, config, answers }: ProgramArgs): Promise<Record<string, unknown>> {
  await startCloud({
    stack,
    config: { ...configOf(stack), ...config },
    answers: { ...parametersThere, ...answers },
  });
  // A module is evaluated once; each query is another module to Node.
  const outputs = (await import(`../../index.ts?run=${String(run++)}`)) as Record<string, unknown>;
  await settled();
  return outputs;
}

/** Configuration as the engine hands it to the program: what Pulumi.yaml defaults, then what the stack's file sets. */
export function configOf(stack: string): Readonly<Record<string, string>> {
  return { ...readProject(".", stack).config, "compose-ecs-pipeline:sourceRepository": repository };
}
