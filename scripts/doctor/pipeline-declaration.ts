import { GetPipelineCommand, type CodePipelineClient } from "@aws-sdk/client-codepipeline";

/** What a pipeline is told to do, as far as names can disagree. */
export interface PipelineDeclaration {
  /** The connection its source goes through; undefined where it needs none. */
  readonly connectionArn: string | undefined;
  readonly deploys: readonly DeployAction[];
}

/** An action that deploys an ECS service. */
export interface DeployAction {
  readonly service: string;
  /** The file of the build that names the images. */
  readonly file: string;
}

/** Reads a pipeline's declaration: one call. */
export async function readDeclaration(client: CodePipelineClient, name: string): Promise<PipelineDeclaration> {
  const { pipeline } = await client.send(new GetPipelineCommand({ name }));
  const actions = (pipeline?.stages ?? []).flatMap((stage) => stage.actions ?? []);
  return {
    connectionArn: actions.find(({ configuration }) => configuration?.["ConnectionArn"] !== undefined)?.configuration?.[
      "ConnectionArn"
    ],
    deploys: actions
      .filter(({ actionTypeId }) => actionTypeId?.provider === "ECS")
      .map(({ configuration }) => ({
        service: configuration?.["ServiceName"] ?? "",
        file: configuration?.["FileName"] ?? "imagedefinitions.json",
      })),
  };
}
