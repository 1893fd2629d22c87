import type {
  ContainerDefinition,
  RegisterTaskDefinitionCommandInput,
  RunTaskCommandInput,
  Service,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import { lastPart } from "./service-view.ts";

/** What a one-off task comes to, before anything is done. */
export interface OneOff {
  readonly service: string;
  /** The revision that the service runs, as `family:revision`. */
  readonly revision: string;
  readonly container: string;
  /** The containers that it waits for, and that are started before it. */
  readonly others: readonly string[];
  /** A revision with these containers alone; undefined where the service's own has no more than the chosen one. */
  readonly definition: RegisterTaskDefinitionCommandInput | undefined;
  readonly task: Omit<RunTaskCommandInput, "taskDefinition">;
}

export interface OneOffArgs {
  readonly cluster: string;
  readonly service: Service;
  readonly definition: TaskDefinition;
  readonly container: string;
  readonly command: readonly string[];
  /** Who asks for it. */
  readonly person: string;
}

/**
 * Decides on a task with one container of a service's revision, and with those that it waits for. The others stay out:
 * nginx in front would wait until the container is healthy, which a command never is, and ECS would end an essential
 * container that waits, and the task with it, after three minutes (ECS developer guide, startTimeout).
 */
export function oneOff({ cluster, service, definition, container, command, person }: OneOffArgs): OneOff {
  const all = definition.containerDefinitions ?? [];
  const needed = waitedFor(all, container);
  const kept = all.filter(({ name = "" }) => name === container || needed.has(name));
  return {
    service: service.serviceName ?? "",
    revision: lastPart(definition.taskDefinitionArn),
    container,
    others: kept.flatMap(({ name = "" }) => (name === container ? [] : [name])),
    definition: all.length === 1 ? undefined : revisionOf(definition, container, kept),
    task: {
      cluster,
      count: 1,
      launchType: "FARGATE",
      platformVersion: service.platformVersion,
      networkConfiguration: service.networkConfiguration,
      startedBy: startedBy(person),
      overrides: { containerOverrides: [{ name: container, command: [...command] }] },
    },
  };
}

/** Containers that one waits for, and those that they wait for. */
function waitedFor(all: readonly ContainerDefinition[], name: string): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (one: string): void => {
    for (const { containerName = "" } of all.find((each) => each.name === one)?.dependsOn ?? []) {
      if (found.has(containerName)) continue;
      found.add(containerName);
      add(containerName);
    }
  };
  add(name);
  return found;
}

/** The task ends with its chosen container, and with no other one; the command is not asked whether it is healthy. */
function revisionOf(
  definition: TaskDefinition,
  chosen: string,
  kept: readonly ContainerDefinition[],
): RegisterTaskDefinitionCommandInput {
  const { taskRoleArn, executionRoleArn, networkMode, volumes, cpu, memory, requiresCompatibilities } = definition;
  const { runtimePlatform, ephemeralStorage } = definition;
  return {
    // Neither an ECS service nor a release task has a name with this sign there.
    family: `${definition.family ?? ""}_run`,
    ...{ taskRoleArn, executionRoleArn, networkMode, volumes, cpu, memory, requiresCompatibilities },
    ...{ runtimePlatform, ephemeralStorage },
    containerDefinitions: kept.map((container) => {
      if (container.name !== chosen) return { ...container, essential: false };
      return { ...container, essential: true, healthCheck: undefined };
    }),
  };
}

/** Who started a task, in the signs that ECS takes (API reference, RunTask: startedBy). */
const startedBy = (person: string): string => `run/${person.replace(/[^\w-]/g, "-")}`.slice(0, 128);
