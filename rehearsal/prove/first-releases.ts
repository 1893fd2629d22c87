import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import type { Scenario } from "./scenario.ts";
import { noLog, prefix, until, type Site } from "./site.ts";
import type { GoodRun } from "./steps.ts";

const worker = `${prefix}-worker`;

/** Verify starts the tasks of services that have none and lets them scale, as at an environment's first release. */
export function firstRelease(site: Site, newest: Pick<GoodRun, "executionId" | "buildOutput">): Scenario {
  const counts = async (desiredCount: number) => {
    for (const service of [prefix, worker]) {
      // As `up` makes it: until the first release the minimum is 0, and nothing scales.
      await site.scale(service, { minimum: desiredCount, suspended: desiredCount === 0 });
      await site.update(service, { desiredCount });
    }
    await site.around.untilSteady();
  };
  return {
    title: "Verify of a first release",
    ready: () => counts(0),
    run: () =>
      site.step({
        project: "verify",
        input: newest.buildOutput,
        variables: { PIPELINE_EXECUTION_ID: newest.executionId },
        marks: { "it scales": new RegExp(`^\\S+ ${worker}: its scaling is active`, "m") },
      }),
    expected: "SUCCEEDED; it scales",
    finish: () => counts(1),
  };
}

/** The worker's first tasks end at once, while the other service was released: Verify rolls that one back. */
export function firstReleaseThatFails(site: Site, newest: Pick<GoodRun, "executionId" | "buildOutput">): Scenario {
  let before = "";
  let broken = "";
  let released = "";
  return {
    title: "Verify of a first release whose tasks end",
    ready: async () => {
      if (broken === "") {
        before = (await site.service(worker)).taskDefinition ?? "";
        released = (await site.service(prefix)).taskDefinition ?? "";
        // The minimum would start the worker again.
        await site.scale(worker, { minimum: 0, suspended: false });
        broken = await registerBroken(site, before);
        await site.update(worker, { desiredCount: 1, taskDefinition: broken });
        await until("a task has ended", () => hasEnded(site, broken));
      }
      await site.update(prefix, { taskDefinition: released });
      await site.update(worker, { desiredCount: 0, taskDefinition: broken });
      await site.around.untilSteady();
    },
    run: () =>
      site.step({
        project: "verify",
        input: newest.buildOutput,
        // ECS waits longer and longer before it starts a task that ends at once, so one ended task is enough.
        variables: { PIPELINE_EXECUTION_ID: newest.executionId, TIMEOUT_MINUTES: "0" },
        marks: {
          "the other service is rolled back": new RegExp(`^\\S+ ${prefix}: goes back to`, "m"),
          "the count is 0 again": new RegExp(`the count of ${worker} is 0 again$`, "m"),
          ...noLog,
        },
      }),
    expected: "FAILED; the other service is rolled back; the count is 0 again",
    finish: async () => {
      await site.update(prefix, { taskDefinition: released });
      await site.update(worker, { desiredCount: 1, taskDefinition: before });
      await site.scale(worker, { minimum: 1, suspended: false });
      await site.around.untilSteady();
    },
  };
}

async function hasEnded(site: Site, revision: string): Promise<boolean> {
  const { taskArns = [] } = await site.ecs.send(
    new ListTasksCommand({ cluster: prefix, family: worker, desiredStatus: "STOPPED" }),
  );
  if (taskArns.length === 0) return false;
  const { tasks = [] } = await site.ecs.send(new DescribeTasksCommand({ cluster: prefix, tasks: taskArns }));
  return tasks.some(({ taskDefinitionArn, lastStatus }) => taskDefinitionArn === revision && lastStatus === "STOPPED");
}

async function registerBroken(site: Site, of: string): Promise<string> {
  const { taskDefinition } = await site.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: of }));
  const { family, taskRoleArn, executionRoleArn, networkMode, volumes, cpu, memory, requiresCompatibilities } =
    taskDefinition ?? {};
  const containerDefinitions = (taskDefinition?.containerDefinitions ?? []).map((container) => ({
    ...container,
    command: ["sh", "-c", "echo broken; exit 1"],
  }));
  const kept = { taskRoleArn, executionRoleArn, networkMode, volumes, cpu, memory, requiresCompatibilities };
  const registered = await site.ecs.send(new RegisterTaskDefinitionCommand({ family, ...kept, containerDefinitions }));
  return registered.taskDefinition?.taskDefinitionArn ?? "";
}
