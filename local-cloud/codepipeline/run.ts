import type { Action, Pipeline } from "./declaration.ts";

/** An artifact in the pipeline's bucket. */
export interface StoredArtifact {
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
  /** The commit, for an artifact of a source action. */
  readonly revision?: Revision;
}

/** The revision that a source action has taken. */
export interface Revision {
  readonly id: string;
  readonly summary: string;
  readonly url?: string;
  /** Epoch seconds. */
  readonly created: number;
}

export type RunStatus = "InProgress" | "Stopping" | "Stopped" | "Succeeded" | "Superseded" | "Failed";
export type ActionStatus = "InProgress" | "Abandoned" | "Succeeded" | "Failed";

export type StageStatus = "InProgress" | "Succeeded" | "Failed" | "Stopped" | "Stopping";
export type RetryTrigger = "AutomatedStageRetry" | "ManualStageRetry";
export type ConditionStatus = "InProgress" | "Succeeded" | "Failed" | "Cancelled";

/** Why a run was started. */
export interface RunTrigger {
  readonly triggerType: "CloudWatchEvent" | "CreatePipeline" | "StartPipelineExecution" | "WebhookV2";
  readonly triggerDetail: string;
}

/** What a source action takes instead of its branch's head or its object's newest version. */
export interface SourceRevision {
  readonly actionName: string;
  /** A type of StartPipelineExecution, or GIT_REF for a push, which the API does not have. */
  readonly revisionType: string;
  readonly revisionValue: string;
}

/** One run of a pipeline, with its present state. */
export interface Run {
  readonly id: string;
  /** Runs of a pipeline count from 1. */
  readonly number: number;
  readonly pipeline: Pipeline;
  readonly trigger: RunTrigger;
  readonly sourceRevisions: readonly SourceRevision[];
  readonly startedAt: Date;
  readonly actions: ActionRun[];
  readonly artifacts: Map<string, StoredArtifact>;
  readonly variables: Map<string, Readonly<Record<string, string>>>;
  /** Status of each stage that was entered. */
  readonly stages: Map<string, StageStatus>;
  /** How often each stage was retried, and how the last time. */
  readonly retries: Map<string, { readonly automatic: number; readonly manual: number; readonly latest: RetryTrigger }>;
  /** Results of the conditions for entering a stage. */
  readonly conditions: Map<
    string,
    { readonly status: ConditionStatus; readonly summary?: string; readonly changedAt: Date }
  >;
  /** Aborted when the run is abandoned; a retry has a new one. */
  abandoned: AbortController;
  status: RunStatus;
  statusSummary?: string;
  updatedAt: Date;
}

/** One action of a run, with its present state. */
export interface ActionRun {
  readonly id: string;
  readonly stageName: string;
  readonly action: Action;
  readonly startedAt: Date;
  updatedAt: Date;
  status: ActionStatus;
  resolvedConfiguration: Readonly<Record<string, string>>;
  inputs: readonly StoredArtifact[];
  outputs: readonly StoredArtifact[];
  outputVariables: Readonly<Record<string, string>>;
  summary?: string;
  externalExecutionId?: string;
  /** The token that PutApprovalResult needs. */
  token?: string;
  updatedBy?: string;
  error?: { readonly code: string; readonly message: string };
}

/** One event of a pipeline, reported once. */
export interface PipelineEvent {
  readonly at: Date;
  readonly pipeline: string;
  readonly executionId: string;
  readonly subject: "execution" | "stage" | "action";
  /** @default - the event is the execution's */
  readonly stage?: string;
  /** @default - the event is the stage's or the execution's */
  readonly action?: string;
  /** Resumed: a failed stage is retried. */
  readonly status: RunStatus | ActionStatus | "Started" | "Resumed";
  readonly summary?: string;
}

/** Whether a run must not start more actions. */
export function isStopped({ status, abandoned }: Pick<Run, "status" | "abandoned">): boolean {
  return status === "Stopping" || abandoned.signal.aborted;
}
