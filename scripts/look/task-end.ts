import { DescribeTasksCommand, ListTasksCommand, type Container, type Task } from "@aws-sdk/client-ecs";
import { lastEvents } from "../kit/log-lines.ts";
import { lastPart } from "./service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { Clients } from "../verb/surroundings.ts";

/** Why the tasks of a service's revision ended, newest last, with the last log lines of the newest one. */
export async function whyTasksEnded(
  { ecs, logs }: Pick<Clients, "ecs" | "logs">,
  { cluster, logGroup }: Pick<StackNames, "cluster" | "logGroup">,
  { service, revision }: { readonly service: string; readonly revision: string },
): Promise<readonly string[]> {
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster, serviceName: service, desiredStatus: "STOPPED" }),
  );
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  const ended = tasks
    .filter(({ taskDefinitionArn }) => lastPart(taskDefinitionArn) === revision)
    .toSorted((a, b) => Number(a.stoppedAt) - Number(b.stoppedAt));
  // A task that ECS stopped before it ran has no log.
  const newest = ended.findLast(({ containers = [] }) => containers.some(({ exitCode }) => exitCode !== undefined));
  const lines = await Promise.all(
    (newest?.containers ?? []).map(async ({ name = "" }) => {
      const logStreamName = `${service}/${name}/${lastPart(newest?.taskArn)}`;
      return [`--- last log lines of ${name}`, ...(await lastEvents(logs, { logGroupName: logGroup, logStreamName }))];
    }),
  );
  return [...ended.slice(-3).map(endOf), ...lines.flat()];
}

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
