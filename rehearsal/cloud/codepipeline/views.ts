import type { Executor } from "./executor.ts";
import type { Pipeline } from "./declaration.ts";
import type { ActionRun, Run, StoredArtifact } from "./run.ts";

/** A run as GetPipelineExecution shows it. */
export function executionView(run: Run): object {
  return {
    pipelineName: run.pipeline.name,
    pipelineVersion: run.pipeline.version,
    pipelineExecutionId: run.id,
    status: run.status,
    statusSummary: run.statusSummary,
    artifactRevisions: [...run.artifacts.values()].flatMap(({ name, revision }) =>
      revision === undefined
        ? []
        : [{ name, revisionId: revision.id, revisionSummary: revision.summary, created: revision.created }],
    ),
    trigger: run.trigger,
    executionMode: "SUPERSEDED",
    executionType: "STANDARD",
  };
}

/** A run as ListPipelineExecutions shows it. */
export function executionSummary(run: Run): object {
  const sources = run.actions.filter(({ action }) => action.actionTypeId.category === "Source");
  return {
    pipelineExecutionId: run.id,
    status: run.status,
    statusSummary: run.statusSummary,
    startTime: seconds(run.startedAt),
    lastUpdateTime: seconds(run.updatedAt),
    sourceRevisions: sources.flatMap(({ action, outputs }) =>
      outputs.flatMap(({ revision }) =>
        revision === undefined
          ? []
          : [{ actionName: action.name, revisionId: revision.id, revisionSummary: revision.summary }],
      ),
    ),
    trigger: run.trigger,
    ...(run.status === "Stopped" ? { stopTrigger: { reason: run.statusSummary } } : {}),
    executionMode: "SUPERSEDED",
    executionType: "STANDARD",
  };
}

/** An action of a run as ListActionExecutions shows it. */
export function actionDetail(run: Run, { action, ...record }: ActionRun): object {
  const artifact = ({ name, bucket, key }: StoredArtifact): object => ({ name, s3location: { bucket, key } });
  return {
    pipelineExecutionId: run.id,
    actionExecutionId: record.id,
    pipelineVersion: run.pipeline.version,
    stageName: record.stageName,
    actionName: action.name,
    startTime: seconds(record.startedAt),
    lastUpdateTime: seconds(record.updatedAt),
    updatedBy: record.updatedBy,
    status: record.status,
    input: {
      actionTypeId: action.actionTypeId,
      configuration: action.configuration ?? {},
      resolvedConfiguration: record.resolvedConfiguration,
      roleArn: action.roleArn,
      inputArtifacts: record.inputs.map(artifact),
      namespace: action.namespace,
    },
    output: {
      outputArtifacts: record.outputs.map(artifact),
      executionResult: {
        externalExecutionId: record.externalExecutionId,
        externalExecutionSummary: record.summary,
        errorDetails: record.error,
      },
      outputVariables: record.outputVariables,
    },
  };
}

/** A pipeline as GetPipelineState shows it. */
export function stateView(pipeline: Pipeline, executor: Executor, created: Date, updated: Date): object {
  return {
    pipelineName: pipeline.name,
    pipelineVersion: pipeline.version,
    created: seconds(created),
    updated: seconds(updated),
    stageStates: pipeline.stages.map((stage, index) => {
      const latest = executor.runs().find(({ stages }) => stages.has(stage.name));
      const waiting = executor.waitingBefore(stage.name);
      const { enabled = true, reason, changedAt, changedBy } = executor.transition(stage.name) ?? {};
      const transition = {
        enabled,
        disabledReason: reason,
        lastChangedAt: changedAt === undefined ? undefined : seconds(changedAt),
        lastChangedBy: changedBy,
      };
      return {
        stageName: stage.name,
        ...(waiting === undefined
          ? {}
          : { inboundExecution: { pipelineExecutionId: waiting.id, status: waiting.status } }),
        ...(index === 0 && enabled ? {} : { inboundTransitionState: transition }),
        ...(latest === undefined
          ? {}
          : { latestExecution: { pipelineExecutionId: latest.id, status: latest.stages.get(stage.name) } }),
        actionStates: stage.actions.map(({ name }) => actionState(executor, stage.name, name)),
      };
    }),
  };
}

function actionState(executor: Executor, stageName: string, actionName: string): object {
  const latest = executor
    .runs()
    .flatMap(({ actions }) => actions)
    .filter((record) => record.stageName === stageName && record.action.name === actionName)
    .reduce<ActionRun | undefined>(
      (newest, one) => (newest === undefined || one.startedAt > newest.startedAt ? one : newest),
      undefined,
    );
  if (latest === undefined) return { actionName };
  const revision = latest.outputs[0]?.revision;
  return {
    actionName,
    ...(revision === undefined
      ? {}
      : { currentRevision: { revisionId: revision.id, revisionChangeId: revision.id, created: revision.created } }),
    latestExecution: {
      actionExecutionId: latest.id,
      status: latest.status,
      summary: latest.summary,
      lastStatusChange: seconds(latest.updatedAt),
      token: latest.status === "InProgress" ? latest.token : undefined,
      lastUpdatedBy: latest.updatedBy,
      externalExecutionId: latest.externalExecutionId,
      errorDetails: latest.error,
    },
  };
}

function seconds(date: Date): number {
  return date.getTime() / 1000;
}
