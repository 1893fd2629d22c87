import type { InProgress } from "./in-progress.ts";
import type { RunAction, RunView } from "./pipeline-view.ts";
import type { ServiceView } from "./service-view.ts";

/** The state of a run at one moment. */
export interface RolloutView {
  readonly run: RunView;
  readonly actions: readonly RunAction[];
  /** Every action of the pipeline, in its order, also those that have not started. */
  readonly plan: readonly PlannedAction[];
  readonly progress: InProgress;
  /** The stage before which the run waits, and why; undefined if it does not wait. */
  readonly waits: string | undefined;
  /** The ECS services while the run deploys; empty before and after. */
  readonly services: readonly ServiceView[];
}

/** An action of the pipeline. */
interface PlannedAction {
  readonly stage: string;
  readonly name: string;
}

/** Something that has happened to a run; reported once. */
export type RolloutEvent =
  | { readonly kind: "source"; readonly run: RunView }
  | { readonly kind: "action"; readonly action: RunAction }
  | { readonly kind: "approval"; readonly executionId: string }
  | { readonly kind: "held"; readonly reason: string }
  | { readonly kind: "deployment"; readonly service: ServiceView }
  | { readonly kind: "ended"; readonly run: RunView; readonly actions: readonly RunAction[] };

/**
 * Looks at a run again and again and yields each change once, until the run has ended. A watch that is abandoned ends
 * without the last event.
 */
export async function* follow(
  look: () => Promise<RolloutView>,
  pause: () => Promise<void>,
  abandoned: () => boolean = () => false,
): AsyncGenerator<RolloutEvent> {
  let before: RolloutView | undefined;
  while (!abandoned()) {
    const now = await look();
    const events = changesBetween(before, now);
    yield* events;
    if (events.at(-1)?.kind === "ended") return;
    before = now;
    await pause();
  }
}

/** What has changed between two looks at a run, in the order in which it happens. */
export function changesBetween(before: RolloutView | undefined, now: RolloutView): readonly RolloutEvent[] {
  const events: RolloutEvent[] = [];
  if (now.run.revision !== "" && now.run.revision !== before?.run.revision)
    events.push({ kind: "source", run: now.run });
  for (const action of now.actions) {
    const known = before?.actions.find(({ id }) => id === action.id);
    if (known?.status !== action.status) events.push({ kind: "action", action });
  }
  if (asks(now) && !(before && asks(before))) events.push({ kind: "approval", executionId: now.run.id });
  if (now.waits !== undefined && now.waits !== before?.waits) events.push({ kind: "held", reason: now.waits });
  for (const service of now.services) {
    const known = before?.services.find(({ name }) => name === service.name);
    if (standingOf(known) !== standingOf(service)) events.push({ kind: "deployment", service });
  }
  if (hasEnded(now.run)) events.push({ kind: "ended", run: now.run, actions: now.actions });
  return events;
}

const asks = ({ run, progress }: RolloutView): boolean => progress.approval?.executionId === run.id;

/** The part of a service's state whose changes are reported. */
export const standingOf = (service: ServiceView | undefined): string =>
  service === undefined
    ? ""
    : JSON.stringify(service.deployments.map(({ id, state, failedTasks }) => [id, state, failedTasks]));

/** Whether a run has ended. */
const hasEnded = ({ status }: Pick<RunView, "status">): boolean => !["InProgress", "Stopping", ""].includes(status);
