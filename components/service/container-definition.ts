import type { Container, Task } from "../../compose/index.ts";
import { portName } from "./service-connect.ts";
import { sortedEntries } from "../kit/sorted-entries.ts";
import type { Architecture } from "../kit/architecture.ts";
import type { Names } from "../kit/names.ts";

/** A container as a ContainerDefinition of the ECS API reference; lists that come from maps are sorted. */
export function definitionOf(container: Container, args: TaskTemplateArgs): Record<string, unknown> {
  const { healthCheck } = container;
  return {
    name: container.name,
    image: "reference" in container.image ? container.image.reference : undefined,
    essential: !mayEnd(container.name, args.task.containers),
    command: container.command,
    entryPoint: container.entryPoint,
    workingDirectory: container.workingDirectory,
    user: container.user,
    environment: sortedEntries(container.environment).map(([name, value]) => ({ name, value })),
    secrets: secretsOf(container, args),
    portMappings: container.ports.map((port) => ({
      containerPort: port,
      hostPort: port,
      protocol: "tcp",
      ...(args.task.connected ? { name: portName(container.name, port) } : {}),
    })),
    healthCheck: healthCheck && {
      command: healthCheck.command,
      interval: healthCheck.intervalSeconds,
      timeout: healthCheck.timeoutSeconds,
      retries: healthCheck.retries,
      startPeriod: healthCheck.startPeriodSeconds,
    },
    dependsOn: container.dependsOn.map(({ container: containerName, condition }) => ({ containerName, condition })),
    readonlyRootFilesystem: container.readOnlyRoot,
    linuxParameters: linuxParameters(container),
    ulimits: container.openFiles && [
      { name: "nofile", softLimit: container.openFiles.soft, hardLimit: container.openFiles.hard },
    ],
    restartPolicy: container.restart && {
      enabled: true,
      ignoredExitCodes: container.restart.ignoredExitCodes,
      restartAttemptPeriod: container.restart.attemptPeriodSeconds ?? restartAttemptSeconds,
    },
    interactive: container.interactive,
    pseudoTerminal: container.terminal,
    dockerLabels: container.labels,
    stopTimeout: container.stopTimeoutSeconds,
    cpu: container.cpu ?? 0,
    memory: container.memoryMiB,
    memoryReservation: container.memoryReservationMiB,
    mountPoints: container.mounts.map(({ volume, path, readOnly }) => ({
      sourceVolume: volume,
      containerPath: path,
      readOnly,
    })),
    volumesFrom: [],
    systemControls: sortedEntries(container.systemControls ?? {}).map(([namespace, value]) => ({ namespace, value })),
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": args.names.logGroup.name,
        "awslogs-region": args.names.place.region,
        "awslogs-stream-prefix": args.family,
        ...container.logging,
      },
    },
  };
}

/** Seconds a container must run before ECS restarts it: ECS's default, written out so that a revision can be compared with its template. */
const restartAttemptSeconds = 300;

function linuxParameters({ init, capabilities, tmpfs }: Container): Readonly<Record<string, unknown>> | undefined {
  if (!init && capabilities === undefined && tmpfs === undefined) return undefined;
  return {
    ...(init && { initProcessEnabled: true }),
    ...(capabilities && { capabilities }),
    ...(tmpfs && {
      tmpfs: tmpfs.map(({ path, sizeMiB, options }) => ({
        containerPath: path,
        size: sizeMiB,
        ...(options.length > 0 && { mountOptions: options }),
      })),
    }),
  };
}

/**
 * Whether other containers wait for this container's end. Such a container is not essential: ECS stops a task when an
 * essential container ends.
 */
const mayEnd = (name: string, containers: readonly Container[]): boolean =>
  containers.some(({ dependsOn }) =>
    dependsOn.some(({ container, condition }) => container === name && /^(SUCCESS|COMPLETE)$/.test(condition)),
  );

function secretsOf(container: Container, args: TaskTemplateArgs): { name: string; valueFrom: string }[] {
  return sortedEntries(container.secrets).map(([name, variable]) => {
    const parameter = args.parameterNames[variable];
    if (parameter === undefined) throw new Error(`the variable ${variable} has no parameter`);
    return { name, valueFrom: args.names.parameterArn(parameter) };
  });
}

export interface TaskTemplateArgs {
  readonly names: Names;
  readonly family: string;
  readonly task: TemplatedTask;
  /** Name of the parameter of each Compose variable that is a parameter. */
  readonly parameterNames: Readonly<Record<string, string>>;
  /** Version of the parameter of each variable. @default - a new value creates no new revision */
  readonly parameterVersions?: Readonly<Record<string, number>>;
  /** @default - x86_64 */
  readonly architecture?: Architecture | undefined;
}

/** The part of a task of a Compose file that a task definition needs. */
export type TemplatedTask = Pick<Task, "containers" | "volumes" | "efs" | "sharesProcesses" | "size" | "connected">;
