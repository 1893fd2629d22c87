import type * as pulumi from "@pulumi/pulumi";
import type { Task } from "../compose/index.ts";
import type { BuildProjectArgs } from "./build-project.ts";
import type { Names } from "./names.ts";
import { inCluster, passToTasks, type Statement } from "./statement.ts";
import { inlineBuildspec } from "./steps/inline-buildspec.ts";

/** What the steps of the Release stage have in common. */
export interface ReleaseStepArgs {
  readonly names: Names;
  /** Minutes a step waits for ECS before it gives up. */
  readonly timeoutMinutes: number;
  /** Seconds between two looks at ECS. */
  readonly pollSeconds: number;
  readonly logRetentionDays: number;
}

export interface MigrateStepArgs extends ReleaseStepArgs {
  readonly task: Pick<Task, "release">;
  /** ECS's NetworkConfiguration of the tasks, in JSON. */
  readonly networkConfiguration: pulumi.Input<string>;
}

/** Whether the Compose file has release tasks at all. */
export const migrates = (task: Pick<Task, "release">): boolean => task.release.length > 0;

/** Runs the release tasks from the new images, before anything is deployed; an exit code other than 0 ends the release. */
export function migrateStep(args: MigrateStepArgs): BuildProjectArgs {
  const { names } = args;
  const definitions = args.task.release.map(({ name }) => names.taskDefinitions(names.releaseFamily(name)));
  const roles = [names.executionRole.arn, names.taskRole.arn];
  const statements: Statement[] = [
    describeTaskDefinition,
    { Effect: "Allow", Action: "ecs:RegisterTaskDefinition", Resource: definitions },
    { Effect: "Allow", Action: "ecs:RunTask", Resource: definitions, Condition: inCluster(names) },
    { Effect: "Allow", Action: "ecs:DescribeTasks", Resource: names.tasks, Condition: inCluster(names) },
    { Effect: "Allow", Action: "ecs:StopTask", Resource: names.tasks, Condition: inCluster(names) },
    listTasks(names),
    passToTasks(roles),
    readLogs(names),
  ];
  return {
    ...common(args, "migrate", statements),
    description: "Runs the release tasks before a deployment",
    environment: {
      ...environment(args),
      NETWORK_CONFIGURATION: args.networkConfiguration,
    },
  };
}

/** Watches the deployment beside the ECS action, and ends the run when ECS has ended the deployment. */
export function watchStep(args: ReleaseStepArgs): BuildProjectArgs {
  const { names } = args;
  const statements: Statement[] = [
    listDeployments(names),
    // Both are asked of the service, too (ECS, "Permissions required for viewing Amazon ECS service deployments").
    {
      Effect: "Allow",
      Action: "ecs:DescribeServiceDeployments",
      Resource: [names.service.arn, names.serviceDeployments],
    },
    { Effect: "Allow", Action: "ecs:DescribeServiceRevisions", Resource: [names.service.arn, names.serviceRevisions] },
    { Effect: "Allow", Action: "ecs:DescribeTasks", Resource: names.tasks, Condition: inCluster(names) },
    listTasks(names),
    readLogs(names),
    {
      Effect: "Allow",
      Action: ["codepipeline:ListActionExecutions", "codepipeline:StopPipelineExecution"],
      Resource: names.pipeline.arn,
    },
  ];
  return {
    ...common(args, "watch", statements),
    description: "Watches a deployment and ends the run when ECS has ended it",
    environment: { ...environment(args), PIPELINE: names.pipeline.name },
  };
}

export interface VerifyStepArgs extends ReleaseStepArgs {
  readonly task: Pick<Task, "images">;
  /** Tasks that the first release starts. */
  readonly desiredCount: number;
}

/** Says whether what runs is what was released; at the first release it starts the tasks. */
export function verifyStep(args: VerifyStepArgs): BuildProjectArgs {
  const { names } = args;
  const statements: Statement[] = [
    listDeployments(names),
    { Effect: "Allow", Action: ["ecs:DescribeServices", "ecs:UpdateService"], Resource: names.service.arn },
    { Effect: "Allow", Action: "ecs:DescribeTasks", Resource: names.tasks, Condition: inCluster(names) },
    listTasks(names),
    readLogs(names),
    {
      Effect: "Allow",
      Action: "ecr:DescribeImages",
      Resource: args.task.images.map(({ name }) => names.repository(name).arn),
    },
    // Takes no narrower resource.
    { Effect: "Allow", Action: "elasticloadbalancing:DescribeTargetHealth", Resource: "*" },
  ];
  return {
    ...common(args, "verify", statements),
    description: "Checks that what runs is what was released",
    environment: { ...environment(args), DESIRED_COUNT: String(args.desiredCount) },
  };
}

function common(args: ReleaseStepArgs, step: "migrate" | "watch" | "verify", statements: readonly Statement[]) {
  return {
    names: args.names,
    project: args.names[step],
    buildspec: inlineBuildspec(step),
    // The script ends itself first, with a reason.
    timeoutMinutes: args.timeoutMinutes + 5,
    logRetentionDays: args.logRetentionDays,
    statements,
  };
}

function environment({ names, timeoutMinutes, pollSeconds }: ReleaseStepArgs): Record<string, string> {
  return {
    ECS_CLUSTER: names.cluster.name,
    ECS_SERVICE: names.service.name,
    LOG_GROUP: names.logGroup.name,
    POLL_SECONDS: String(pollSeconds),
    TIMEOUT_MINUTES: String(timeoutMinutes),
  };
}

// Takes no narrower resource.
const describeTaskDefinition: Statement = { Effect: "Allow", Action: "ecs:DescribeTaskDefinition", Resource: "*" };

/** ListTasks by family names a container instance as its resource; on Fargate there is none, so the cluster narrows it. */
const listTasks = (names: Names): Statement => ({
  Effect: "Allow",
  Action: "ecs:ListTasks",
  Resource: "*",
  Condition: inCluster(names),
});

const listDeployments = (names: Names): Statement => ({
  Effect: "Allow",
  Action: "ecs:ListServiceDeployments",
  Resource: names.service.arn,
});

const readLogs = (names: Names): Statement => ({
  Effect: "Allow",
  Action: "logs:GetLogEvents",
  Resource: `${names.logGroup.arn}:*`,
});
