import type * as pulumi from "@pulumi/pulumi";
import type { Application } from "../../compose/index.ts";
import type { ApprovalSettings } from "../pipeline/approve-stage.ts";
import type { DeploymentWindow } from "../pipeline/deployment-window.ts";
import type { Step } from "./build-project.ts";
import type { Names } from "../kit/names.ts";
import { revisionVariables, type ReleaseRevisions } from "../service/release-task-definitions.ts";
import { builds, type ServicePlan } from "../service/service-plan.ts";
import { smokeTestOf, type SmokeTestSettings } from "./smoke-test.ts";
import { inCluster, passToTasks, registerRevisions, type Statement } from "../kit/statement.ts";
import { inlineBuildspec } from "./steps/inline-buildspec.ts";

/** The settings of a stack about its releases. */
export interface ReleaseSettings {
  /** Minutes that a release task may take. */
  readonly taskTimeoutMinutes: number;
  /** Seconds between two looks at ECS. */
  readonly pollSeconds: number;
  /** When a run may enter the stage Release. @default - always */
  readonly deploymentWindow: DeploymentWindow | undefined;
  /** The manual approval before a release. @default - a release needs none */
  readonly approval: ApprovalSettings | undefined;
  /** What the application must answer when it is released. @default - there is no smoke test */
  readonly smokeTest: SmokeTestSettings | undefined;
}

/** What is known about a release before anything is created. Plain data. */
export interface ReleasePlan {
  readonly names: Names;
  readonly application: Pick<Application, "images" | "release">;
  readonly services: readonly ServicePlan[];
  readonly settings: ReleaseSettings;
  readonly logRetentionDays: number;
}

/** The values that a migration needs of resources that `up` creates; an EcsCluster has both. */
export interface MigrationTargets {
  /** ARN of the revision that `up` has created for each release service, by its name; the revision of each task is based on it. */
  readonly releaseRevisions: ReleaseRevisions;
  /** ECS's NetworkConfiguration of the tasks, in JSON. */
  readonly networkConfiguration: pulumi.Input<string>;
}

/**
 * The step that runs the release tasks from the new images, before anything is deployed; an exit code other than 0 ends
 * the release. Empty if the Compose file has no release tasks.
 */
export function migrateStep(plan: ReleasePlan, targets: MigrationTargets): readonly Step[] {
  const { names, application, settings } = plan;
  const { release } = application;
  if (release.length === 0) return [];
  const roles = [names.executionRole.arn, names.taskRole.arn];
  const statements: Statement[] = [
    describeTaskDefinition,
    registerRevisions,
    // A revision is tagged again when its task has ended.
    { Effect: "Allow", Action: "ecs:TagResource", Resource: names.taskDefinitions },
    { Effect: "Allow", Action: "ecs:RunTask", Resource: names.taskDefinitions, Condition: inCluster(names) },
    { Effect: "Allow", Action: "ecs:DescribeTasks", Resource: names.tasks, Condition: inCluster(names) },
    { Effect: "Allow", Action: "ecs:StopTask", Resource: names.tasks, Condition: inCluster(names) },
    listTasks(names),
    passToTasks(roles),
    readLogs(names),
  ];
  const step = {
    ...common(plan, "migrate", statements),
    description: "Runs the release tasks before a deployment",
    // The script stops before this limit, and prints the reason.
    timeoutMinutes: release.length * settings.taskTimeoutMinutes + 5,
    environment: {
      ...environment(plan),
      ...revisionVariables(names, targets.releaseRevisions),
      ECS_SERVICE: names.service("").name,
      TIMEOUT_MINUTES: String(settings.taskTimeoutMinutes),
      NETWORK_CONFIGURATION: targets.networkConfiguration,
    },
  };
  return [step];
}

/**
 * The step that watches the deployments while the ECS actions run; if ECS ends one, it rolls the others back and ends
 * the run.
 */
