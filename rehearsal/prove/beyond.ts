/** Permissions that roles have with settings which the proof cannot run with, as rows of docs/permissions.md. */
export interface Beyond {
  /** The setting that brings them, in words. */
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

/** Every permission that the local cloud is never asked for, because it does not know the setting. */
export const beyond: readonly Beyond[] = [
  {
    ...key,
    roles: ["build", "migrate", "pipeline", "verify", "watch"],
    actions: ["kms:Decrypt"],
    reason: "the local cloud encrypts nothing; whoever reads an object under a KMS key needs it",
  },
  {
    ...key,
    roles: ["build", "pipeline"],
    actions: ["kms:GenerateDataKey"],
    reason: "the local cloud encrypts nothing; whoever writes an object under a KMS key needs it",
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
      "the local cloud has no pull-through cache; the first pull through one imports the image and makes the repository",
    page: "Amazon ECR user guide, “IAM permissions required to sync an upstream registry with an Amazon ECR private registry”",
  },
];
