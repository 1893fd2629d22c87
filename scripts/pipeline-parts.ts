import { GetPipelineCommand, type CodePipelineClient, type PipelineDeclaration } from "@aws-sdk/client-codepipeline";
import { Refusal } from "./refusal.ts";

/** What a pipeline says of itself that a release needs. */
export interface PipelineParts {
  /** Name and provider of the action that takes the code. */
  readonly source: { readonly action: string; readonly provider: string };
  readonly cluster: string;
  /** The ECS services it deploys. */
  readonly services: readonly string[];
}

/** Reads a pipeline's declaration; the pipeline itself names what it deploys, so that no stack is needed. */
export async function readPipeline(client: CodePipelineClient, name: string): Promise<PipelineParts> {
  try {
    const { pipeline } = await client.send(new GetPipelineCommand({ name }));
    return partsOf(pipeline);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "PipelineNotFoundException") throw error;
    throw new Refusal(`${name}: there is no such pipeline; check --pipeline, --region and the account`);
  }
}

function partsOf(pipeline: PipelineDeclaration | undefined): PipelineParts {
  const actions = (pipeline?.stages ?? []).flatMap((stage) => stage.actions ?? []);
  const source = actions.find(({ actionTypeId }) => actionTypeId?.category === "Source");
  const deployments = actions.filter(({ actionTypeId }) => actionTypeId?.provider === "ECS");
  return {
    source: { action: source?.name ?? "", provider: source?.actionTypeId?.provider ?? "" },
    cluster: deployments[0]?.configuration?.["ClusterName"] ?? "",
    services: deployments.map(({ configuration }) => configuration?.["ServiceName"] ?? ""),
  };
}
