import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ActionFailure } from "./action.ts";
import type { ActionContext } from "./action.ts";

/** Sends a notice to the action's topic, if it has one, with the role of the action. */
export async function announceApproval(context: ActionContext, token: string, expires: Date): Promise<void> {
  const { world, caller, credentials, configuration } = context;
  const { NotificationArn: TopicArn } = configuration;
  if (TopicArn === undefined) return;
  const sns = new SNSClient({ endpoint: world.endpointUrl, region: world.region, credentials });
  try {
    await world.identity.require(caller, [{ action: "sns:Publish", resource: TopicArn }]);
    const { pipeline, action } = context;
    await sns.send(
      new PublishCommand({
        TopicArn,
        Subject: `APPROVAL NEEDED: AWS CodePipeline ${pipeline.name} for action ${action.name}`.slice(0, 100),
        Message: JSON.stringify(noticeOf(context, token, expires)),
      }),
    );
  } catch (error) {
    throw new ActionFailure("PermissionError", error instanceof Error ? error.message : String(error));
  } finally {
    sns.destroy();
  }
}

/** CodePipeline user guide, "JSON data format for manual approval notifications in CodePipeline". */
function noticeOf({ world, pipeline, stageName, action, configuration }: ActionContext, token: string, expires: Date) {
  const console = `https://console.aws.amazon.com/codepipeline/home?region=${world.region}#/view/${pipeline.name}`;
  return {
    region: world.region,
    consoleLink: console,
    approval: {
      pipelineName: pipeline.name,
      stageName,
      actionName: action.name,
      token,
      expires: `${expires.toISOString().slice(0, 16)}Z`,
      externalEntityLink: configuration["ExternalEntityLink"],
      approvalReviewLink: `${console}/${stageName}/${action.name}/approve/${token}`,
      customData: configuration["CustomData"],
    },
  };
}
