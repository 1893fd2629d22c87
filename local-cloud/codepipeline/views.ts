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

/** A time as the API writes it: epoch seconds. */
export function seconds(date: Date): number {
  return date.getTime() / 1000;
}
