import type { Rolling, RolloutState } from "../kit/state.ts";

/** A service's task as the scheduler sees it: `sick` has failed its health checks, `stopping` is about to end. */
export interface TaskView {
  readonly arn: string;
  /** Identifier of its deployment. */
  readonly deployment: string;
  readonly condition: "starting" | "healthy" | "sick" | "stopping";
}

/** A service as the scheduler sees it. */
export interface ServiceView {
  readonly desired: number;
  readonly rolling: Rolling;
  readonly primary: {
    readonly id: string;
    readonly state: RolloutState;
    readonly failures: number;
    /** Whether the circuit breaker has rolled back to it: such a deployment cannot be rolled back again. */
    readonly rollback: boolean;
  };
  /** Whether an earlier deployment was completed. */
  readonly canRollBack: boolean;
  /** Whether starts are held back because tasks keep failing. */
  readonly held: boolean;
  /** Oldest first. */
  readonly tasks: readonly TaskView[];
}

/** What the scheduler does next. */
export interface Decision {
  /** Tasks of the primary deployment to start. */
  readonly start: number;
  /** ARNs of tasks to stop because of another deployment or a smaller count. */
  readonly stop: readonly string[];
  /** ARNs of tasks to stop because they failed their health checks. */
  readonly sick: readonly string[];
  /** @default - the deployment goes on as it is */
  readonly outcome?: "completed" | "failed" | "rollback";
}

/** Failures in a row after which the circuit breaker ends a deployment: half the count, at least 3, at most 200. */
export function failureThreshold(desired: number): number {
  return Math.min(Math.max(Math.ceil(desired * 0.5), 3), 200);
}

/** Decides what to start, what to stop and whether the deployment is over; changes nothing. */
export function decide(view: ServiceView): Decision {
  const outcome = judge(view);
  const going = view.tasks.filter(({ condition }) => condition !== "stopping");
  const sick = going.filter(({ condition }) => condition === "sick").map(({ arn }) => arn);
  if (outcome === "failed" || outcome === "rollback") return { start: 0, stop: [], sick, outcome };
  const well = going.filter(({ condition }) => condition !== "sick");
  const fresh = well.filter(({ deployment }) => deployment === view.primary.id);
  const old = well.filter(({ deployment }) => deployment !== view.primary.id);
  // "the circuit breaker does not launch new tasks and the deployment is stalled"
  const stalled = view.primary.state === "FAILED";
  const wanted = stalled ? 0 : Math.max(view.desired - fresh.length, 0);
  const room = Math.max(upperLimit(view) - well.length, 0);
  const start = view.held ? 0 : Math.min(wanted, room);
  const stop = stalled
    ? surplus(view, well)
    : [...surplus(view, fresh), ...superseded(view, fresh, old, wanted - room)];
  return { start, stop, sick, ...(outcome === undefined ? {} : { outcome }) };
}

/** Maximum number of tasks during a deployment: the maximum percentage of the count, rounded down, at least one. */
function upperLimit({ desired, rolling }: ServiceView): number {
  return Math.max(Math.floor((desired * rolling.maximumPercent) / 100), Math.min(desired, 1));
}

/** Minimum number of tasks during a deployment: the minimum healthy percentage of the count, rounded up. */
function lowerLimit({ desired, rolling }: ServiceView): number {
  return Math.ceil((desired * rolling.minimumHealthyPercent) / 100);
}

/** Tasks beyond the count: first those that do not serve yet, then the newest. */
function surplus(view: ServiceView, tasks: readonly TaskView[]): readonly string[] {
  const excess = Math.max(tasks.length - view.desired, 0);
  return [...ofCondition(tasks, "starting"), ...ofCondition(tasks, "healthy").toReversed()]
    .slice(0, excess)
    .map(({ arn }) => arn);
}

/** Tasks of earlier deployments that are not needed any more, and those that must make room. */
function superseded(
  view: ServiceView,
  fresh: readonly TaskView[],
  old: readonly TaskView[],
  blocked: number,
): readonly string[] {
  const serving = [...ofCondition(fresh, "healthy"), ...ofCondition(old, "healthy")].length;
  const replaced = old.length - Math.max(view.desired - ofCondition(fresh, "healthy").length, 0);
  const wanted = Math.max(replaced, Math.min(blocked, old.length), 0);
  const spare = Math.max(serving - lowerLimit(view), 0);
  const idle = ofCondition(old, "starting");
  const healthy = ofCondition(old, "healthy").slice(0, Math.min(Math.max(wanted - idle.length, 0), spare));
  return [...idle, ...healthy].map(({ arn }) => arn);
}

/** Whether a deployment in progress has come to its end. */
function judge({ primary, desired, rolling, canRollBack, tasks }: ServiceView): Decision["outcome"] {
  if (primary.state !== "IN_PROGRESS") return undefined;
  if (rolling.breaker.enable && primary.failures >= failureThreshold(desired)) {
    return rolling.breaker.rollback && canRollBack && !primary.rollback ? "rollback" : "failed";
  }
  const done =
    tasks.length === desired &&
    tasks.every(({ deployment, condition }) => deployment === primary.id && condition === "healthy");
  return done ? "completed" : undefined;
}

function ofCondition(tasks: readonly TaskView[], condition: TaskView["condition"]): readonly TaskView[] {
  return tasks.filter((task) => task.condition === condition);
}
