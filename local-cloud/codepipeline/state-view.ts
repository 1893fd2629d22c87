import type { Pipeline, Stage } from "./declaration.ts";
import type { Executor } from "./executor.ts";
import type { ActionRun, Run } from "./run.ts";
import { seconds } from "./views.ts";

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
        ...(latest === undefined ? {} : retriesOf(latest, stage.name)),
        ...(latest === undefined ? {} : entryOf(latest, stage)),
        actionStates: stage.actions.map(({ name }) => actionState(executor, stage.name, name)),
      };
    }),
  };
}

function retriesOf(run: Run, stageName: string): object {
  const retries = run.retries.get(stageName);
  if (retries === undefined) return {};
  const { automatic, manual, latest: latestRetryTrigger } = retries;
  return {
    retryStageMetadata: {
      ...(automatic === 0 ? {} : { autoStageRetryAttempt: automatic }),
      ...(manual === 0 ? {} : { manualStageRetryAttempt: manual }),
      latestRetryTrigger,
    },
  };
}

function entryOf(run: Run, { name, beforeEntry }: Stage): object {
  const entry = run.conditions.get(name);
  if (entry === undefined) return {};
  const { status, summary, changedAt } = entry;
  const latestExecution = { status, summary, lastStatusChange: seconds(changedAt) };
  const ruleStates = (beforeEntry?.conditions ?? []).flatMap(({ rules }) =>
    rules.map((rule) => ({ ruleName: rule.name })),
  );
  return {
    beforeEntryConditionState: {
      latestExecution: { status, summary },
      conditionStates: [{ latestExecution, ruleStates }],
    },
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
