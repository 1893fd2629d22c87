import type { Context } from "./iam.ts";
import { accountId, region } from "./cloud-state.ts";

/** What a role must be able to do: actions, the resources they are done to, and the request's context. */
export type Deed = readonly [actions: string, resources: readonly string[], context?: Context];

/** An ARN of the tests' account and region. */
export const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
/** Context of a PassRole for a task. */
export const passed = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };
/** Context of a request that tags what it registers. */
export const registering = { "ecs:CreateAction": "RegisterTaskDefinition" };
/** Context of a request in the cluster of staging. */
export const here = { "ecs:cluster": arn("ecs", "cluster/shop-staging") };

/** The service of staging. */
export const service = arn("ecs", "service/shop-staging/shop-staging");
export const services = [service, arn("ecs", "service/shop-staging/shop-staging-worker")];
export const deployments = ["shop-staging", "shop-staging-worker"].map((name) =>
  arn("ecs", `service-deployment/shop-staging/${name}/0123`),
);
const task = arn("ecs", "task/shop-staging/0123");
export const definitions = ["shop-staging:7", "shop-staging-worker:7"].map((revision) =>
  arn("ecs", `task-definition/${revision}`),
);
/** A revision of the migration of staging. */
export const migration = arn("ecs", "task-definition/shop-staging-migrate:7");
export const repositories = ["proxy", "web"].map((image) => arn("ecr", `repository/shop/staging/${image}`));
export const bucket = `arn:aws:s3:::shop-staging-artifacts-${accountId}-${region}`;
/** The bucket of the program that builds run, and an object in it. */
const programBucket = `arn:aws:s3:::shop-staging-program-${accountId}-${region}`;
const program = `${programBucket}/${"0".repeat(64)}.cjs`;
export const artifact = `${bucket}/shop-staging/BuildOutp/x`;
export const containerRoles = ["execution", "task"].map(
  (actor) => `arn:aws:iam::${accountId}:role/shop-staging-${actor}`,
);
export const stream = (group: string) => arn("logs", `log-group:${group}:log-stream:0`);
/** The parameters of staging. */
export const parameters = ["DATABASE_URL", "SECRET_KEY_BASE"].map((name) =>
  arn("ssm", `parameter/shop/staging/${name}`),
);
export const project = (purpose: string) => arn("codebuild", `project/shop-staging-${purpose}`);

/** A scalable target, whose ARN does not say of which service it is, and the context of a request about one of ECS. */
export const scalableTarget = arn("application-autoscaling", "scalable-target/0123");
export const ofEcs = {
  "application-autoscaling:service-namespace": "ecs",
  "application-autoscaling:scalable-dimension": "ecs:service:DesiredCount",
};
/** An alarm, and the context of a request that Application Auto Scaling makes for its caller. */
export const anyAlarm = arn("cloudwatch", "alarm:0123");
export const byScaling = { "aws:CalledViaLast": "application-autoscaling.amazonaws.com" };

/** What every build does next to its own work. */
const anyBuild = (purpose: string): readonly Deed[] => [
  ["logs:CreateLogStream logs:PutLogEvents", [stream(`/aws/codebuild/shop-staging-${purpose}`)]],
  ["s3:GetObject s3:GetObjectVersion", [artifact]],
  ["s3:GetBucketAcl s3:GetBucketLocation", [bucket]],
  ["s3:GetObject", [program]],
];
const readTasks: readonly Deed[] = [
  ["ecs:ListTasks", ["*"], here],
  ["ecs:DescribeTasks", [task], here],
];
const readContainerLogs: Deed = ["logs:GetLogEvents", [stream("/ecs/shop-staging")]];
/** What Verify does to follow deployments, to roll services back, and to end the run. */
const followDeployments: readonly Deed[] = [
  ["ecs:DescribeServices ecs:ListServiceDeployments ecs:UpdateService", services],
  ["ecs:DescribeServiceDeployments ecs:StopServiceDeployment", [...services, ...deployments]],
  [
    "ecs:DescribeServiceRevisions",
    [...services, ...deployments.map((one) => one.replace("service-deployment", "service-revision"))],
  ],
  ["iam:PassRole", containerRoles, passed],
  ...readTasks,
  ["ecs:DescribeTaskDefinition", ["*"]],
  readContainerLogs,
  ["codepipeline:ListActionExecutions codepipeline:StopPipelineExecution", [arn("codepipeline", "shop-staging")]],
];

