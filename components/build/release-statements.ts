import type { Names } from "../kit/names.ts";
import {
  describeTaskDefinition,
  inCluster,
  passToTasks,
  readTasks,
  registerRevisions,
  type Statement,
} from "../kit/statement.ts";
import { carriesCode, type SourceSettings } from "../pipeline/source.ts";
import type { ServicePlan } from "../service/service-plan.ts";

/** What the step Migrate needs to run the release tasks. */
export const migrateStatements = (names: Names): readonly Statement[] => [
  describeTaskDefinition,
  registerRevisions,
  // A revision is tagged again when its task has ended.
  { Effect: "Allow", Action: "ecs:TagResource", Resource: names.taskDefinitions },
  { Effect: "Allow", Action: "ecs:RunTask", Resource: names.taskDefinitions, Condition: inCluster(names) },
  { Effect: "Allow", Action: "ecs:StopTask", Resource: names.tasks, Condition: inCluster(names) },
  ...readTasks(names),
  passToTasks([names.executionRole.arn, names.taskRole.arn]),
  readLogs(names),
];

/** What decides about the permissions of the step Verify. */
export interface VerifiedRelease {
  readonly names: Names;
  readonly source: Pick<SourceSettings, "provider">;
  readonly services: readonly Pick<ServicePlan, "task">[];
}

/** What the step Verify needs. */
export const verifyStatements = (release: VerifiedRelease): readonly Statement[] => [
  ...followDeployments(release.names),
  ...judge(release),
  ...letScale(release.names),
];

/** Follows the deployments, takes services back, and ends the run. */
function followDeployments(names: Names): readonly Statement[] {
  const { arn, deployments, revisions } = names.everyService;
  return [
    {
      Effect: "Allow",
      Action: ["ecs:DescribeServices", "ecs:ListServiceDeployments", "ecs:UpdateService"],
      Resource: arn,
    },
    // AWS asks for each of these on the service as well (ECS, "Permissions required for viewing Amazon ECS service
    // deployments").
    {
      Effect: "Allow",
      Action: ["ecs:DescribeServiceDeployments", "ecs:StopServiceDeployment"],
      Resource: [arn, deployments],
    },
    { Effect: "Allow", Action: "ecs:DescribeServiceRevisions", Resource: [arn, revisions] },
    // UpdateService to another revision passes that revision's roles (seen on AWS: keidarcy/e1s#429).
    passToTasks([names.executionRole.arn, names.taskRole.arn]),
    // The deployed revision is compared with the one that `up` has made.
    describeTaskDefinition,
    ...readTasks(names),
    readLogs(names),
    {
      Effect: "Allow",
      Action: ["codepipeline:ListActionExecutions", "codepipeline:StopPipelineExecution"],
      Resource: names.pipeline.arn,
    },
  ];
}

/** Judges what runs, and marks its images as verified ("Retagging an image", ECR user guide). */
function judge({ names, services, source }: VerifiedRelease): readonly Statement[] {
  const behindBalancer = services.some(({ task }) => task.entry !== undefined);
  return [
    // Ready-made images are released by digest: they belong to no commit, and no tag has to be read or written.
    ...(carriesCode(source)
      ? ([
          {
            Effect: "Allow",
            Action: ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:PutImage"],
            Resource: names.repository("*").arn,
          },
        ] as const)
      : []),
    // Takes no narrower resource.
    ...(behindBalancer
      ? [{ Effect: "Allow", Action: "elasticloadbalancing:DescribeTargetHealth", Resource: "*" } as const]
      : []),
  ];
}

/**
 * Reads whether services sleep or were never released, and lets them scale after their first release. The ARN of a
 * scalable target has an ID that AWS chooses, so it cannot name the environment.
 */
function letScale(names: Names): readonly Statement[] {
  return [
    // Takes no narrower resource.
    { Effect: "Allow", Action: "application-autoscaling:DescribeScalableTargets", Resource: "*" },
    {
      Effect: "Allow",
      Action: "application-autoscaling:RegisterScalableTarget",
      Resource: names.anyScalableTarget,
      Condition: {
        StringEquals: {
          "application-autoscaling:service-namespace": "ecs",
          "application-autoscaling:scalable-dimension": "ecs:service:DesiredCount",
        },
      },
    },
    // Application Auto Scaling tests with empty requests whether its caller may do this ("Permissions validation for API
    // calls on target resources"); the role itself cannot do it.
    {
      Effect: "Allow",
      Action: ["cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"],
      Resource: names.anyAlarm,
      Condition: { StringEquals: { "aws:CalledViaLast": "application-autoscaling.amazonaws.com" } },
    },
  ];
}

const readLogs = (names: Names): Statement => ({
  Effect: "Allow",
  Action: "logs:GetLogEvents",
  Resource: `${names.logGroup.arn}:*`,
});
