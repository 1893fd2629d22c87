import type { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import {
  ListActionExecutionsCommand,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
  PutApprovalResultCommand,
  type ActionExecutionDetail,
} from "@aws-sdk/client-codepipeline";
import { setTimeout as sleep } from "node:timers/promises";

/** How one run of the pipeline ended. */
export interface PipelineRun {
  readonly executionId: string;
  /** Succeeded, Failed, Stopped, Superseded … */
  readonly status: string;
  /** CodePipeline's summary of the status: the reason why a run was stopped. */
  readonly summary: string;
  /** Actions that ran, in their order, with their status and the error of a failed one. */
  readonly actions: readonly RunAction[];
}

export interface RunAction {
  readonly name: string;
  readonly status: string;
  readonly error: string;
  readonly seconds: number;
}

/** Waits until a run has ended. */
export async function awaitRun(
  pipelines: CodePipelineClient,
  pipelineName: string,
  executionId: string,
  timeoutSeconds = 600,
  everyMs = 300,
): Promise<PipelineRun> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  while (Date.now() < deadline) {
    const { pipelineExecutionSummaries = [] } = await pipelines.send(
      new ListPipelineExecutionsCommand({ pipelineName }),
    );
    const run = pipelineExecutionSummaries.find(({ pipelineExecutionId }) => pipelineExecutionId === executionId);
    if (run?.status && run.status !== "InProgress" && run.status !== "Stopping") {
      return {
        executionId,
        status: run.status,
        summary: run.statusSummary ?? "",
        actions: await actionsOf(pipelines, pipelineName, executionId),
      };
    }
    await approve(pipelines, pipelineName);
    await sleep(everyMs);
  }
  throw new Error(`${pipelineName}: the run ${executionId} has not ended after ${timeoutSeconds} s`);
}

/** Approves the action that waits for a person. */
export async function approve(pipelines: CodePipelineClient, pipelineName: string): Promise<void> {
  const { stageStates = [] } = await pipelines.send(new GetPipelineStateCommand({ name: pipelineName }));
  const token = stageStates
    .find(({ stageName }) => stageName === "Approve")
    ?.actionStates?.find(({ latestExecution }) => latestExecution?.status === "InProgress")?.latestExecution?.token;
  if (token === undefined) return;
  await pipelines.send(
    new PutApprovalResultCommand({
      pipelineName,
      stageName: "Approve",
      actionName: "Approve",
      token,
      result: { status: "Approved", summary: "rehearsed" },
    }),
  );
}

async function actionsOf(pipelines: CodePipelineClient, pipelineName: string, pipelineExecutionId: string) {
  const answer = await pipelines.send(
    new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId } }),
  );
  return (answer.actionExecutionDetails ?? [])
    .toSorted((a, b) => Number(a.startTime) - Number(b.startTime))
    .map(runAction);
}

const runAction = (detail: ActionExecutionDetail): RunAction => ({
  name: detail.actionName ?? "",
  status: detail.status ?? "",
  error: detail.output?.executionResult?.errorDetails?.message ?? "",
  seconds: (Number(detail.lastUpdateTime) - Number(detail.startTime)) / 1000,
});
