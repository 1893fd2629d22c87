import type { Service } from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { lastPart } from "../verdict/arn.ts";
import { answerOf } from "../kit/aws-problem.ts";
import { checkedContainers, healthyTasks, passingTasks, targetGroupsOf, type Targets } from "../verdict/health.ts";
import { readServices } from "./read-deployments.ts";
import { readDefinition } from "./read-definition.ts";
import { describeTasks, listTasks, readTasks } from "./read-tasks.ts";
import type { Started } from "./start-tasks.ts";
import { isOver, pauseOf, type Release } from "./verify-settings.ts";
import { whyEnded } from "./why-ended.ts";

/** Why the release of a service has failed. */
export interface Problem {
  readonly service: string;
  readonly reason: string;
  /** Whether the service itself has to go back as well. @default - only the other services do */
  readonly itself?: boolean;
}

/**
 * Waits until every task of the started services is healthy; ECS's circuit breaker does not do that, because it watches
 * deployments and not counts. Returns the problem if three tasks of one have ended, or if the time is over.
 */
export async function untilHealthy(release: Release, started: readonly Started[]): Promise<Problem | undefined> {
  const begun = release.around.now();
  const checked = new Map<string, readonly string[]>();
  let open = started;
  while (open.length > 0) {
    const now = await readServices(
      release,
      open.map(({ service }) => service.name),
    );
    const still: Started[] = [];
    for (const one of open) {
      const service = now.get(one.service.name) ?? {};
      if (await isHealthy(release, one, service, checked)) continue;
      const reason = await failureOf(release, one, service, begun);
      if (reason !== undefined) return { service: one.service.name, reason };
      still.push(one);
    }
    open = still;
    if (open.length > 0) await pauseOf(release);
  }
  return undefined;
}

/** Whether all tasks are healthy; `checked` keeps the containers with a health check, by revision. */
async function isHealthy(
  release: Release,
  { service }: Started,
  now: Service,
  checked: Map<string, readonly string[]>,
): Promise<boolean> {
  if ((now.runningCount ?? 0) < service.desiredCount) return false;
  const { taskDefinition = "" } = now;
  const containers = checked.get(taskDefinition) ?? checkedContainers(await readDefinition(release, taskDefinition));
  checked.set(taskDefinition, containers);
  if (containers.length > 0) {
    const running = await readTasks(release, service.name, "RUNNING");
    const tasks = running.filter((task) => task.taskDefinitionArn === taskDefinition);
    if (passingTasks(tasks, containers) < service.desiredCount) return false;
  }
  return await isBalanced(release, service.desiredCount, now);
}

/** Whether so many tasks are healthy in each target group of the service. */
async function isBalanced({ around }: Release, desiredCount: number, now: Service): Promise<boolean> {
  const targets: Record<string, Targets[string]> = {};
  for (const TargetGroupArn of targetGroupsOf(now)) {
    const asked = around.clients.balancers.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    const on = lastPart(TargetGroupArn);
    targets[TargetGroupArn] =
      (await answerOf("elasticloadbalancing:DescribeTargetHealth", on, asked)).TargetHealthDescriptions ?? [];
  }
  return healthyTasks(now, targets) >= desiredCount;
}

/** Why a service will not become healthy; undefined while it still may. */
async function failureOf(
  release: Release,
  { service: { name }, ended }: Started,
  { taskDefinition = "" }: Service,
  begun: number,
): Promise<string | undefined> {
  const since = (await listTasks(release, name, "STOPPED")).filter((arn) => !ended.has(arn));
  const tasks = since.length < enough ? [] : await describeTasks(release, name, since);
  const count = tasks.filter((task) => task.taskDefinitionArn === taskDefinition).length;
  if (count < enough && !isOver(release, begun)) return undefined;
  for (const line of await whyEnded(release, name, taskDefinition)) release.around.say(line);
  return count < enough ? `not healthy within ${release.timeoutMinutes} minutes` : `${count} tasks have ended`;
}

/** So many tasks end before ECS's circuit breaker acts at the earliest ("How the Amazon ECS deployment circuit breaker works"). */
const enough = 3;
