import type * as pulumi from "@pulumi/pulumi";
import type { Application } from "../../compose/index.ts";
import type { BuildProjectArgs } from "./build-project.ts";
import type { Names } from "../kit/names.ts";
import { revisionVariables, type ReleaseRevisions } from "../service/release-revisions.ts";
import { builds, type ServicePlan } from "../service/service-plan.ts";
import type { SmokeTest } from "./smoke-test.ts";
import { inCluster, passToTasks, registerRevisions, type Statement } from "../kit/statement.ts";
import { inlineBuildspec } from "./steps/inline-buildspec.ts";

/** What the steps of the Release stage have in common. */
export interface ReleaseStepArgs {
  readonly names: Names;
  /** Seconds between two looks at ECS. */
  readonly pollSeconds: number;
  readonly logRetentionDays: number;
}

export interface MigrateStepArgs extends ReleaseStepArgs {
  readonly release: Application["release"];
  /** ARN of the revision that `up` has made of each of them, by its name: what a task's own revision is based on. */
  readonly releaseRevisions: ReleaseRevisions;
  /** ECS's NetworkConfiguration of the tasks, in JSON. */
  readonly networkConfiguration: pulumi.Input<string>;
  /** Minutes a release task may take. */
  readonly releaseTimeoutMinutes: number;
}

/** Whether the Compose file has release tasks at all. */
export const migrates = ({ release }: Pick<Application, "release">): boolean => release.length > 0;

/** Runs the release tasks from the new images, before anything is deployed; an exit code other than 0 ends the release. */
export function migrateStep(args: MigrateStepArgs): BuildProjectArgs {
  const { names } = args;
  const roles = [names.executionRole.arn, names.taskRole.arn];
  const statements: Statement[] = [
    describeTaskDefinition,
    registerRevisions,
    // A revision is also tagged later, when its task has ended.
    { Effect: "Allow", Action: "ecs:TagResource", Resource: names.taskDefinitions },
    { Effect: "Allow", Action: "ecs:RunTask", Resource: names.taskDefinitions, Condition: inCluster(names) },
    { Effect: "Allow", Action: "ecs:DescribeTasks", Resource: names.tasks, Condition: inCluster(names) },
    { Effect: "Allow", Action: "ecs:StopTask", Resource: names.tasks, Condition: inCluster(names) },
    listTasks(names),
    passToTasks(roles),
    readLogs(names),
  ];
  return {
    ...common(args, "migrate", statements),
    description: "Runs the release tasks before a deployment",
    // The script ends itself first, with a reason.
    timeoutMinutes: args.release.length * args.releaseTimeoutMinutes + 5,
    environment: {
      ...environment(args),
      ...revisionVariables(names, args.releaseRevisions),
      ECS_SERVICE: names.service("").name,
      TIMEOUT_MINUTES: String(args.releaseTimeoutMinutes),
      NETWORK_CONFIGURATION: args.networkConfiguration,
    },
  };
}

export interface WatchStepArgs extends ReleaseStepArgs {
  readonly services: readonly ServicePlan[];
}

/** Watches the deployments beside the ECS actions; when ECS has ended one, takes the others back and ends the run. */
export function watchStep(args: WatchStepArgs): BuildProjectArgs {
  const { names } = args;
  const { arn, deployments } = names.everyService;
  const statements: Statement[] = [
    ...seeDeployments(args),
    // Verify stops none: it comes after Watch, which has seen every deployment end.
    { Effect: "Allow", Action: "ecs:StopServiceDeployment", Resource: [arn, deployments] },
    { Effect: "Allow", Action: "codepipeline:StopPipelineExecution", Resource: names.pipeline.arn },
  ];
  return {
    ...common(args, "watch", statements),
    ...judging(args),
    description: "Watches the deployments and ends the run when ECS has ended one",
  };
}

export interface VerifyStepArgs extends ReleaseStepArgs {
  readonly services: readonly ServicePlan[];
  readonly application: Pick<Application, "images">;
  /** What the application must answer once it is released. @default - it is not asked */
  readonly smokeTest?: SmokeTest | undefined;
}

