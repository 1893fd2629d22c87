import { DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { logTitle, taskEnds } from "../../build/verdict/task-end.ts";
import { lastEvents } from "../kit/log-lines.ts";
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
  const ends = taskEnds(tasks, service, revision);
  const lines = await Promise.all(
    ends.logs.map(async ({ container, stream }) => [
      logTitle(container),
      ...(await lastEvents(logs, { logGroupName: logGroup, logStreamName: stream })),
    ]),
  );
  return [...ends.lines, ...lines.flat()];
}
