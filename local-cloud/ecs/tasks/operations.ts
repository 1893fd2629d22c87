import type { TaskOverride } from "@aws-sdk/client-ecs";
import { AwsError } from "../../kit/service.ts";
import type { Input, World } from "../../kit/service.ts";
import { ecsArn, lastPart, newTaskId } from "../kit/arns.ts";
import { clientTokens } from "./client-tokens.ts";
import { activeCluster } from "../kit/cluster-operations.ts";
import { activeDefinition } from "../definitions/definition-operations.ts";
import { describeTask } from "./describe-task.ts";
import { integer, optional, page, required, strings, tagsOf, wantsTags } from "../kit/input.ts";
import { now } from "../kit/state.ts";
import type { Definition, State, Task } from "../kit/state.ts";
import type { Tasks } from "./tasks.ts";

/** Running, describing, listing and stopping tasks. */
export function taskOperations(world: World, state: State, tasks: Tasks) {
  const once = clientTokens();
  return {
    RunTask: (input: Input) => {
      const cluster = activeCluster(state, input["cluster"]);
      const arns = once(cluster.name, input, () => run(world, state, tasks, cluster.name, input));
      return {
        tasks: arns.flatMap((arn) => findTask(state, arn) ?? []).map((task) => describeTask(task, true)),
        failures: [],
      };
    },
    DescribeTasks: (input: Input) => {
      const cluster = activeCluster(state, input["cluster"]);
      const asked = strings(input, "tasks").map((given) => ecsArn(world, "task", cluster.name, lastPart(given)));
      const found = asked.map((arn) => ({ arn, task: findTask(state, arn) }));
      return {
        tasks: found.flatMap(({ task }) => (task === undefined ? [] : [describeTask(task, wantsTags(input))])),
        failures: found.filter(({ task }) => task === undefined).map(({ arn }) => ({ arn, reason: "MISSING" })),
      };
    },
    ListTasks: (input: Input) => list(state, input),
    StopTask: (input: Input) => {
      const cluster = activeCluster(state, input["cluster"]);
      const arn = ecsArn(world, "task", cluster.name, lastPart(required(input, "task")));
      if (findTask(state, arn) === undefined)
        throw new AwsError("InvalidParameterException", "The referenced task was not found.");
      const reason = optional(input, "reason") ?? "Task stopped by user";
      void tasks.stop(arn, { code: "UserInitiated", reason, failure: false });
      const task = findTask(state, arn);
      return { task: task && describeTask(task, false) };
    },
  };
}

function findTask(state: State, arn: string): Task | undefined {
  return state.live.get(arn) ?? state.stopped.get(arn);
}

function run(world: World, state: State, tasks: Tasks, cluster: string, input: Input): readonly string[] {
  const definition = activeDefinition(state, required(input, "taskDefinition"));
  const count = integer(input, "count") ?? 1;
  if (count < 1 || count > 10) throw new AwsError("InvalidParameterException", "Count must be between 1 and 10.");
  if (definition.networkMode === "awsvpc" && input["networkConfiguration"] === undefined) {
    throw new AwsError(
      "InvalidParameterException",
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
  }
  const overrides = checkedOverrides(input, definition);
  return Array.from({ length: count }, () => {
    const id = newTaskId();
    const startedBy = optional(input, "startedBy");
    const task: Task = {
      id,
      arn: ecsArn(world, "task", cluster, id),
      cluster,
      definition,
      overrides,
      status: "PROVISIONING",
      group: optional(input, "group") ?? `family:${definition.family}`,
      ...(startedBy === undefined ? {} : { startedBy }),
      containers: definition.containerDefinitions.map(({ name, image }) => ({
        name,
        image,
        status: "PENDING",
        health: "UNKNOWN",
      })),
      tags: tagsOf(input),
      pinned: {},
      hostPorts: {},
      wasHealthy: false,
      createdAt: now(),
    };
    tasks.start(task);
    return task.arn;
  });
}

function checkedOverrides(input: Input, definition: Definition): TaskOverride {
  const overrides: TaskOverride = input["overrides"] ?? {};
  for (const { name } of overrides.containerOverrides ?? []) {
    if (definition.containerDefinitions.some((container) => container.name === name)) continue;
    throw new AwsError(
      "InvalidParameterException",
      `Override for container named ${name ?? ""} is not a container in the TaskDefinition.`,
    );
  }
  return overrides;
}

function list(state: State, input: Input): object {
  const cluster = activeCluster(state, input["cluster"]);
  const stopped = optional(input, "desiredStatus") === "STOPPED";
  const service = optional(input, "serviceName");
  const family = optional(input, "family");
  const startedBy = optional(input, "startedBy");
  const ending = (task: Task): boolean => task.stop !== undefined;
  const all = stopped
    ? [...[...state.live.values()].filter(ending), ...state.stopped.values()]
    : [...state.live.values()].filter((task) => !ending(task));
  const wanted = all.filter(
    (task) =>
      task.cluster === cluster.name &&
      (service === undefined || task.group === `service:${lastPart(service)}`) &&
      (family === undefined || task.definition.family === family) &&
      (startedBy === undefined || task.startedBy === startedBy),
  );
  const { items, ...more } = page(input, wanted);
  return { taskArns: items.map(({ arn }) => arn), ...more };
}