export const topic = arn("sns", "shop-staging");

/** Everything the roles may do in a staging with notifications and an approval; all else is refused. */
export const duties: Readonly<Record<string, readonly Deed[]>> = {
  build: [
    ...anyBuild("build"),
    ["s3:PutObject", [artifact]],
    ["ecr:GetAuthorizationToken", ["*"]],
    ["ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:CompleteLayerUpload ecr:DescribeImages", repositories],
    ["ecr:GetDownloadUrlForLayer ecr:InitiateLayerUpload ecr:PutImage ecr:UploadLayerPart", repositories],
    ["ecs:DescribeServices", services],
    ["ecs:DescribeTaskDefinition", ["*"]],
  ],
  execution: [
    ["ecr:GetAuthorizationToken", ["*"]],
    ["ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer", repositories],
    ["logs:CreateLogStream logs:PutLogEvents", [stream("/ecs/shop-staging")]],
    ["ssm:GetParameters", parameters],
  ],
  migrate: [
    ...anyBuild("migrate"),
    ...readTasks,
    ["ecs:DescribeTaskDefinition", ["*"]],
    ["ecs:RegisterTaskDefinition", ["*"]],
    ["ecs:TagResource", [migration]],
    ["ecs:RunTask", [migration], here],
    ["ecs:StopTask", [task], here],
    ["iam:PassRole", containerRoles, passed],
    readContainerLogs,
  ],
  notify: [
    ["logs:CreateLogStream logs:PutLogEvents", [stream("/aws/lambda/shop-staging-notify")]],
    ["codepipeline:ListActionExecutions codepipeline:ListPipelineExecutions", [arn("codepipeline", "shop-staging")]],
    ["logs:GetLogEvents", ["build", "migrate", "verify"].map((step) => stream(`/aws/codebuild/shop-staging-${step}`))],
    ["sns:Publish", [topic]],
  ],
  pipeline: [
    ["sns:Publish", [topic]],
    ["s3:GetBucketAcl s3:GetBucketLocation s3:GetBucketVersioning", [bucket]],
    ["s3:GetObject s3:GetObjectVersion s3:PutObject s3:PutObjectAcl", [artifact]],
    ["codeconnections:UseConnection", [arn("codeconnections", "connection/shop-staging")]],
    ["codebuild:BatchGetBuilds codebuild:StartBuild", ["build", "migrate", "verify"].map(project)],
    ["ecs:DescribeServices ecs:UpdateService", services],
    ["ecs:DescribeTaskDefinition", ["*"]],
    ...readTasks,
    ["ecs:RegisterTaskDefinition", ["*"]],
    ["ecs:TagResource", definitions, registering],
    ["iam:PassRole", containerRoles, passed],
  ],
  verify: [
    ...anyBuild("verify"),
    ...followDeployments,
    ["ecr:BatchGetImage ecr:DescribeImages ecr:PutImage", repositories],
    ["elasticloadbalancing:DescribeTargetHealth", ["*"]],
    ["application-autoscaling:DescribeScalableTargets", ["*"]],
    ["application-autoscaling:RegisterScalableTarget", [scalableTarget], ofEcs],
    ["cloudwatch:DeleteAlarms cloudwatch:DescribeAlarms cloudwatch:PutMetricAlarm", [anyAlarm], byScaling],
  ],
};