export function watchStep(plan: ReleasePlan): Step {
  const { names } = plan;
  const { arn, deployments } = names.everyService;
  const statements: Statement[] = [
    ...seeDeployments(plan),
    // Verify does not stop deployments: it comes after Watch, which has seen every deployment end.
    { Effect: "Allow", Action: "ecs:StopServiceDeployment", Resource: [arn, deployments] },
    { Effect: "Allow", Action: "codepipeline:StopPipelineExecution", Resource: names.pipeline.arn },
  ];
  return {
    ...common(plan, "watch", statements),
    ...judging(plan),
    description: "Watches the deployments and ends the run when ECS has ended one",
  };
}

/**
 * The step that checks that what runs is what was released, and marks its images as verified; at the first release it
 * starts the tasks. A smoke test of a path asks at `url`, the address of the load balancer.
 */
export function verifyStep(plan: ReleasePlan, url?: pulumi.Output<string>): Step {
  const { names, services, application } = plan;
  const smokeTest = smokeTestOf(plan.settings.smokeTest, url);
  const repositories = application.images.map(({ name }) => names.repository(name));
  const statements: Statement[] = [
    ...seeDeployments(plan),
    // Marks what was released as verified ("Retagging an image", ECR user guide).
    {
      Effect: "Allow",
      Action: ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:PutImage"],
      Resource: names.repository("*").arn,
    },
    // Takes no narrower resource.
    { Effect: "Allow", Action: "elasticloadbalancing:DescribeTargetHealth", Resource: "*" },
    // Takes no narrower resource. Shows whether a service has no tasks because its schedule has ended them.
    ...(services.some(({ sleeps }) => sleeps)
      ? [{ Effect: "Allow", Action: "application-autoscaling:DescribeScalableTargets", Resource: "*" } as const]
      : []),
  ];
  const judge = judging(plan);
  return {
    ...common(plan, "verify", statements),
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

/** What the two steps that judge deployments need to look at the services and to roll them back. */
function seeDeployments({ names }: ReleasePlan): readonly Statement[] {
  const { arn, deployments, revisions } = names.everyService;
  return [
    {
      Effect: "Allow",
      Action: ["ecs:DescribeServices", "ecs:ListServiceDeployments", "ecs:UpdateService"],
      Resource: arn,
    },
    // AWS asks for both on the service as well (ECS, "Permissions required for viewing Amazon ECS service
    // deployments").
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

/** Time limit and variables of a step that judges deployments. */
function judging(plan: ReleasePlan) {
  const minutes = Math.max(...plan.services.map(({ deploymentTimeoutMinutes }) => deploymentTimeoutMinutes));
  const services = plan.services.map((one) => ({
    service: one.service.name,
    action: builds(one) ? one.service.deployAction : null,
    imageDefinitions: one.service.imageDefinitions,
    desiredCount: one.scaling.desiredCount,
    ...(one.sleeps === true && { sleeps: true }),
  }));
  return {
    // The script stops before this limit, and prints the reason; rolling services back may take as long as the
    // deployment.
    timeoutMinutes: 2 * minutes + 5,
    environment: {
      ...environment(plan),
      PIPELINE: plan.names.pipeline.name,
      SERVICES: JSON.stringify(services),
      TIMEOUT_MINUTES: String(minutes),
    },
  };
}

function common(
  { names, logRetentionDays }: ReleasePlan,
  step: "migrate" | "watch" | "verify",
  statements: readonly Statement[],
) {
  return {
    place: names.place,
    artifactBucket: names.artifactBucket,
    projectName: names[step].name,
    buildspec: inlineBuildspec(step),
    logRetentionDays,
    statements,
  };
}

function environment({ names, settings }: ReleasePlan): Record<string, string> {
  return {
    ECS_CLUSTER: names.cluster.name,
    LOG_GROUP: names.logGroup.name,
    POLL_SECONDS: String(settings.pollSeconds),
  };
}

// Takes no narrower resource.
const describeTaskDefinition: Statement = { Effect: "Allow", Action: "ecs:DescribeTaskDefinition", Resource: "*" };

/** The resource of ListTasks is a container instance; Fargate has none, so the cluster limits the permission. */
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
