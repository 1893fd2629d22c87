import type { Container, Task } from "@aws-sdk/client-ecs";
import { lastPart } from "./arn.ts";

/** How the tasks of a revision ended. */
export interface TaskEnds {
  /** A line for each of the newest three, the newest one last. */
  readonly lines: readonly string[];
  /** The log of each container of the newest task that ran; empty if none of them ran. */
  readonly logs: readonly ContainerLog[];
}

/** The log of a container of one task. */
export interface ContainerLog {
  readonly container: string;
  /** Its stream in the log group of the environment. */
  readonly stream: string;
}

/**
 * How the tasks of one revision of a service ended; `revision` is an ARN or `family:revision`. A task that ECS stopped
 * before it ran has no log.
 */
export function taskEnds(tasks: readonly Task[], service: string, revision: string): TaskEnds {
  const ended = tasks
    .filter(({ taskDefinitionArn }) => lastPart(taskDefinitionArn) === lastPart(revision))
    .toSorted((a, b) => Number(a.stoppedAt) - Number(b.stoppedAt));
  const newest = ended.findLast(({ containers = [] }) => containers.some(({ exitCode }) => exitCode !== undefined));
  return {
    lines: ended.slice(-3).map(endOf),
    logs: (newest?.containers ?? []).map(({ name = "" }) => ({
      container: name,
      stream: streamOf(service, name, newest?.taskArn),
    })),
  };
}

/** The log stream of a container of a task; the family is the name of an ECS service or of a release task. */
export const streamOf = (family: string, container: string, taskArn: string | undefined): string =>
  `${family}/${container}/${lastPart(taskArn)}`;

/** The line before the last log lines of a container. */
export const logTitle = (container: string): string => `--- last log lines of ${container}`;

function endOf({ taskArn, stoppedReason = "stopped", containers = [] }: Task): string {
  return [`task ${lastPart(taskArn)}: ${stoppedReason}`, ...containers.flatMap(endOfContainer)].join("; ");
}

function endOfContainer({ name = "", exitCode, reason, healthStatus }: Container): readonly string[] {
  const said = [
    ...(healthStatus === "UNHEALTHY" ? [healthStatus] : []),
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
    ...(reason === undefined ? [] : [reason]),
  ];
  return said.length === 0 ? [] : [`${name}: ${said.join(", ")}`];
}
