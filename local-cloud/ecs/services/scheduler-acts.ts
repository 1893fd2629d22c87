import type { World } from "../../kit/service.ts";
import { ecsArn, lastPart, newTaskId } from "../kit/arns.ts";
import type { Decision } from "./deployments.ts";
import type { LoadBalancers } from "../balancing/load-balancers.ts";
import type { Relays } from "../tasks/relays.ts";
import { completed, failed, rolledBack, withEvent } from "./service-changes.ts";
import type { Standing } from "./service-view.ts";
import { now } from "../kit/state.ts";
import type { Service, State, Tag, Task } from "../kit/state.ts";
import type { Tasks } from "../tasks/tasks.ts";

/** What the scheduler works with; `tasks` is a function, because tasks need the scheduler first. */
export interface SchedulerParts {
  readonly world: World;
  readonly state: State;
  readonly balancers: LoadBalancers;
  readonly relays: Relays;
  readonly tasks: () => Tasks;
}

/** Carries out a decision about a service. */
export function apply(
  parts: SchedulerParts,
  arn: string,
  decision: Decision,
  standings: ReadonlyMap<string, Standing>,
): void {
  const { state } = parts;
  for (const task of decision.sick) {
    const reason = standings.get(task)?.reason ?? "";
    update(state, arn, (service) => withEvent(service, `(task ${lastPart(task)}) is unhealthy: ${reason}`));
    void parts.tasks().stop(task, { code: "ServiceSchedulerInitiated", reason, failure: true });
  }
  if (decision.outcome === "completed") update(state, arn, completed);
  if (decision.outcome === "failed") update(state, arn, failed);
  if (decision.outcome === "rollback") update(state, arn, rolledBack);
  if (decision.outcome !== undefined) parts.world.log(state.services.get(arn)?.events[0]?.message ?? "");
  const primary = state.services.get(arn)?.deployments[0];
  const reason = `Scaling activity initiated by (deployment ${primary?.id ?? ""})`;
  for (const task of decision.stop)
    void parts.tasks().stop(task, { code: "ServiceSchedulerInitiated", reason, failure: false });
  if (decision.stop.length > 0) tell(state, arn, "has stopped", decision.stop, "running tasks");
  const started = Array.from({ length: decision.start }, () => startOne(parts, arn));
  if (started.length > 0) tell(state, arn, "has started", started, "tasks");
}

function tell(state: State, arn: string, verb: string, tasks: readonly string[], noun: string): void {
  const list = tasks.map((task) => `(task ${lastPart(task)})`).join(" ");
  update(state, arn, (service) => withEvent(service, `${verb} ${tasks.length} ${noun}: ${list}.`));
}

/** Starts one task of the PRIMARY deployment; returns its ARN. */
function startOne({ world, state, tasks }: SchedulerParts, arn: string): string {
  const service = state.services.get(arn);
  const primary = service?.deployments[0];
  if (service === undefined || primary === undefined) throw new Error(`service ${arn}: it has no deployment`);
  const id = newTaskId();
  const task: Task = {
    id,
    arn: ecsArn(world, "task", service.cluster, id),
    cluster: service.cluster,
    definition: primary.definition,
    group: `service:${service.name}`,
    startedBy: primary.id,
    serviceArn: arn,
    overrides: {},
    status: "PROVISIONING",
    containers: primary.definition.containerDefinitions.map(({ name, image }) => ({
      name,
      image,
      status: "PENDING",
      health: "UNKNOWN",
    })),
    pinned: service.revisions[primary.revisionArn]?.digests ?? {},
    tags: propagatedTags(state, service, primary.definition.taskDefinitionArn),
    hostPorts: {},
    wasHealthy: false,
    createdAt: now(),
  };
  tasks().start(task);
  return task.arn;
}

function propagatedTags(state: State, service: Service, definitionArn: string): readonly Tag[] {
  const from = service.settings["propagateTags"];
  return from === "SERVICE"
    ? (state.tags.get(service.arn) ?? [])
    : from === "TASK_DEFINITION"
      ? (state.tags.get(definitionArn) ?? [])
      : [];
}

/** Changes an existing service. */
export function update(state: State, arn: string, change: (service: Service) => Service): void {
  const service = state.services.get(arn);
  if (service !== undefined) state.services.set(arn, change(service));
}

/** Tasks of a service that have not stopped, oldest first. */
export function tasksOf(state: State, serviceArn: string): readonly Task[] {
  return [...state.live.values()].filter((task) => task.serviceArn === serviceArn);
}
