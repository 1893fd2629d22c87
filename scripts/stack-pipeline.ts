import { fileURLToPath } from "node:url";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { failureLines } from "./engine-diagnostics.ts";
import { Refusal } from "./refusal.ts";

/** Where a stack's pipeline is. */
export interface StackPipeline {
  readonly pipeline: string;
  /** @default - the shell's own region */
  readonly region?: string | undefined;
}

/** Where and how Pulumi is asked. */
export interface StackPlace {
  /** Folder with Pulumi.yaml. @default - this repository */
  readonly projectDirectory?: string;
  /** What is set beside this process's environment. @default - nothing */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Asks Pulumi for a stack's pipeline and region; the stack's backend must be logged in to. */
export async function stackPipeline(stack: string, place: StackPlace = {}): Promise<StackPipeline> {
  const { projectDirectory: workDir = repository, environment = {} } = place;
  const envVars = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value ?? ""]));
  const workspace = await LocalWorkspace.create({ workDir, envVars });
  try {
    const { pipelineName } = await workspace.stackOutputs(stack);
    if (typeof pipelineName?.value === "string") {
      const region = (await workspace.getAllConfig(stack))["aws:region"]?.value;
      return { pipeline: pipelineName.value, region };
    }
  } catch (error) {
    throw new Refusal(`stack ${stack}: ${failureLines([], error)}`);
  }
  throw new Refusal(`stack ${stack}: it has no pipeline; run \`pulumi up --stack ${stack}\` first`);
}

const repository = fileURLToPath(new URL("..", import.meta.url));
