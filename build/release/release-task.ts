import { createHash } from "node:crypto";
import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  TagResourceCommand,
  type NetworkConfiguration,
  type Task,
} from "@aws-sdk/client-ecs";
import { lastPart } from "../verdict/arn.ts";
import { answerOf } from "../kit/aws-problem.ts";
import { StepError } from "../kit/step-error.ts";
import { registrationOf } from "../verdict/registration.ts";
import { streamOf } from "../verdict/task-end.ts";
import { listTasks, type InCluster } from "./read-tasks.ts";
import { lastLines } from "./task-log.ts";

/** What the tasks of a migration have in common. */
export interface Migration extends InCluster {
  /** The name of the environment's ECS service; families of release tasks begin with it. */
  readonly service: string;
  readonly logGroup: string;
  /** The id of the pipeline's run. */
  readonly execution: string;
  /** CodeBuild's id of this build, which another try of the stage does not have. */
  readonly build: string;
  readonly networkConfiguration: NetworkConfiguration;
  /** The beginning of the ARN of each release task's revision. */
  readonly definitions: string;
  /** For each release service the revision that `up` made of it, as `service:revision`. */
  readonly revisions: Readonly<Record<string, string>>;
  /** The time that a task may take. */
  readonly timeoutMinutes: number;
  readonly pollSeconds: number;
}

/** Runs the release task of a Compose service from an image; throws a StepError unless its exit code is 0. */
export async function runReleaseTask(migration: Migration, name: string, image: string): Promise<void> {
  const { around, execution } = migration;
  const family = `${migration.service}-${name}`;
  const [left] = await listTasks(migration, family, "RUNNING");
  if (left !== undefined) {
    throw new StepError([
      `${name}: a task of an earlier run is still running: ${left}; wait for it or stop it, then release again`,
    ]);
  }
  const revision = await register(migration, name, image);
  around.say(`${name}: starts as ${lastPart(revision)}, ${image}`);
  const taskArn = await start(migration, name, revision);
  const { stoppedReason = "stopped", containers = [] } = await ended(migration, name, taskArn);
  for (const line of await lastLines(around, migration.logGroup, streamOf(family, name, taskArn))) around.say(line);
  const code = String(containers.find((one) => one.name === name)?.exitCode ?? "none");
  // A rollback does not undo this, and has to report it; ECS itself forgets a stopped task after an hour.
  const tags = Object.entries({ execution, task: lastPart(taskArn), "exit-code": code });
  const tagged = around.clients.ecs.send(
    new TagResourceCommand({
      resourceArn: revision,
      tags: tags.map(([key, value]) => ({ key: `compose-ecs-pipeline:${key}`, value })),
    }),
  );
  await answerOf("ecs:TagResource", lastPart(revision), tagged);
  if (code !== "0") throw new StepError([`${name}: exit code ${code} (${stoppedReason}); nothing was deployed`]);
  around.say(`${name}: done, exit code 0`);
}

/**
 * Registers a copy of the revision that `up` made, with the new image; returns its ARN. It is never a copy of the newest
 * revision of the family, which a role that may register any revision could have made.
 */
async function register(migration: Migration, name: string, image: string): Promise<string> {
  const { ecs } = migration.around.clients;
  const taskDefinition = `${migration.definitions}${migration.revisions[name] ?? ""}`;
  const described = ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const { taskDefinition: made = {} } = await answerOf("ecs:DescribeTaskDefinition", taskDefinition, described);
  const containers = (made.containerDefinitions ?? []).map((one) => (one.name === name ? { ...one, image } : one));
  const registered = ecs.send(new RegisterTaskDefinitionCommand(registrationOf(made, containers)));
  const answer = await answerOf("ecs:RegisterTaskDefinition", made.family ?? name, registered);
  return answer.taskDefinition?.taskDefinitionArn ?? "";
}

async function start(migration: Migration, name: string, taskDefinition: string): Promise<string> {
  const { around, cluster, networkConfiguration, execution, build } = migration;
  const asked = around.clients.ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition,
      launchType: "FARGATE",
      networkConfiguration,
      startedBy: execution,
      // One token for each try of the stage, which runs its own revision: ECS refuses a used token with another
      // revision ("Ensuring idempotency", ECS API reference), and a retried stage keeps its execution.
      clientToken: createHash("sha256").update(`${build} ${name}`).digest("hex"),
    }),
  );
  const { tasks = [], failures = [] } = await answerOf("ecs:RunTask", lastPart(taskDefinition), asked);
  const [{ taskArn } = {}] = tasks;
  if (taskArn !== undefined) return taskArn;
  const reasons = failures.map(({ reason = "", detail = "" }) =>
    [reason, detail].filter((one) => one !== "").join(", "),
  );
  throw new StepError([`${name}: ECS started no task (${reasons.join("; ") || "no reason given"}); retry the stage`]);
}

/** Waits until a task has stopped; stops it at the time limit. */
async function ended(migration: Migration, name: string, taskArn: string): Promise<Task> {
  const { around, cluster, timeoutMinutes, pollSeconds } = migration;
  const { ecs } = around.clients;
  let deadline = around.now() + timeoutMinutes * 60_000;
  for (;;) {
    const asked = ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }));
    const { tasks: [task] = [] } = await answerOf("ecs:DescribeTasks", name, asked);
    if (task?.lastStatus === "STOPPED") return task;
    if (around.now() >= deadline) {
      const reason = `longer than ${timeoutMinutes} minutes`;
      const stopped = ecs.send(new StopTaskCommand({ cluster, task: taskArn, reason }));
      await answerOf("ecs:StopTask", name, stopped);
      deadline = around.now() + 600_000;
    }
    await around.pause(pollSeconds * 1000);
  }
}
