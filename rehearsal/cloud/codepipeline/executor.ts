import { randomUUID } from "node:crypto";
import { runOrderGroups } from "./declaration.ts";
import type { Pipeline, Stage } from "./declaration.ts";
import { runAction } from "./run-action.ts";
import type { ActionSurroundings } from "./run-action.ts";
import type { PipelineEvent, Run, RunStatus, RunTrigger, SourceRevision } from "./run.ts";
import { stageGates } from "./stage-gates.ts";

/** The transition into a stage. */
export interface Transition {
  readonly enabled: boolean;
  readonly reason?: string;
  readonly changedAt: Date;
  readonly changedBy: string;
}

/** The runs of one pipeline, and the gates before its stages. */
export interface Executor {
  /** Newest first. */
  readonly runs: () => readonly Run[];
  /** The run that waits before a stage. */
  readonly waitingBefore: (stageName: string) => Run | undefined;
  readonly transition: (stageName: string) => Transition | undefined;
  readonly start: (pipeline: Pipeline, trigger: RunTrigger, sourceRevisions?: readonly SourceRevision[]) => Run;
  readonly stop: (run: Run, abandon: boolean, reason: string) => void;
  readonly setTransition: (stageName: string, transition: Transition) => void;
  /** Abandons every run and waits until all is over. */
  readonly close: () => Promise<void>;
}

/** Carries out the runs of one pipeline in SUPERSEDED mode. */
export function executor(around: Omit<ActionSurroundings, "tell">, onEvent: (event: PipelineEvent) => void): Executor {
  const runs: Run[] = [];
  const gates = stageGates();
  const transitions = new Map<string, Transition>();
  const ongoing = new Set<Promise<void>>();
  const tell = teller(onEvent);
  const surroundings: ActionSurroundings = {
    ...around,
    tell: (run, { stageName: stage, action: { name: action }, status, summary }) => {
      tell(run, { subject: "action", stage, action, status: status === "InProgress" ? "Started" : status }, summary);
    },
  };
  const end = (run: Run, status: RunStatus): void => {
    run.status = status;
    run.updatedAt = new Date();
    tell(run, { subject: "execution", status }, run.statusSummary);
  };
  const carryOut = async (run: Run): Promise<void> => {
    const { triggerType, triggerDetail } = run.trigger;
    tell(run, { subject: "execution", status: "Started" }, `${triggerType} ${triggerDetail}`.trim());
    for (const stage of run.pipeline.stages) {
      if (!(await gates.enter(stage.name, run))) {
        end(run, isStopped(run) ? "Stopped" : "Superseded");
        return;
      }
      const succeeded = await runStage(surroundings, tell, run, stage);
      // A failure releases the lock as a success does: "How pipeline executions work", rule 2.
      gates.leave(stage.name, run.id);
      if (!succeeded || isStopped(run)) {
        end(run, isStopped(run) ? "Stopped" : "Failed");
        return;
      }
    }
    end(run, "Succeeded");
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
      const work = carryOut(run);
      ongoing.add(work);
      void work.finally(() => ongoing.delete(work));
      return run;
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

async function runStage(around: ActionSurroundings, tell: Tell, run: Run, stage: Stage): Promise<boolean> {
  const mark = (status: "InProgress" | "Succeeded" | "Failed" | "Stopped"): void => {
    run.stages.set(stage.name, status);
    tell(run, { subject: "stage", stage: stage.name, status: status === "InProgress" ? "Started" : status });
  };
  mark("InProgress");
  for (const group of runOrderGroups(stage)) {
    const succeeded = await Promise.all(group.map((action) => runAction(around, run, stage.name, action)));
    if (!isStopped(run) && succeeded.every(Boolean)) continue;
    mark(isStopped(run) ? "Stopped" : "Failed");
    return false;
  }
  mark("Succeeded");
  return true;
}

function isStopped({ status, abandoned }: Run): boolean {
  return status === "Stopping" || abandoned.signal.aborted;
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
    abandoned: new AbortController(),
    status: "InProgress",
  };
}
