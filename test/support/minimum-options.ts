import { accountId, region } from "./cloud-state.ts";
import { arn, repositories } from "./duties.ts";
import { pulling, pushing, type Feature, type Minimum } from "./minimum.ts";

const key = arn("kms", "key/0");
const throughS3 = { "kms:ViaService": `s3.${region}.amazonaws.com` };
const files = `arn:aws:s3:::shop-staging-files-${accountId}-${region}`;

const decrypts = (role: string, actions = "kms:Decrypt"): Minimum => ({
  role,
  page: "Amazon S3 user guide, “Using server-side encryption with AWS KMS keys (SSE-KMS)”",
  needs: [[actions, [key], throughS3]],
});

/** Settings that give a role more to do. */
export const optionFeatures: readonly Feature[] = [
  {
    title: "test reports",
    change: { testReports: "true" },
    minimums: [
      {
        role: "build",
        page: "CodeBuild user guide, “Test report permissions”",
        needs: [
          [
            "codebuild:CreateReportGroup codebuild:CreateReport codebuild:UpdateReport codebuild:BatchPutTestCases codebuild:BatchPutCodeCoverages",
            [arn("codebuild", "report-group/shop-staging-build-unit")],
          ],
        ],
      },
    ],
  },
  {
    title: "parameters that a build reads",
    change: { buildParameters: '["SECRET_KEY_BASE"]' },
    minimums: [
      {
        role: "build",
        page: "CodeBuild user guide, “Environment variables in build environments”, Parameter Store",
        needs: [["ssm:GetParameters", [arn("ssm", "parameter/shop/staging/SECRET_KEY_BASE")]]],
      },
    ],
  },
  {
    title: "private base images behind a pull-through cache",
    change: { baseImages: '["debian:12=000000000000.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/debian:12"]' },
    minimums: [
      {
        role: "build",
        page: pulling,
        needs: [
          [
            "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer",
            [arn("ecr", "repository/docker-hub/library/debian")],
          ],
        ],
      },
      {
        role: "build",
        page: "Amazon ECR user guide, “IAM permissions required to sync an upstream registry with an Amazon ECR private registry”",
        needs: [
          ["ecr:BatchImportUpstreamImage ecr:CreateRepository", [arn("ecr", "repository/docker-hub/library/debian")]],
        ],
      },
    ],
  },
  {
    title: "images of another environment",
    change: { promoteFrom: "qa", buildParameters: "[]" },
    minimums: [
      {
        role: "build",
        page: pulling,
        needs: [["ecr:BatchGetImage ecr:GetDownloadUrlForLayer", [arn("ecr", "repository/shop/qa/web")]]],
      },
      {
        role: "build",
        page: pushing,
        needs: [
          ["ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:CompleteLayerUpload", repositories],
          ["ecr:InitiateLayerUpload ecr:PutImage ecr:UploadLayerPart", repositories],
        ],
      },
    ],
  },
  {
    title: "a key of the artifacts",
    change: { artifactKmsKeyArn: key },
    minimums: [
      decrypts("pipeline", "kms:Decrypt kms:GenerateDataKey"),
      decrypts("build", "kms:Decrypt kms:GenerateDataKey"),
      ...["migrate", "verify"].map((role) => decrypts(role)),
    ],
  },
  {
    title: "sessions in containers",
    change: { executeCommand: "true" },
    minimums: [
      {
        role: "task",
        page: "Amazon ECS developer guide, “Amazon ECS task IAM role”, ECS Exec permissions",
        needs: [
          [
            "ssmmessages:CreateControlChannel ssmmessages:CreateDataChannel ssmmessages:OpenControlChannel ssmmessages:OpenDataChannel",
            ["*"],
          ],
        ],
        without: [["logs:DescribeLogGroups s3:GetEncryptionConfiguration", "no session is logged"]],
      },
    ],
  },
  {
    title: "a bucket for files",
    change: { bucket: "true" },
    minimums: [
      {
        role: "task",
        page: "Amazon S3 user guide, “Required permissions for Amazon S3 API operations”",
        needs: [
          ["s3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject", [`${files}/x`]],
          ["s3:ListBucket", [files]],
        ],
      },
    ],
  },
  {
    title: "a volume on EFS",
    change: { composeFiles: '["docker-compose-staging.yml","test/support/files-that-stay.yml"]' },
    minimums: [
      {
        role: "task",
        page: "Amazon EFS user guide, “Using IAM to control access to file systems”",
        needs: [
          [
            "elasticfilesystem:ClientMount elasticfilesystem:ClientWrite",
            [arn("elasticfilesystem", "file-system/fs-shop-staging")],
          ],
        ],
        without: [["elasticfilesystem:ClientRootAccess", "no one is root in a folder"]],
      },
    ],
  },
];
