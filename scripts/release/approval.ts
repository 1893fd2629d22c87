import { PutApprovalResultCommand, type ApprovalStatus, type CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { isAwsError } from "../../build/verdict/aws-error.ts";
import { inProgress, type WaitingApproval } from "../look/in-progress.ts";
import { labelOf, readPipeline, readRun } from "../look/pipeline-view.ts";
import { Refusal } from "../kit/refusal.ts";

/** A run that waits for approval. */
export interface PendingApproval extends WaitingApproval {
  readonly pipeline: string;
  /** Commit and first line of its message, or another revision of the source; empty if there is none. */
  readonly revision: string;
  /** The commit's full id, or another revision of the source; empty if there is none. */
  readonly revisionId: string;
}

/** Finds the run that waits for approval; refuses if none does. */
export async function pendingApproval(client: CodePipelineClient, pipeline: string): Promise<PendingApproval> {
  const { approval } = inProgress(await readPipeline(client, pipeline));
  if (approval === undefined) {
    throw new Refusal(`${pipeline}: no run waits for approval; push, or wait until a run's build has ended`);
  }
  const run = await readRun(client, pipeline, approval.executionId);
  return { ...approval, pipeline, revision: labelOf(run), revisionId: run.revision };
}

/** An answer to the run that waits. */
export interface Answer {
  readonly status: "Approved" | "Rejected";
  /** Noted with the answer; at most 512 characters. */
  readonly summary: string;
  /** Is shown the run before the answer is sent; throws to prevent it. @default - no one is asked */
  readonly agree?: (pending: PendingApproval) => Promise<void>;
}

/** Finds the run that waits, and lets it into Release or ends it as failed; refuses if none waits. */
export async function answerApproval(
  client: CodePipelineClient,
  pipeline: string,
  { status, summary, agree }: Answer,
): Promise<void> {
  const pending = await pendingApproval(client, pipeline);
  await agree?.(pending);
  await answer(client, pending, status, summary);
}

/** If two people answer at the same time, CodePipeline takes one answer and refuses the other. */
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
    if (!isAwsError(error, "ApprovalAlreadyCompletedException", "InvalidApprovalTokenException")) throw error;
    throw new Refusal(`${pipeline}: run ${executionId} no longer waits: someone else has answered, or it timed out`);
  }
}
