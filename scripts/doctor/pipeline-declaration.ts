import { GetPipelineCommand, type CodePipelineClient } from "@aws-sdk/client-codepipeline";

/** The names in a pipeline's declaration. */
export interface PipelineDeclaration {
  /** The connection of its source; undefined if it needs none. */
  readonly connectionArn: string | undefined;
  readonly deploys: readonly DeployAction[];
}

/** An action that deploys an ECS service. */
export interface DeployAction {
  readonly service: string;
  /** The file, written by the build, that names the images. */
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
