// @ts-check
// Lambda calls the handler for each event of a rule: it reads what the event does not contain and publishes one message.
// The runtime brings the AWS SDK.
import process from "node:process";
import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CodePipelineClient,
  paginateListActionExecutions,
  paginateListPipelineExecutions,
} from "@aws-sdk/client-codepipeline";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { alarmMessage, buildMessage, deploymentMessage, runMessage } from "./messages.mjs";
import { failedActions, failureOf, logOf, runOf } from "./run.mjs";

const codepipeline = new CodePipelineClient({});
const logs = new CloudWatchLogsClient({});
const sns = new SNSClient({});

/** @param {{ readonly source: string } & Record<string, any>} event */
export async function handler(event) {
  const { subject, text } = await messageOf(event);
  await sns.send(
    new PublishCommand({
      TopicArn: process.env["TOPIC_ARN"],
      Subject: subject,
      MessageStructure: "json",
      Message: JSON.stringify({ default: text, https: JSON.stringify(chatMessage(subject, text)) }),
    }),
  );
}

/** @param {any} event */
async function messageOf(event) {
  if (event.source === "aws.codebuild") return buildMessage(event);
  if (event.source === "aws.ecs") return deploymentMessage(event);
  if (event.source === "aws.cloudwatch") return alarmMessage(event);
  return runMessage(event, await readRun(event.detail.pipeline, event.detail["execution-id"]));
}

/** @param {string} pipelineName @param {string} pipelineExecutionId */
async function readRun(pipelineName, pipelineExecutionId) {
  const filter = { pipelineExecutionId };
  const actions = [];
  for await (const page of paginateListActionExecutions({ client: codepipeline }, { pipelineName, filter })) {
    actions.push(...(page.actionExecutionDetails ?? []));
  }
  const failures = [];
  for (const action of failedActions(actions)) failures.push(failureOf(action, await lastLines(logOf(action))));
  return runOf(await summaryOf(pipelineName, pipelineExecutionId), actions, failures);
}

/** CodePipeline lists the newest run first, so a run that has just ended is on the first page, unless the pipeline is very busy.
 * @param {string} pipelineName @param {string} id @returns {Promise<import("./run.mjs").Summary>} */
async function summaryOf(pipelineName, id) {
  for await (const page of paginateListPipelineExecutions({ client: codepipeline }, { pipelineName })) {
    const found = page.pipelineExecutionSummaries?.find(({ pipelineExecutionId }) => pipelineExecutionId === id);
    if (found !== undefined) return found;
  }
  return {};
}

/** The last lines of a log; none if the build wrote no log.
 * @param {import("./run.mjs").LogPlace | undefined} place @returns {Promise<readonly string[]>} */
async function lastLines(place) {
  if (place === undefined) return [];
  try {
    const { events = [] } = await logs.send(new GetLogEventsCommand({ ...place, limit: 50 }));
    return events.map(({ message = "" }) => message);
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return [];
    throw error;
  }
}

/** The form that Amazon Q Developer shows in Slack; it ignores any other text ("Custom notifications").
 * @param {string} title @param {string} description */
function chatMessage(title, description) {
  return { version: "1.0", source: "custom", content: { textType: "client-markdown", title, description } };
}
