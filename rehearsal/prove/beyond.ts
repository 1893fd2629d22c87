/** Permissions that roles have because of settings that the proof cannot use, as rows of docs/permissions.md. */
export interface Beyond {
  /** The setting that needs them, in words. */
  readonly setting: string;
  readonly roles: readonly string[];
  readonly actions: readonly string[];
  readonly resource: string;
  /** @default - none */
  readonly condition?: string;
  /** What AWS's page says. */
  readonly reason: string;
  readonly page: string;
}

const key = {
  setting: "`artifactKmsKeyArn`",
  resource: "kms:key/<id>",
  condition: '{"StringEquals":{"kms:ViaService":"s3.<region>.amazonaws.com"}}',
  page: "Amazon S3 user guide, “Using server-side encryption with AWS KMS keys (SSE-KMS)”",
};

const files = {
  setting: "`bucket`",
  roles: ["task"],
  page: "Amazon S3 user guide, “Required permissions for Amazon S3 API operations”",
};

/** Every permission that no call on the local cloud needs, because it does not know the setting. */
export const beyond: readonly Beyond[] = [
  {
    ...key,
    roles: ["build", "images", "migrate", "pipeline", "verify"],
    actions: ["kms:Decrypt"],
    reason: "the local cloud encrypts nothing; reading an object under a KMS key needs it",
  },
  {
    ...key,
    roles: ["build", "images", "pipeline"],
    actions: ["kms:GenerateDataKey"],
    reason: "the local cloud encrypts nothing; writing an object under a KMS key needs it",
  },
  {
    setting: "`parameterKmsKeyArns`",
    roles: ["build", "execution"],
    actions: ["kms:Decrypt"],
    resource: "kms:key/<id>",
    condition:
      '{"StringEquals":{"kms:ViaService":"ssm.<region>.amazonaws.com"},"StringLike":{"kms:EncryptionContext:PARAMETER_ARN":["ssm:parameter/<app>/<environment>/*"]}}',
    reason:
      "the proof's parameters are under Parameter Store's own key; without it, no task and no build starts (test/rehearsal/local-cloud/parameter-keys.spec.ts)",
    page: "AWS KMS developer guide, “How AWS Systems Manager Parameter Store uses AWS KMS”",
  },
  {
    setting: "`baseImages` of a private registry",
    roles: ["build"],
    actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    resource: "ecr:repository/docker-hub/library/debian",
    reason: "the local cloud has no such repository; a pull needs all three",
    page: "Amazon ECR user guide, “Using Amazon ECR images with Amazon ECS”",
  },
  {
    setting: "`baseImages` of a private registry",
    roles: ["build"],
    actions: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
    resource: "ecr:repository/docker-hub/library/debian",
    reason:
      "the local cloud has no pull-through cache; the first pull through one imports the image and creates the repository",
    page: "Amazon ECR user guide, “IAM permissions required to sync an upstream registry with an Amazon ECR private registry”",
  },
  {
    setting: "`promoteFrom`",
    roles: ["build"],
    actions: ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"],
    resource: "ecr:repository/shop/qa/*",
    reason:
      "the proof has one environment; a promotion looks for what the other one verified and copies manifest and layers (test/rehearsal/promotion.spec.ts)",
    page: "Amazon ECR user guide, “IAM permissions for pulling an image”; Service Authorization Reference, Amazon ECR",
  },
  {
    setting: "`executeCommand`",
    roles: ["task"],
    actions: [
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ],
    resource: "*",
    reason: "the local cloud has no sessions; the agent next to a container opens its channels with all four",
    page: "Amazon ECS developer guide, “Amazon ECS task IAM role”, ECS Exec permissions",
  },
  {
    ...files,
    actions: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
    resource: "s3:<app>-<environment>-files-<account>-<region>/*",
    reason: "the example keeps no files; an application reads, writes and deletes them, and cancels large uploads",
  },
  {
    ...files,
    actions: ["s3:ListBucket"],
    resource: "s3:<app>-<environment>-files-<account>-<region>",
    reason:
      "the example keeps no files; without it, the application cannot list them, and a missing file looks forbidden",
  },
  {
    setting: "a volume on EFS (`x-ecs: { efs: … }`)",
    roles: ["task"],
    actions: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
    resource: "elasticfilesystem:file-system/<id>",
    reason: "the local cloud mounts no EFS; without the second, files can only be read",
    page: "Amazon EFS user guide, “Using IAM to control access to file systems”",
  },
];

/** Settings with which an environment with a source behind a connection has every role and every permission. */
export const widest = {
  approval: true,
  notificationEmails: ["team@example.com"],
  buildParameters: ["SECRET_KEY_BASE"],
  testReports: true,
};
