import { StopBuildCommand } from "@aws-sdk/client-codebuild";
import { ListPipelineExecutionsCommand, StopPipelineExecutionCommand } from "@aws-sdk/client-codepipeline";
import { DescribeTasksCommand, ListTasksCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import { newestBuilds } from "./build-logs.ts";
import type { AccountClients } from "./clients.ts";

/**
 * Stops what an interrupted rehearsal still runs and what would be in the way of a deletion: the pipeline's run, builds,
 * and tasks outside of the services, such as a migration. Nothing is deleted. Never throws: the deletion says what is
 * wrong.
 */
export async function quiesce(clients: AccountClients, prefix: string): Promise<void> {
  await stopRuns(clients, prefix).catch(() => undefined);
  await stopBuilds(clients, prefix).catch(() => undefined);
  await stopTasks(clients, prefix).catch(() => undefined);
}

async function stopRuns({ codepipeline }: AccountClients, pipelineName: string): Promise<void> {
  const { pipelineExecutionSummaries = [] } = await codepipeline.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  for (const { pipelineExecutionId, status } of pipelineExecutionSummaries) {
    if (status !== "InProgress") continue;
    const stop = { pipelineName, pipelineExecutionId, abandon: true, reason: "the rehearsal ends" };
    await codepipeline.send(new StopPipelineExecutionCommand(stop)).catch(() => undefined);
  }
}

async function stopBuilds(clients: AccountClients, prefix: string): Promise<void> {
  for (const { id, buildStatus } of await newestBuilds(clients, prefix))
    if (buildStatus === "IN_PROGRESS") await clients.codebuild.send(new StopBuildCommand({ id }));
}

async function stopTasks({ ecs }: AccountClients, cluster: string): Promise<void> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster }));
  if (taskArns.length === 0) return;
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  for (const { group = "", taskArn } of tasks)
    if (!group.startsWith("service:")) await ecs.send(new StopTaskCommand({ cluster, task: taskArn }));
}