const everyRole = ["build", "execution", "migrate", "pipeline", "task", "verify"].map(
  (actor) => `arn:aws:iam::${accountId}:role/shop-staging-${actor}`,
);
const everyProject = ["build", "migrate", "verify"].map(project);

/** What no role of the path may do, even to its own environment. */
export const never: readonly Deed[] = [
  ["ecs:DeleteService ecs:CreateService", [service]],
  ["ecs:DeregisterTaskDefinition", ["*"]],
  ["ecs:ExecuteCommand", [task], here],
  ["ecr:DeleteRepository ecr:BatchDeleteImage ecr:PutImageTagMutability ecr:PutLifecyclePolicy", repositories],
  ["s3:DeleteObject s3:DeleteObjectVersion s3:DeleteBucket s3:PutBucketPolicy", [artifact, bucket]],
  // A build runs the code of whoever pushes; what it could write here, a later step would run.
  ["s3:PutObject s3:PutObjectAcl s3:DeleteObject s3:DeleteObjectVersion", [program]],
  ["s3:PutBucketPolicy s3:PutLifecycleConfiguration s3:PutBucketVersioning s3:DeleteBucket", [programBucket]],
  ["ssm:GetParameter ssm:PutParameter ssm:DeleteParameter", parameters],
  ["logs:DeleteLogGroup logs:DeleteLogStream", [stream("/ecs/shop-staging")]],
  ["sns:Subscribe sns:SetTopicAttributes", [topic]],
  // What scales a database or a function, and alarms that no one but Application Auto Scaling changes.
  [
    "application-autoscaling:RegisterScalableTarget",
    [scalableTarget],
    { ...ofEcs, "application-autoscaling:service-namespace": "rds" },
  ],
  [
    "application-autoscaling:DeregisterScalableTarget application-autoscaling:PutScalingPolicy",
    [scalableTarget],
    ofEcs,
  ],
  ["cloudwatch:DeleteAlarms cloudwatch:PutMetricAlarm", [anyAlarm]],
  ...ownRights(),
];

/** Every way in which a role could widen what it, or another one of its environment, may do. */
function ownRights(): readonly Deed[] {
  return [
    ["iam:PutRolePolicy iam:AttachRolePolicy iam:DeleteRolePolicy iam:DetachRolePolicy", everyRole],
    ["iam:UpdateAssumeRolePolicy iam:PutRolePermissionsBoundary iam:DeleteRolePermissionsBoundary", everyRole],
    ["iam:CreateRole iam:UpdateRole iam:TagRole iam:DeleteRole sts:AssumeRole", everyRole],
    ["iam:CreatePolicy iam:CreatePolicyVersion", [`arn:aws:iam::${accountId}:policy/shop-staging`]],
    ["iam:PassRole", everyRole, { "iam:PassedToService": "lambda.amazonaws.com" }],
    ["iam:PassRole", everyRole, { "iam:PassedToService": "codebuild.amazonaws.com" }],
    ["iam:PassRole", everyRole.filter((role) => !containerRoles.includes(role)), passed],
    ["codebuild:UpdateProject codebuild:CreateProject codebuild:DeleteProject", everyProject],
    ["codepipeline:UpdatePipeline codepipeline:DeletePipeline", [arn("codepipeline", "shop-staging")]],
    // No role approves its own run, or opens a stage that a person has closed.
    ["codepipeline:PutApprovalResult", [arn("codepipeline", "shop-staging/Approve/Approve")]],
    [
      "codepipeline:EnableStageTransition codepipeline:DisableStageTransition",
      [arn("codepipeline", "shop-staging/Release")],
    ],
    [
      "lambda:CreateFunction lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration lambda:InvokeFunction",
      [arn("lambda", "function:shop-staging")],
    ],
    ["ecr:SetRepositoryPolicy ecr:DeleteRepositoryPolicy", repositories],
    ["events:PutRule events:PutTargets", [arn("events", "rule/shop-staging")]],
  ];
}
