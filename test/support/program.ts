import { parametersThere } from "../../testing/first-up.ts";
import { readProject } from "../../testing/project-files.ts";
import { settled, startCloud, type CloudArgs } from "./cloud.ts";

export { configText } from "../../testing/configuration.ts";

/** How a run of the program departs from the stack's own configuration. */
export interface ProgramArgs extends CloudArgs {
  readonly stack: string;
  /** The program's folder. @default - this repository */
  readonly directory?: string;
}

/** The repository every test's stack is given, since Pulumi.yaml can name none. */
const repository = "acme/shop";

let run = 0;

/** Runs index.ts for a stack, with Pulumi.yaml's defaults under the stack's own file, and gives its outputs. */
export async function runProgram(args: ProgramArgs): Promise<Record<string, unknown>> {
  const { stack, config, answers, directory = "." } = args;
  await startCloud({
    stack,
    config: { ...configOf(stack), ...config },
    answers: { ...parametersThere, ...answers },
  });
  const before = process.cwd();
  const { stackTraceLimit } = Error;
  process.chdir(directory);
  // Pulumi's SDK keeps a stack trace of each promise, which takes half of the time.
  Error.stackTraceLimit = 0;
  try {
    // A module is evaluated once; each query is another module to Node.
    const outputs = (await import(`../../index.ts?run=${String(run++)}`)) as Record<string, unknown>;
    await settled();
    return outputs;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    process.chdir(before);
  }
}

/** Configuration as the engine hands it to the program: what Pulumi.yaml defaults, then what the stack's file sets. */
export function configOf(stack: string): Readonly<Record<string, string>> {
  return { ...readProject(".", stack).config, "compose-ecs-pipeline:sourceRepository": repository };
}
