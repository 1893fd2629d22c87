import { automaticRetry, remaining, type RetryMode, runOrderGroups, type Stage } from "./declaration.ts";
import { passesEntry } from "./entry-condition.ts";
import type { EntrySurroundings } from "./entry-condition.ts";
import { runAction } from "./run-action.ts";
import type { ActionSurroundings } from "./run-action.ts";
import { isStopped } from "./run.ts";
import type { PipelineEvent, RetryTrigger, Run, StageStatus } from "./run.ts";

/** What every stage of a pipeline needs. */
export interface StageSurroundings extends ActionSurroundings, EntrySurroundings {
  readonly tellStage: (run: Run, stageName: string, status: PipelineEvent["status"], summary?: string) => void;
}

/**
 * Runs a stage to its end; returns whether it succeeded. A stage that fails runs once more, automatically, when its
 * `onFailure` asks for it: "One attempt is allowed for automatic stage retry on failure" (API reference,
 * RetryStageMetadata).
 */
export async function runStage(
  around: StageSurroundings,
  run: Run,
  stage: Stage,
  byHand: RetryMode | undefined,
): Promise<boolean> {
  if (byHand !== undefined) noteRetry(around, run, stage.name, "ManualStageRetry");
  else if (!(await enters(around, run, stage))) return false;
  if (await attempt(around, run, stage, byHand ?? "ALL_ACTIONS")) return true;
  const mode = automaticRetry(stage);
  if (mode === undefined || isStopped(run) || (run.retries.get(stage.name)?.automatic ?? 0) > 0) return false;
  noteRetry(around, run, stage.name, "AutomatedStageRetry");
  return attempt(around, run, stage, mode);
}

async function enters(around: StageSurroundings, run: Run, stage: Stage): Promise<boolean> {
  if (stage.beforeEntry === undefined) return true;
  mark(around, run, stage.name, "InProgress");
  if (await passesEntry(around, run, stage)) return true;
  mark(around, run, stage.name, isStopped(run) ? "Stopped" : "Failed");
  return false;
}

async function attempt(around: StageSurroundings, run: Run, stage: Stage, mode: RetryMode): Promise<boolean> {
  mark(around, run, stage.name, "InProgress");
  const records = run.actions.filter(({ stageName }) => stageName === stage.name);
  for (const group of runOrderGroups(remaining(stage, records, mode))) {
    const succeeded = await Promise.all(group.map((action) => runAction(around, run, stage.name, action)));
    if (!isStopped(run) && succeeded.every(Boolean)) continue;
    mark(around, run, stage.name, isStopped(run) ? "Stopped" : "Failed");
    return false;
  }
  mark(around, run, stage.name, "Succeeded");
  return true;
}

function mark(around: StageSurroundings, run: Run, stageName: string, status: StageStatus): void {
  if (status === "InProgress" && run.stages.get(stageName) === "InProgress") return;
  run.stages.set(stageName, status);
  around.tellStage(run, stageName, status === "InProgress" ? "Started" : status);
}

function noteRetry(around: StageSurroundings, run: Run, stageName: string, latest: RetryTrigger): void {
  const { automatic = 0, manual = 0 } = run.retries.get(stageName) ?? {};
  const counts =
    latest === "AutomatedStageRetry" ? { automatic: automatic + 1, manual } : { automatic, manual: manual + 1 };
  run.retries.set(stageName, { ...counts, latest });
  around.tellStage(run, stageName, "Resumed", latest);
}
