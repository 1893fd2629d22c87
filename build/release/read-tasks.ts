import { DescribeTasksCommand, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import { answerOf } from "../kit/aws-problem.ts";
import type { Surroundings } from "../kit/surroundings.ts";
import { pagesOf } from "./pages.ts";

/** The cluster of an environment. */
export interface InCluster {
  readonly cluster: string;
  readonly around: Surroundings;
}

/** ARNs of the tasks of a family that ECS wants to run, or has stopped within the last hour. */
export async function listTasks(
  { cluster, around }: InCluster,
  family: string,
  desiredStatus: "RUNNING" | "STOPPED",
): Promise<readonly string[]> {
  const { ecs } = around.clients;
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const asked = ecs.send(new ListTasksCommand({ cluster, family, desiredStatus, nextToken }));
    const page = await answerOf("ecs:ListTasks", family, asked);
    arns.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return arns;
}

/** Describes tasks, 100 with a call (ECS API reference, DescribeTasks). */
export async function describeTasks(
  { cluster, around }: InCluster,
  family: string,
  arns: readonly string[],
): Promise<readonly Task[]> {
  const found: Task[] = [];
  for (const tasks of pagesOf(arns, 100)) {
    const asked = around.clients.ecs.send(new DescribeTasksCommand({ cluster, tasks }));
    found.push(...((await answerOf("ecs:DescribeTasks", family, asked)).tasks ?? []));
  }
  return found;
}

/** The tasks of a family that ECS wants to run, or has stopped within the last hour. */
export const readTasks = async (
  where: InCluster,
  family: string,
  desiredStatus: "RUNNING" | "STOPPED",
): Promise<readonly Task[]> => describeTasks(where, family, await listTasks(where, family, desiredStatus));
