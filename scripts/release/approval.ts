import { PutApprovalResultCommand, type ApprovalStatus, type CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { inProgress, type WaitingApproval } from "../look/in-progress.ts";
import { labelOf, readPipeline, readRun } from "../look/pipeline-view.ts";
import { Refusal } from "../kit/refusal.ts";

/** A run that waits for a person's answer. */
export interface PendingApproval extends WaitingApproval {
  readonly pipeline: string;
  /** Commit and first line of its message, or the source's other revision; empty where there is none. */
  readonly revision: string;
  /** The commit's full id, or the source's other revision; empty where there is none. */
  readonly revisionId: string;
}

/** Finds the run that waits; refuses where none does. */
export async function pendingApproval(client: CodePipelineClient, pipeline: string): Promise<PendingApproval> {
  const { approval } = inProgress(await readPipeline(client, pipeline));
  if (approval === undefined) {
    throw new Refusal(`${pipeline}: no run waits for approval; push, or wait until the build of one has ended`);
  }
  const run = await readRun(client, pipeline, approval.executionId);
  return { ...approval, pipeline, revision: labelOf(run), revisionId: run.revision };
}

/** Lets a waiting run into Release. */
export const approve = (client: CodePipelineClient, pending: PendingApproval, summary: string): Promise<void> =>
  answer(client, pending, "Approved", summary);

/** Ends a waiting run as failed, with the summary as its reason. */
export const reject = (client: CodePipelineClient, pending: PendingApproval, summary: string): Promise<void> =>
  answer(client, pending, "Rejected", summary);

/** Who wins where two answer at once is CodePipeline's matter: the other one is told. */
async function answer(
  client: CodePipelineClient,
  { pipeline, stage, action, executionId, token }: PendingApproval,
  status: ApprovalStatus,
  summary: string,
): Promise<void> {
  try {
    await client.send(
      new PutApprovalResultCommand({
        pipelineName: pipeline,
        stageName: stage,
        actionName: action,
        token,
        result: { status, summary },
      }),
    );
  } catch (error) {
    const late = ["ApprovalAlreadyCompletedException", "InvalidApprovalTokenException"];
    if (!(error instanceof Error) || !late.includes(error.name)) throw error;
    throw new Refusal(`${pipeline}: run ${executionId} waits no longer, somebody else or its time-out has answered`);
  }
}
