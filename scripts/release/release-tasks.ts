import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { streamOf } from "../../build/verdict/task-end.ts";
import { lastEvents } from "../kit/log-lines.ts";
import { revisionNames } from "../look/revision-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { Clients } from "../verb/surroundings.ts";

/** A release task that has run, for example a migration; Migrate records its result in tags of its revision. */
export interface ReleaseTask {
  /** As `family:revision`. */
  readonly revision: string;
  readonly registeredAt: Date;
  /** The run of the pipeline that it belonged to. */
  readonly executionId: string;
  /** `none` if the task ended without an exit code. */
  readonly exitCode: string;
  readonly lastLines: readonly string[];
}

/** Release tasks since a time, at most the newest ten of each family, newest first: two calls for each. */
export async function readReleaseTasks(
  names: StackNames,
  clients: Pick<Clients, "ecs" | "logs">,
  since: Date,
): Promise<readonly ReleaseTask[]> {
  const found = await Promise.all(names.releaseFamilies.map((family) => tasksOf(names, clients, family, since)));
  return found.flat().toSorted((a, b) => Number(b.registeredAt) - Number(a.registeredAt));
}

async function tasksOf(
  { logGroup }: StackNames,
  { ecs, logs }: Pick<Clients, "ecs" | "logs">,
  family: string,
  since: Date,
): Promise<readonly ReleaseTask[]> {
  const found: ReleaseTask[] = [];
  for await (const revision of revisionNames(ecs, family)) {
    if (found.length === 10) break;
    const described = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: revision, include: ["TAGS"] }),
    );
    const { registeredAt = since, containerDefinitions = [] } = described.taskDefinition ?? {};
    if (registeredAt <= since) break;
    const tag = (key: string) => described.tags?.find((one) => one.key === `compose-ecs-pipeline:${key}`)?.value;
    const [executionId, task, exitCode] = [tag("execution"), tag("task"), tag("exit-code")];
    // A revision that `up` created has no tags: nothing has run from it.
    if (executionId === undefined || task === undefined || exitCode === undefined) continue;
    const logStreamName = streamOf(family, containerDefinitions[0]?.name ?? "", task);
    const lastLines = await lastEvents(logs, { logGroupName: logGroup, logStreamName }, 5);
    found.push({ revision, registeredAt, executionId, exitCode, lastLines });
  }
  return found;
}
