import { AwsError } from "../kit/service.ts";
import type { Input, LocalService } from "../kit/service.ts";
import type { Approvals } from "./approval-action.ts";
import type { Transition } from "./executor.ts";
import { knownPipeline } from "./pipeline-operations.ts";
import type { KnownPipeline } from "./pipeline-operations.ts";
import type { Run, SourceRevision } from "./run.ts";
import { stateView } from "./state-view.ts";
import { actionDetail, executionSummary, executionView } from "./views.ts";

/** Operations on runs of pipelines. */
export function executionOperations(
  pipelines: ReadonlyMap<string, KnownPipeline>,
  approval: Approvals,
): LocalService["operations"] {
  const named = (input: Input): KnownPipeline => knownPipeline(pipelines, input["pipelineName"]);
  return {
    StartPipelineExecution: (input, caller) => {
      const { declaration, executor } = knownPipeline(pipelines, input["name"]);
      const sourceRevisions = (input["sourceRevisions"] ?? []) as readonly SourceRevision[];
      checkRevisions(declaration.pipelineType, sourceRevisions);
      const trigger = { triggerType: "StartPipelineExecution", triggerDetail: caller.principalArn } as const;
      return Promise.resolve({ pipelineExecutionId: executor.start(declaration, trigger, sourceRevisions).id });
    },
    StopPipelineExecution: (input) => {
      const { executor } = named(input);
      const run = knownRun(executor.runs(), input["pipelineExecutionId"]);
      const abandon = input["abandon"] === true;
      const reason = (input["reason"] as string | undefined) ?? "";
      // API reference, StopPipelineExecution: reason, "Maximum length of 200".
      if (reason.length > 200)
        throw new AwsError("ValidationException", `reason: ${reason.length} characters; at most 200 are allowed`);
      // "If you already chose to stop and abandon, you cannot make that request again."
      if (run.status === "Stopping" && (!abandon || run.abandoned.signal.aborted)) {
        throw new AwsError("DuplicatedStopRequestException", `The pipeline execution ${run.id} is already stopping`);
      }
      if (run.status !== "InProgress" && run.status !== "Stopping") {
        throw new AwsError(
          "PipelineExecutionNotStoppableException",
          `The pipeline execution ${run.id} is ${run.status} and cannot be stopped`,
        );
      }
      executor.stop(run, abandon, reason);
      return Promise.resolve({ pipelineExecutionId: run.id });
    },
    RetryStageExecution: (input) => {
      const known = named(input);
      const run = knownRun(known.executor.runs(), input["pipelineExecutionId"]);
      const stageName = String(input["stageName"]);
      checkRetry(known, run, stageName);
      const mode = input["retryMode"];
      if (mode !== "FAILED_ACTIONS" && mode !== "ALL_ACTIONS")
        throw new AwsError(
          "ValidationException",
          `retryMode ${String(mode)}: allowed are FAILED_ACTIONS and ALL_ACTIONS`,
        );
      known.executor.retry(run, stageName, mode);
      return Promise.resolve({ pipelineExecutionId: run.id });
    },
    GetPipelineState: (input) => {
      const { declaration, executor, created, updated } = knownPipeline(pipelines, input["name"]);
      return Promise.resolve(stateView(declaration, executor, created, updated));
    },
    GetPipelineExecution: (input) =>
      Promise.resolve({
        pipelineExecution: executionView(knownRun(named(input).executor.runs(), input["pipelineExecutionId"])),
      }),
    ListPipelineExecutions: (input) => {
      const filter = input["filter"] as { readonly succeededInStage?: { readonly stageName?: string } } | undefined;
      const stageName = filter?.succeededInStage?.stageName;
      const runs = named(input)
        .executor.runs()
        .filter(({ stages }) => stageName === undefined || stages.get(stageName) === "Succeeded");
      const { items, ...next } = page(runs, input);
      return Promise.resolve({ pipelineExecutionSummaries: items.map(executionSummary), ...next });
    },
    ListActionExecutions: (input) => {
      const { items, ...next } = page(
        actionsOf(named(input), input["filter"] as ActionExecutionFilter | undefined),
        input,
      );
      return Promise.resolve({ actionExecutionDetails: items, ...next });
    },
    PutApprovalResult: (input, caller) => {
      const { status, summary } = input["result"] as {
        readonly status: "Approved" | "Rejected";
        readonly summary: string;
      };
      named(input);
      if (!approval.decide(String(input["token"]), { status, summary, by: caller.principalArn })) {
        throw new AwsError(
          "InvalidApprovalTokenException",
          "The approval request already received a response or has expired",
        );
      }
      return Promise.resolve({ approvedAt: Date.now() / 1000 });
    },
    EnableStageTransition: (input, caller) =>
      setTransition(named(input), input, { enabled: true, changedAt: new Date(), changedBy: caller.principalArn }),
    DisableStageTransition: (input, caller) =>
      setTransition(named(input), input, {
        enabled: false,
        reason: checkedReason(String(input["reason"])),
        changedAt: new Date(),
        changedBy: caller.principalArn,
      }),
  };
}

