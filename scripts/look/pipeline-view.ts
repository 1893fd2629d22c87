import {
  GetPipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  type ActionExecutionDetail,
  type ActionState,
  type ArtifactRevision,
  type CodePipelineClient,
  type StageState,
} from "@aws-sdk/client-codepipeline";

/** A pipeline as it is now. */
export interface PipelineView {
  readonly name: string;
  readonly stages: readonly StageView[];
}

export interface StageView {
  readonly name: string;
  /** The run in the stage, or the last one that was there. */
  readonly run: { readonly id: string; readonly status: string } | undefined;
  /** The run that waits to enter. */
  readonly waiting: string | undefined;
  /** Why no run may enter; undefined while the transition is enabled. */
  readonly closed: string | undefined;
  /** Who closed it; undefined if AWS does not say. */
  readonly closedBy: string | undefined;
  readonly actions: readonly StageAction[];
}

export interface StageAction {
  readonly name: string;
  readonly status: string;
  /** Identifies the pending request for an approval. */
  readonly token: string | undefined;
}

/** Reads the state of a pipeline: one call. */
export async function readPipeline(client: CodePipelineClient, name: string): Promise<PipelineView> {
  const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name }));
  return { name, stages: stageStates.map(stageView) };
}

function stageView(stage: StageState): StageView {
  const { stageName = "", latestExecution: run, inboundExecution: waiting, inboundTransitionState: inbound } = stage;
  return {
    name: stageName,
    run: run && { id: run.pipelineExecutionId ?? "", status: run.status ?? "" },
    waiting: waiting?.pipelineExecutionId,
    closed: inbound?.enabled === false ? (inbound.disabledReason ?? "no reason given") : undefined,
    closedBy: inbound?.enabled === false ? inbound.lastChangedBy : undefined,
    actions: (stage.actionStates ?? []).map(actionOf),
  };
}

const actionOf = ({ actionName = "", latestExecution: run }: ActionState): StageAction => ({
  name: actionName,
  status: run?.status ?? "",
  token: run?.token,
});

/** One run of a pipeline. */
export interface RunView {
  readonly id: string;
  /** InProgress, Succeeded, Failed, Stopped, Superseded, Cancelled … */
  readonly status: string;
  /** Why it was stopped, if it was. */
  readonly summary: string;
  /** The commit or other revision of the source; empty before the source action has ended. */
  readonly revision: string;
  /** First line of the commit's message. */
  readonly message: string;
}

/** Reads one run: one call. */
export async function readRun(client: CodePipelineClient, pipelineName: string, id: string): Promise<RunView> {
  const { pipelineExecution: run } = await client.send(
    new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId: id }),
  );
  const [source] = run?.artifactRevisions ?? [];
  return {
    id,
    status: run?.status ?? "",
    summary: run?.statusSummary ?? "",
    revision: source?.revisionId ?? "",
    message: messageOf(source),
  };
}

/** Commit and message of a run, for people; empty if they are not known. */
export const labelOf = ({ revision, message }: Pick<RunView, "revision" | "message">): string =>
  [shortRevision(revision), message].filter((part) => part !== "").join(" ");

/** The short form of a commit; other revisions stay as they are. */
export const shortRevision = (revision: string): string =>
  /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 7) : revision;

/** The source action of a connection puts provider and message into JSON; others give the plain message. */
function messageOf({ revisionSummary = "" }: ArtifactRevision = {}): string {
  const [line = ""] = (fromJson(revisionSummary) ?? revisionSummary).split("\n");
  return line;
}

function fromJson(summary: string): string | undefined {
  try {
    const { CommitMessage } = JSON.parse(summary) as { readonly CommitMessage?: unknown };
    return typeof CommitMessage === "string" ? CommitMessage : undefined;
  } catch {
    return undefined;
  }
}

/** One action of a run. */
export interface RunAction {
  readonly id: string;
  readonly stage: string;
  readonly name: string;
  /** InProgress, Succeeded, Failed or Abandoned. */
  readonly status: string;
  readonly error: string;
  /** CodeBuild's id `project:uuid`, if the action is a build. */
  readonly build: string | undefined;
  readonly startedAt: Date | undefined;
}

/** Actions of a run, in the order in which they started. */
export async function readActions(
  client: CodePipelineClient,
  pipelineName: string,
  id: string,
): Promise<readonly RunAction[]> {
  const found: ActionExecutionDetail[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId: id }, nextToken }),
    );
    found.push(...(page.actionExecutionDetails ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  // CodePipeline lists the newest first.
  return found.toReversed().map(runAction);
}

function runAction(detail: ActionExecutionDetail): RunAction {
  const result = detail.output?.executionResult;
  return {
    id: detail.actionExecutionId ?? "",
    stage: detail.stageName ?? "",
    name: detail.actionName ?? "",
    status: detail.status ?? "",
    error: result?.errorDetails?.message ?? "",
    build: detail.input?.actionTypeId?.provider === "CodeBuild" ? result?.externalExecutionId : undefined,
    startedAt: detail.startTime,
  };
}

/** A source action, with which every run begins. */
export interface SourceView {
  readonly action: string;
  /** CodeStarSourceConnection, CodeCommit, S3 or ECR. */
  readonly provider: string;
}

/** Source actions of a pipeline: one call. */
export async function readSources(client: CodePipelineClient, name: string): Promise<readonly SourceView[]> {
  const { pipeline } = await client.send(new GetPipelineCommand({ name }));
  return (pipeline?.stages?.[0]?.actions ?? []).map(({ name: action = "", actionTypeId }) => ({
    action,
    provider: actionTypeId?.provider ?? "",
  }));
}