/** Says whether what runs is what was released, and marks its images; at the first release it starts the tasks. */
export function verifyStep(args: VerifyStepArgs): BuildProjectArgs {
  const { names, services, application, smokeTest } = args;
  const repositories = application.images.map(({ name }) => names.repository(name));
  const statements: Statement[] = [
    ...seeDeployments(args),
    // What was released is marked as verified ("Retagging an image", ECR user guide).
    {
      Effect: "Allow",
      Action: ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:PutImage"],
      Resource: names.repository("*").arn,
    },
    // Takes no narrower resource.
    { Effect: "Allow", Action: "elasticloadbalancing:DescribeTargetHealth", Resource: "*" },
    // Takes no narrower resource. Whether a service has no task because its schedule has ended them.
    ...(services.some(({ sleeps }) => sleeps)
      ? [{ Effect: "Allow", Action: "application-autoscaling:DescribeScalableTargets", Resource: "*" } as const]
      : []),
  ];
  const judge = judging(args);
  return {
    ...common(args, "verify", statements),
    ...judge,
    description: "Checks that what runs is what was released",
    environment: {
      ...judge.environment,
      SMOKE_TEST_URL: smokeTest?.url ?? "",
      SMOKE_TEST_ANSWER: smokeTest?.answer ?? "",
      IMAGE_REPOSITORIES: repositories.map(({ name }) => name).join(" "),
    },
  };
}

/** What both steps that judge deployments need to see of the services, and to take them back. */
function seeDeployments({ names }: ReleaseStepArgs): readonly Statement[] {
  const { arn, deployments, revisions } = names.everyService;
  return [
    {
      Effect: "Allow",
      Action: ["ecs:DescribeServices", "ecs:ListServiceDeployments", "ecs:UpdateService"],
      Resource: arn,
    },
    // Both are asked of the service, too (ECS, "Permissions required for viewing Amazon ECS service deployments").
    { Effect: "Allow", Action: "ecs:DescribeServiceDeployments", Resource: [arn, deployments] },
    { Effect: "Allow", Action: "ecs:DescribeServiceRevisions", Resource: [arn, revisions] },
    // UpdateService to another revision passes that revision's roles (seen on AWS: keidarcy/e1s#429).
    passToTasks([names.executionRole.arn, names.taskRole.arn]),
    { Effect: "Allow", Action: "ecs:DescribeTasks", Resource: names.tasks, Condition: inCluster(names) },
    listTasks(names),
    readLogs(names),
    { Effect: "Allow", Action: "codepipeline:ListActionExecutions", Resource: names.pipeline.arn },
  ];
}

/** Time limits and variables of a step that judges deployments. */
function judging(args: WatchStepArgs) {
  const minutes = Math.max(...args.services.map(({ deploymentTimeoutMinutes }) => deploymentTimeoutMinutes));
  const services = args.services.map((plan) => ({
    service: plan.service.name,
    action: builds(plan) ? plan.service.deployAction : null,
    imageDefinitions: plan.service.imageDefinitions,
    desiredCount: plan.scaling.desiredCount,
    ...(plan.sleeps === true && { sleeps: true }),
  }));
  return {
    // The script ends itself first, with a reason; taking services back takes as long as the deployment may.
    timeoutMinutes: 2 * minutes + 5,
    environment: {
      ...environment(args),
      PIPELINE: args.names.pipeline.name,
      SERVICES: JSON.stringify(services),
      TIMEOUT_MINUTES: String(minutes),
    },
  };
}

function common(args: ReleaseStepArgs, step: "migrate" | "watch" | "verify", statements: readonly Statement[]) {
  return {
    names: args.names,
    project: args.names[step],
    buildspec: inlineBuildspec(step),
    logRetentionDays: args.logRetentionDays,
    statements,
  };
}

function environment({ names, pollSeconds }: ReleaseStepArgs): Record<string, string> {
  return {
    ECS_CLUSTER: names.cluster.name,
    LOG_GROUP: names.logGroup.name,
    POLL_SECONDS: String(pollSeconds),
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

const readLogs = (names: Names): Statement => ({
  Effect: "Allow",
  Action: "logs:GetLogEvents",
  Resource: `${names.logGroup.arn}:*`,
});
