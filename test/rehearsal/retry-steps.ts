import { setTimeout as sleep } from "node:timers/promises";
import {
  BatchGetBuildsCommand,
  type CodeBuildClient,
  ListBuildsForProjectCommand,
  StopBuildCommand,
} from "@aws-sdk/client-codebuild";
import { DescribeTasksCommand, type ECSClient, ListTasksCommand, StopTaskCommand } from "@aws-sdk/client-ecs";

/** Looks at the builds of a step, and kills one. */
export function buildsOf(builds: CodeBuildClient) {
  const newest = async (step: string, count: number): Promise<readonly string[]> => {
    const { ids = [] } = await builds.send(new ListBuildsForProjectCommand({ projectName: `shop-staging-${step}` }));
    return ids.slice(0, count);
  };
  const read = async (step: string, count: number) => {
    const ids = (await newest(step, count)).toReversed();
    return ids.length === 0 ? [] : ((await builds.send(new BatchGetBuildsCommand({ ids }))).builds ?? []);
  };
  return {
    /** Kills a step's build as soon as something is so while it runs. */
    killWhen: async (step: string, isSo: () => Promise<boolean>) => {
      while (!(await isSo())) await sleep(50);
      const [id] = await newest(step, 1);
      await builds.send(new StopBuildCommand({ id }));
    },
    /** Whether the newest build of a step is in a phase now. */
    isIn: async (step: string, phase: string) => (await read(step, 1))[0]?.currentPhase === phase,
    /** The phases that failed in the newest builds of a step, so many builds, oldest first. */
    failedPhases: async (step: string, count: number) =>
      (await read(step, count)).flatMap(({ phases = [] }) =>
        phases.flatMap(({ phaseType, phaseStatus }) => (phaseStatus === "FAILED" ? [phaseType ?? ""] : [])),
      ),
  };
}

/** Looks at the tasks of the migration. */
export function migrationsOf(ecs: ECSClient) {
  const [cluster, family] = ["shop-staging", "shop-staging-migrate"];
  const list = async (desiredStatus: "RUNNING" | "STOPPED") => {
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, family, desiredStatus }));
    if (taskArns.length === 0) return [];
    return (await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks ?? [];
  };
  return {
    running: async () => (await list("RUNNING")).filter(({ lastStatus }) => lastStatus === "RUNNING").length,
    /** Stops those that run, as a person does, and waits for their end. */
    stop: async () => {
      for (const { taskArn } of await list("RUNNING")) await ecs.send(new StopTaskCommand({ cluster, task: taskArn }));
      while ((await list("STOPPED")).some(({ lastStatus }) => lastStatus !== "STOPPED")) await sleep(200);
    },
    /** Pairs of migrations that have run at the same time, ever. */
    overlaps: async () => {
      const spans = [...(await list("STOPPED")), ...(await list("RUNNING"))].map(({ taskArn = "", ...task }) => ({
        taskArn,
        from: Number(task.startedAt ?? task.createdAt),
        to: Number(task.stoppedAt ?? Date.now()),
      }));
      return spans.flatMap((one, index) =>
        spans
          .slice(index + 1)
          .filter((other) => one.from < other.to && other.from < one.to)
          .map((other) => `${one.taskArn} ${other.taskArn}`),
      );
    },
  };
}
