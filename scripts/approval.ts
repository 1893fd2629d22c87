import {
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  PutApprovalResultCommand,
  type ApprovalStatus,
  type ArtifactRevision,
  type CodePipelineClient,
  type StageState,
} from "@aws-sdk/client-codepipeline";
import { Refusal } from "./refusal.ts";

/** A run that waits for a person's answer. */
export interface PendingApproval {
  readonly pipeline: string;
  readonly stage: string;
  readonly action: string;
  readonly executionId: string;
  /** Names this one request: an answer to another one is refused. */
  readonly token: string;
  /** Commit and first line of its message, or the source's other revision; empty where there is none. */
  readonly revision: string;
}

/** Finds the run that waits; a pipeline has one at most, since the newest run of a stage overtakes the others. */
export async function pendingApproval(client: CodePipelineClient, pipeline: string): Promise<PendingApproval> {
  const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name: pipeline }));
  const [waiting] = stageStates.flatMap(waitingIn);
  if (waiting === undefined) {
    throw new Refusal(`${pipeline}: no run waits for approval; push, or wait until the build of one has ended`);
  }
  const { pipelineExecution } = await client.send(
    new GetPipelineExecutionCommand({ pipelineName: pipeline, pipelineExecutionId: waiting.executionId }),
  );
  const [source] = pipelineExecution?.artifactRevisions ?? [];
  return { ...waiting, pipeline, revision: source === undefined ? "" : describe(source) };
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

function waitingIn({ stageName = "", latestExecution, actionStates = [] }: StageState) {
  return actionStates.flatMap(({ actionName = "", latestExecution: run }) =>
    run?.status === "InProgress" && run.token !== undefined
      ? [
          {
            stage: stageName,
            action: actionName,
            executionId: latestExecution?.pipelineExecutionId ?? "",
            token: run.token,
          },
        ]
      : [],
  );
}

function describe({ revisionId = "", revisionSummary = "" }: ArtifactRevision): string {
  const commit = /^[0-9a-f]{40}$/.test(revisionId) ? revisionId.slice(0, 7) : revisionId;
  return [commit, messageOf(revisionSummary).split("\n")[0]].filter((part) => part !== "").join(" ");
}

/** A connection's source puts provider and message into JSON; others give the message as it is. */
function messageOf(summary: string): string {
  try {
    const { CommitMessage } = JSON.parse(summary) as { readonly CommitMessage?: unknown };
    return typeof CommitMessage === "string" ? CommitMessage : summary;
  } catch {
    return summary;
  }
}
