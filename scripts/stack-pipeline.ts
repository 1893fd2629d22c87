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

/** Asks Pulumi for a stack's pipeline and region; the stack's backend must be logged in to. */
export async function stackPipeline(stack: string): Promise<StackPipeline> {
  const workspace = await LocalWorkspace.create({ workDir: fileURLToPath(new URL("..", import.meta.url)) });
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