interface ActionExecutionFilter {
  readonly pipelineExecutionId?: string;
  readonly latestInPipelineExecution?: { readonly pipelineExecutionId: string; readonly startTimeRange: string };
}

/** Action executions, the latest first; an action that was retried has one for each attempt. */
function actionsOf({ executor }: KnownPipeline, filter: ActionExecutionFilter = {}): readonly object[] {
  const { latestInPipelineExecution: latest, pipelineExecutionId: id = latest?.pipelineExecutionId } = filter;
  // Which attempts AWS lists for `Latest`, its reference does not say.
  if (latest !== undefined && latest.startTimeRange !== "All")
    throw new AwsError(
      "ValidationException",
      `latestInPipelineExecution.startTimeRange ${latest.startTimeRange}: the local cloud knows only All`,
    );
  const runs = id === undefined ? executor.runs() : [knownRun(executor.runs(), id)];
  return runs
    .flatMap((run) => run.actions.toReversed().map((record) => ({ run, record })))
    .toSorted((one, other) => other.record.startedAt.getTime() - one.record.startedAt.getTime())
    .map(({ run, record }) => actionDetail(run, record));
}

// API reference, RetryStageExecution, errors; ALL_ACTIONS asks for no action in progress, which a stage that has ended
// does not have. "For a pipeline execution in a Stopped state, the actions in the stage where the execution stopped can be
// retried": user guide, "Stop a pipeline execution".
function checkRetry({ declaration, executor }: KnownPipeline, run: Run, stageName: string): void {
  requireStage(declaration, stageName);
  const later = executor.runs().find(({ number, stages }) => number > run.number && stages.has(stageName));
  if (later !== undefined)
    throw new AwsError(
      "NotLatestPipelineExecutionException",
      `The stage ${stageName} has run in the later ${later.id}`,
    );
  const ended = run.actions.some(
    (record) => record.stageName === stageName && ["Failed", "Abandoned"].includes(record.status),
  );
  const status = run.stages.get(stageName);
  if (run.status !== status || (status !== "Failed" && status !== "Stopped") || !ended)
    throw new AwsError("StageNotRetryableException", `The stage ${stageName} contains no failed actions`);
  if (run.pipeline.version !== declaration.version)
    throw new AwsError("StageNotRetryableException", `The structure of pipeline ${declaration.name} has changed`);
}

function requireStage(declaration: KnownPipeline["declaration"], stageName: string): void {
  if (declaration.stages.some(({ name }) => name === stageName)) return;
  throw new AwsError(
    "StageNotFoundException",
    `The account does not have a stage with name '${stageName}' in pipeline '${declaration.name}'`,
  );
}

// "Pattern: [a-zA-Z0-9!@ \\(\\)\\.\\*\\?\\-]+", 1 to 300 characters (API reference, DisableStageTransition).
function checkedReason(reason: string): string {
  if (/^[a-zA-Z0-9!@ ().*?-]{1,300}$/u.test(reason)) return reason;
  throw new AwsError("ValidationException", "reason: 1 to 300 letters, digits, spaces and !@().*?- are allowed");
}

function setTransition(
  { declaration, executor }: KnownPipeline,
  input: Input,
  transition: Transition,
): Promise<object> {
  const stageName = String(input["stageName"]);
  requireStage(declaration, stageName);
  if (input["transitionType"] !== "Inbound")
    throw new AwsError("ValidationException", "transitionType: the local cloud knows only Inbound");
  executor.setTransition(stageName, transition);
  return Promise.resolve({});
}

function checkRevisions(pipelineType: string | undefined, revisions: readonly SourceRevision[]): void {
  if (revisions.length > 0 && pipelineType !== "V2") {
    throw new AwsError("ValidationException", "Source revision overrides are only supported for pipelines of type V2");
  }
  const other = revisions.find(
    ({ revisionType }) => !["COMMIT_ID", "IMAGE_DIGEST", "S3_OBJECT_VERSION_ID"].includes(revisionType),
  );
  if (other !== undefined)
    throw new AwsError(
      "ValidationException",
      `revisionType ${other.revisionType}: the local cloud knows only COMMIT_ID, IMAGE_DIGEST and S3_OBJECT_VERSION_ID`,
    );
}

function knownRun(runs: readonly Run[], id: unknown): Run {
  const run = runs.find((one) => one.id === id);
  if (run !== undefined) return run;
  throw new AwsError(
    "PipelineExecutionNotFoundException",
    `The pipeline execution with ID '${String(id)}' does not exist`,
  );
}

/** One page: `maxResults` is from 1 to 100, "Default value is 100" (API reference). */
function page<Item>(
  all: readonly Item[],
  input: Input,
): { readonly items: readonly Item[]; readonly nextToken?: string } {
  const from = Number(input["nextToken"] ?? 0);
  const size = Number(input["maxResults"] ?? 100);
  if (size < 1 || size > 100) throw new AwsError("ValidationException", `maxResults ${size}: allowed are 1 to 100`);
  const to = from + size;
  return { items: all.slice(from, to), ...(to < all.length ? { nextToken: String(to) } : {}) };
}
