import { decide } from "./deployments.ts";
import type { Decision } from "./deployments.ts";
import type { LoadBalancers } from "../balancing/load-balancers.ts";
import { apply, tasksOf, update } from "./scheduler-acts.ts";
import type { SchedulerParts } from "./scheduler-acts.ts";
import { hooksOf } from "./scheduler-hooks.ts";
import { withEvent, withHealthyTask } from "./service-changes.ts";
import { standing, viewOf } from "./service-view.ts";
import type { Standing, TargetStates } from "./service-view.ts";
import { changeTask, now } from "../kit/state.ts";
import type { Service, State, Task } from "../kit/state.ts";
import { messageOf } from "../tasks/job.ts";
import type { TaskHooks } from "../tasks/job.ts";

/** Keeps services at their count and takes deployments forward; it acts when something has changed. */
export interface Scheduler {
  /** Looks at a service soon. */
  readonly look: (serviceArn: string) => void;
  /** Looks at every service soon. */
  readonly lookAtAll: () => void;
  readonly hooks: TaskHooks;
  readonly close: () => void;
}

/** A scheduler for services that do not exist yet. */
export function scheduler(parts: SchedulerParts): Scheduler {
  const { state } = parts;
  const due = new Set<string>();
  const timers = new Map<string, NodeJS.Timeout>();
  let closed = false;
  const look = (arn: string): void => {
    if (closed || due.has(arn)) return;
    due.add(arn);
    setImmediate(() => {
      due.delete(arn);
      if (closed) return;
      clearTimeout(timers.get(arn));
      const again = tick(parts, arn);
      if (again !== undefined)
        timers.set(
          arn,
          setTimeout(() => {
            look(arn);
          }, again),
        );
    });
  };
  return {
    look,
    lookAtAll: () => {
      for (const { arn, status } of state.services.values()) if (status !== "INACTIVE") look(arn);
    },
    hooks: hooksOf(parts, look),
    close: () => {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

/**
 * Decides about one service and acts; returns the milliseconds after which to look again, if time alone may change
 * something.
 */
function tick(parts: SchedulerParts, arn: string): number | undefined {
  const { state } = parts;
  const service = state.services.get(arn);
  if (service === undefined || service.status === "INACTIVE") return undefined;
  const tasks = tasksOf(state, arn);
  const targets = targetStates(parts.balancers, service);
  const standings = new Map(tasks.map((task) => [task.arn, standing(service, task, targets(task), now())]));
  noteHealthy(state, arn, tasks, standings);
  const current = state.services.get(arn) ?? service;
  const view = viewOf(current, tasks, standings, Date.now());
  if (view === undefined) return undefined;
  const decision = decide(view);
  apply(parts, arn, decision, standings);
  settle(parts, arn, tasks, standings, decision);
  return wakeAfter(state.services.get(arn) ?? current, standings, decision);
}

function targetStates(balancers: LoadBalancers, service: Service): TargetStates {
  return (task) =>
    service.loadBalancers.flatMap(({ targetGroupArn, containerPort }) =>
      (balancers.group(targetGroupArn)?.health() ?? [])
        .filter(({ id, port }) => id === task.address && port === containerPort)
        .map((health) => ({ ...health, targetGroupArn })),
    );
}

function noteHealthy(
  state: State,
  arn: string,
  tasks: readonly Task[],
  standings: ReadonlyMap<string, Standing>,
): void {
  for (const task of tasks) {
    if (task.wasHealthy || standings.get(task.arn)?.condition !== "healthy") continue;
    changeTask(state, task.arn, { wasHealthy: true });
    update(state, arn, (service) => withHealthyTask(service, task.startedBy ?? ""));
  }
}

/** Forgets deployments without tasks, reports a steady state once, and makes a drained service INACTIVE. */
function settle(
  { world, state, balancers, relays }: SchedulerParts,
  arn: string,
  tasks: readonly Task[],
  standings: ReadonlyMap<string, Standing>,
  decision: Decision,
): void {
  update(state, arn, (service) => {
    const deployments = service.deployments.filter(
      ({ id }, index) => index === 0 || tasks.some(({ startedBy }) => startedBy === id),
    );
    const quiet = decision.start + decision.stop.length + decision.sick.length === 0;
    const healthy = [...standings.values()].every(({ condition }) => condition === "healthy");
    const complete = healthy && tasks.length === service.desired;
    const steady = quiet && complete && deployments.length === 1 && deployments[0]?.state === "COMPLETED";
    const next = { ...service, deployments, steady };
    return steady && !service.steady ? withEvent(next, "has reached a steady state.") : next;
  });
  const service = state.services.get(arn);
  if (service?.status !== "DRAINING" || tasks.length > 0) return;
  state.services.set(arn, { ...service, status: "INACTIVE", deployments: [] });
  for (const { targetGroupArn } of service.loadBalancers) void balancers.detach(targetGroupArn);
  relays.remove(arn).catch((error: unknown) => {
    world.log(`service ${arn}: its endpoint could not be removed: ${messageOf(error)}`);
  });
}

function wakeAfter(service: Service, standings: ReadonlyMap<string, Standing>, decision: Decision): number | undefined {
  // An outcome changes what there is to do.
  if (decision.outcome !== undefined) return 0;
  const changes = [...standings.values()].flatMap(({ changesAt }) =>
    changesAt === undefined ? [] : [changesAt * 1000],
  );
  const times = [...changes, service.notBefore].filter((time) => time > Date.now());
  return times.length === 0 ? undefined : Math.min(...times) - Date.now() + 1;
}
