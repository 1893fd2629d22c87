import {
  anyAlarm,
  arn,
  artifact,
  byScaling,
  containerRoles,
  definitions,
  deployments,
  here,
  migration,
  ofEcs,
  parameters,
  passed,
  project,
  registering,
  repositories,
  scalableTarget,
  services,
  stream,
  topic,
} from "./duties.ts";
import { anyBuild, artifacts, output, pulling, pushing, serviceRole, type Feature, type Minimum } from "./minimum.ts";
import { optionFeatures } from "./minimum-options.ts";
import { sourceFeatures } from "./minimum-sources.ts";

/** What the step Verify goes by, besides what marks images. */
const verifying: readonly Minimum[] = [
  {
    role: "verify",
    page: "Amazon ECS developer guide, “Permissions required for viewing Amazon ECS service deployments”",
    needs: [
      ["ecs:DescribeServices ecs:ListServiceDeployments", services],
      ["ecs:DescribeServiceDeployments ecs:DescribeServiceRevisions", services],
    ],
  },
  {
    role: "verify",
    page: "Service Authorization Reference, Amazon Elastic Container Service",
    needs: [["ecs:StopServiceDeployment", [...services, ...deployments]]],
  },
  {
    role: "verify",
    page: "Service Authorization Reference, AWS Application Auto Scaling",
    needs: [
      ["application-autoscaling:DescribeScalableTargets", ["*"]],
      ["application-autoscaling:RegisterScalableTarget", [scalableTarget], ofEcs],
    ],
  },
  {
    role: "verify",
    page: "Application Auto Scaling user guide, “Example policies for working with the AWS CLI or an SDK”, permissions on target services and CloudWatch, ECS services",
    needs: [
      ["ecs:DescribeServices ecs:UpdateService", services],
      ["cloudwatch:DeleteAlarms cloudwatch:DescribeAlarms cloudwatch:PutMetricAlarm", [anyAlarm], byScaling],
    ],
  },
];

const everyRole: Feature = {
  title: "a connection, an approval and notifications",
  minimums: [
    { ...artifacts, without: [["s3:PutObjectTagging", "only an object of an S3 source has tags"]] },
    {
      role: "pipeline",
      page: "CodePipeline user guide, “CodeStarSourceConnection for Bitbucket Cloud, GitHub, GitHub Enterprise Server, GitLab.com …”",
      needs: [["codeconnections:UseConnection", [arn("codeconnections", "connection/shop-staging")]]],
    },
    // Seen on AWS to be for connections alone: aws/aws-cdk#13557, and CDK's actions.
    { role: "pipeline", page: serviceRole, needs: [["s3:PutObjectAcl", [artifact]]] },
    {
      role: "pipeline",
      page: "CodePipeline user guide, “AWS CodeBuild build and test action reference”",
      needs: [["codebuild:BatchGetBuilds codebuild:StartBuild", ["build", "migrate", "verify"].map(project)]],
      without: [["codebuild:BatchGetBuildBatches codebuild:StartBuildBatch", "no action has BatchEnabled"]],
    },
    {
      role: "pipeline",
      page: "CodePipeline user guide, “Amazon Elastic Container Service deploy action reference”",
      needs: [
        ["ecs:DescribeTaskDefinition ecs:RegisterTaskDefinition", ["*"]],
        ["ecs:DescribeServices ecs:UpdateService", services],
        ["ecs:TagResource", definitions, registering],
        ["iam:PassRole", containerRoles, passed],
        // In earlier versions of the page, and in CDK's EcsDeployAction.
        ["ecs:ListTasks", ["*"], here],
        ["ecs:DescribeTasks", [arn("ecs", "task/shop-staging/0")], here],
      ],
    },
    {
      role: "pipeline",
      page: "CodePipeline user guide, “Grant Amazon SNS permissions to a CodePipeline service role”",
      needs: [["sns:Publish", [topic]]],
    },
    ...["build", "migrate", "verify"].map(anyBuild),
    output("build"),
    {
      role: "build",
      page: pushing,
      needs: [
        ["ecr:GetAuthorizationToken", ["*"]],
        ["ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:CompleteLayerUpload", repositories],
        ["ecr:InitiateLayerUpload ecr:PutImage ecr:UploadLayerPart", repositories],
      ],
    },
    // The cache of layers, which the build pushed before.
    { role: "build", page: pulling, needs: [["ecr:BatchGetImage ecr:GetDownloadUrlForLayer", repositories]] },
    {
      role: "migrate",
      page: "Amazon ECS developer guide, “Amazon ECS EventBridge IAM Role” (AmazonECSEventsRole: what starts tasks)",
      needs: [
        ["ecs:RunTask", [migration], here],
        ["iam:PassRole", containerRoles, passed],
      ],
    },
    {
      role: "migrate",
      page: "CodePipeline user guide, “Amazon Elastic Container Service deploy action reference” (what registers revisions)",
      needs: [
        ["ecs:DescribeTaskDefinition ecs:RegisterTaskDefinition", ["*"]],
        ["ecs:TagResource", [migration]],
      ],
    },
    ...verifying,
    {
      role: "verify",
      page: "Amazon ECR user guide, “Retagging an image in Amazon ECR”, and pushing",
      needs: [["ecr:BatchGetImage ecr:PutImage", repositories]],
    },
    {
      role: "execution",
      page: "Amazon ECS developer guide, “Amazon ECS task execution IAM role” (AmazonECSTaskExecutionRolePolicy)",
      needs: [
        ["ecr:GetAuthorizationToken", ["*"]],
        ["ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer", repositories],
        ["logs:CreateLogStream logs:PutLogEvents", [stream("/ecs/shop-staging")]],
      ],
    },
    {
      role: "execution",
      page: "Amazon ECS developer guide, “Pass Systems Manager parameters through Amazon ECS environment variables”",
      needs: [["ssm:GetParameters", parameters]],
      without: [["secretsmanager:GetSecretValue", "no container reads from Secrets Manager"]],
    },
    {
      role: "notify",
      page: "AWS Lambda developer guide, “Defining Lambda function permissions with an execution role” (AWSLambdaBasicExecutionRole)",
      needs: [["logs:CreateLogStream logs:PutLogEvents", [stream("/aws/lambda/shop-staging-notify")]]],
      without: [["logs:CreateLogGroup", "`up` makes the group, with its days"]],
    },
    {
      role: "notify",
      page: "Amazon SNS developer guide, “Using identity-based policies with Amazon SNS”",
      needs: [["sns:Publish", [topic]]],
    },
  ],
};

/** Every setting that makes a role do something on AWS, with AWS's own minimum policy for it. */
export const features: readonly Feature[] = [everyRole, ...optionFeatures, ...sourceFeatures];
