import { randomUUID } from "node:crypto";
import type { Pipeline, RetryMode } from "./declaration.ts";
import { runStage } from "./run-stage.ts";
import type { StageSurroundings } from "./run-stage.ts";
import { isStopped } from "./run.ts";
import type { PipelineEvent, Run, RunStatus, RunTrigger, SourceRevision } from "./run.ts";
import { stageGates } from "./stage-gates.ts";

/** The transition into a stage. */
export interface Transition {
  readonly enabled: boolean;
  readonly reason?: string;
  readonly changedAt: Date;
  readonly changedBy: string;
}

/** The runs of one pipeline, and the transitions into its stages. */
export interface Executor {
  /** Newest first. */
  readonly runs: () => readonly Run[];
  /** The run that waits before a stage. */
  readonly waitingBefore: (stageName: string) => Run | undefined;
  readonly transition: (stageName: string) => Transition | undefined;
  readonly start: (pipeline: Pipeline, trigger: RunTrigger, sourceRevisions?: readonly SourceRevision[]) => Run;
  /** Continues a run at the stage where it failed or was stopped. */
  readonly retry: (run: Run, stageName: string, mode: RetryMode) => void;
  readonly stop: (run: Run, abandon: boolean, reason: string) => void;
  readonly setTransition: (stageName: string, transition: Transition) => void;
  /** Abandons every run and waits until all have ended. */
  readonly close: () => Promise<void>;
}

/** What the runs of all pipelines need. */
export type ExecutorSurroundings = Omit<StageSurroundings, "tell" | "tellStage">;

/** Runs one pipeline in SUPERSEDED mode. */
export function executor(around: ExecutorSurroundings, onEvent: (event: PipelineEvent) => void): Executor {
  const runs: Run[] = [];
  const gates = stageGates();
  const transitions = new Map<string, Transition>();
  const ongoing = new Set<Promise<void>>();
  const tell = teller(onEvent);
  const surroundings: StageSurroundings = {
    ...around,
    tell: (run, { stageName: stage, action: { name: action }, status, summary }) => {
      tell(run, { subject: "action", stage, action, status: status === "InProgress" ? "Started" : status }, summary);
    },
    tellStage: (run, stage, status, summary) => {
      tell(run, { subject: "stage", stage, status }, summary);
    },
  };
  const end = (run: Run, status: RunStatus): void => {
    run.status = status;
    run.updatedAt = new Date();
    tell(run, { subject: "execution", status }, run.statusSummary);
  };
  /** Begins at the first stage, or at the one that is retried. */
  const carryOut = async (run: Run, again?: { readonly index: number; readonly mode: RetryMode }): Promise<void> => {
    for (const [index, stage] of run.pipeline.stages.entries()) {
      if (index < (again?.index ?? 0)) continue;
      const mode = index === again?.index ? again.mode : undefined;
      if (mode !== undefined) gates.reenter(stage.name, run);
      else if (!(await gates.enter(stage.name, run))) {
        end(run, isStopped(run) ? "Stopped" : "Superseded");
        return;
      }
      const succeeded = await runStage(surroundings, run, stage, mode);
      // A failure releases the lock as a success does: "How pipeline executions work", rule 2.
      gates.leave(stage.name, run.id);
      if (!succeeded || isStopped(run)) {
        end(run, isStopped(run) ? "Stopped" : "Failed");
        return;
      }
    }
    end(run, "Succeeded");
  };
  const follow = (work: Promise<void>): void => {
    ongoing.add(work);
    void work.finally(() => ongoing.delete(work));
  };
  const stop = (run: Run, abandon: boolean, reason: string): void => {
    run.status = "Stopping";
    run.statusSummary = reason;
    run.updatedAt = new Date();
    for (const [name, status] of run.stages) if (status === "InProgress") run.stages.set(name, "Stopping");
    gates.dismiss(run.id);
    if (abandon) run.abandoned.abort();
  };

  return {
    runs: () => runs.toReversed(),
    waitingBefore: (stageName) => runs.find(({ id }) => id === gates.waitingBefore(stageName)),
    transition: (stageName) => transitions.get(stageName),
    start(pipeline, trigger, sourceRevisions = []) {
      const run = newRun(pipeline, runs.length + 1, trigger, sourceRevisions);
      runs.push(run);
      tell(run, { subject: "execution", status: "Started" }, `${trigger.triggerType} ${trigger.triggerDetail}`.trim());
      follow(carryOut(run));
      return run;
    },
    retry(run, stageName, mode) {
      run.status = "InProgress";
      run.abandoned = new AbortController();
      delete run.statusSummary;
      run.updatedAt = new Date();
      tell(run, { subject: "execution", status: "Resumed" });
      follow(carryOut(run, { index: run.pipeline.stages.findIndex(({ name }) => name === stageName), mode }));
    },
    stop,
    setTransition(stageName, transition) {
      transitions.set(stageName, transition);
      gates.setTransition(stageName, transition.enabled);
    },
    async close() {
      for (const run of runs) {
        if (run.status === "InProgress" || run.status === "Stopping") stop(run, true, "the local cloud is closed");
      }
      await Promise.allSettled([...ongoing]);
    },
  };
}

type Told = Pick<PipelineEvent, "subject" | "stage" | "action" | "status">;
type Tell = (run: Run, told: Told, summary?: string) => void;

function teller(onEvent: (event: PipelineEvent) => void): Tell {
  return (run, told, summary) => {
    const about = { at: new Date(), pipeline: run.pipeline.name, executionId: run.id };
    onEvent({ ...about, ...told, ...(summary === undefined ? {} : { summary }) });
  };
}

function newRun(
  pipeline: Pipeline,
  number: number,
  trigger: RunTrigger,
  sourceRevisions: readonly SourceRevision[],
): Run {
  const startedAt = new Date();
  return {
    id: randomUUID(),
    number,
    pipeline,
    trigger,
    sourceRevisions,
    startedAt,
    updatedAt: startedAt,
    actions: [],
    artifacts: new Map(),
    variables: new Map(),
    stages: new Map(),
    retries: new Map(),
    conditions: new Map(),
    abandoned: new AbortController(),
    status: "InProgress",
  };
}
