import type {
  ContainerDefinition,
  RegisterTaskDefinitionCommandInput,
  RunTaskCommandInput,
  Service,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import { lastPart } from "../../build/verdict/arn.ts";
import { registrationOf } from "../../build/verdict/registration.ts";

/** A one-off task that was decided on; nothing is started yet. */
export interface OneOff {
  readonly service: string;
  /** The revision that the service runs, as `family:revision`. */
  readonly revision: string;
  readonly container: string;
  /** The containers that it waits for; they start before it. */
  readonly others: readonly string[];
  /** A revision with only these containers; undefined if the service's revision has no others. */
  readonly definition: RegisterTaskDefinitionCommandInput | undefined;
  readonly task: Omit<RunTaskCommandInput, "taskDefinition">;
}

export interface OneOffArgs {
  readonly cluster: string;
  readonly service: Service;
  readonly definition: TaskDefinition;
  readonly container: string;
  readonly command: readonly string[];
  /** The person who starts it. */
  readonly person: string;
}

/**
 * Decides on a task with one container of a service's revision, and the containers that it waits for. The others are
 * left out: an nginx in front would wait until the container is healthy, which a command never is. After three minutes
 * ECS would stop the waiting container, and with it the task (ECS developer guide, startTimeout).
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

/** The containers that one waits for, and in turn those that they wait for. */
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

/** The task ends when the chosen container ends, and with no other. The command has no health check. */
function revisionOf(
  definition: TaskDefinition,
  chosen: string,
  kept: readonly ContainerDefinition[],
): RegisterTaskDefinitionCommandInput {
  const containers = kept.map((container) =>
    container.name === chosen
      ? { ...container, essential: true, healthCheck: undefined }
      : { ...container, essential: false },
  );
  // No ECS service and no release task has a name with this character.
  return registrationOf(definition, containers, `${definition.family ?? ""}_run`);
}

/** Who started a task, in the characters that ECS accepts (API reference, RunTask: startedBy). */
const startedBy = (person: string): string => `run/${person.replace(/[^\w-]/g, "-")}`.slice(0, 128);
