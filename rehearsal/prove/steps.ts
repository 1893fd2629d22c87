import { randomBytes, randomUUID } from "node:crypto";
import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, RunTaskCommand, type Task } from "@aws-sdk/client-ecs";
import { docker } from "../../local-cloud/index.ts";
import type { Outcome, Scenario } from "./scenario.ts";
import { noLog, prefix, until, type Place, type Site, type StepArgs } from "./site.ts";

/** A run that has succeeded, and the input of its steps. */
export interface GoodRun {
  readonly executionId: string;
  readonly source: Place;
  readonly buildOutput: Place;
}

/** The steps of a good release, each alone. */
export function stepScenarios(site: Site, run: GoodRun): readonly Scenario[] {
  const variables = { PIPELINE_EXECUTION_ID: run.executionId };
  const migrate = (limit: Readonly<Record<string, string>>, marks: StepArgs["marks"]) => () =>
    site.step({
      project: "migrate",
      input: run.buildOutput,
      variables: { PIPELINE_EXECUTION_ID: randomUUID(), ...limit },
      marks,
    });
  return [
    { title: "a task starts and logs", run: () => startTask(site), expected: "exit code 0, with its log" },
    { title: "Migrate", run: migrate({}, noLog), expected: "SUCCEEDED" },
    {
      title: "Migrate, with a task that reaches its time limit",
      // The task may be stopped before it has written a log, so that is not looked at.
      run: migrate(
        { TIMEOUT_MINUTES: "0" },
        { "nothing was deployed": /^\S+ migrate: exit code (?!0).*nothing was deployed$/m },
      ),
      expected: "FAILED; nothing was deployed",
    },
    {
      title: "Verify",
      run: () => site.step({ project: "verify", input: run.buildOutput, variables }),
      expected: "SUCCEEDED",
    },
    {
      title: "Build of a new commit",
      // On AWS a build host is new each time; here Docker would read the cache from an existing image.
      ready: () => forgetImages(site, ["proxy", "web"]),
      run: () =>
        site.step({
          project: "build",
          input: run.source,
          commit: randomBytes(20).toString("hex"),
          output: true,
          marks: { "the layer cache is not read": /^\S+ #\d+ ERROR: .*403 Forbidden/m },
        }),
      expected: "SUCCEEDED",
    },
  ];
}

async function forgetImages(site: Site, images: readonly string[]): Promise<void> {
  const { registryHost } = site.around.cloud.world;
  for (const image of images) {
    const reference = `${registryHost}/shop/staging/${image}:latest`;
    const here = await docker(["image", "ls", "--quiet", reference]);
    if (here !== "") await docker(["image", "rm", "--force", "--no-prune", reference]);
  }
}

/** Starts a task with the execution role, and reads its log. */
async function startTask(site: Site): Promise<Outcome> {
  const { networkConfiguration } = await site.service(prefix);
  const started = await site.ecs.send(
    new RunTaskCommand({
      cluster: prefix,
      taskDefinition: `${prefix}-migrate`,
      launchType: "FARGATE",
      networkConfiguration,
    }),
  );
  const arn = started.tasks?.[0]?.taskArn ?? "";
  let task: Task | undefined;
  await until("the task has stopped", async () => {
    const { tasks = [] } = await site.ecs.send(new DescribeTasksCommand({ cluster: prefix, tasks: [arn] }));
    task = tasks[0];
    return task?.lastStatus === "STOPPED";
  });
  const code = task?.containers?.[0]?.exitCode;
  if (code === undefined) return { outcome: "no task starts" };
  const events = await new CloudWatchLogsClient(site.around.client).send(
    new GetLogEventsCommand({
      logGroupName: `/ecs/${prefix}`,
      logStreamName: `${prefix}-migrate/migrate/${arn.split("/").at(-1) ?? ""}`,
    }),
  );
  return { outcome: `exit code ${code}, ${events.events?.length === 0 ? "without a log" : "with its log"}` };
}
