import { arn, artifact, repositories } from "./duties.ts";
import { anyBuild, artifacts, output, pulling, type Feature, type Minimum } from "./minimum.ts";
import { inS3, readyMade } from "./settings.ts";

const source = "arn:aws:s3:::acme-source";

/** The role of the rule that starts a run. */
const started: Minimum = {
  role: "start",
  page: "Amazon EventBridge user guide, “Using IAM roles to grant permissions to access resources”, CodePipeline",
  needs: [["codepipeline:StartPipelineExecution", [arn("codepipeline", "shop-staging")]]],
};

/** Where the code comes from other than a connection, and what starts a run then. */
export const sourceFeatures: readonly Feature[] = [
  {
    title: "a repository in CodeCommit",
    change: { sourceProvider: "CodeCommit", sourceRepository: "shop" },
    minimums: [
      artifacts,
      started,
      {
        role: "pipeline",
        page: "CodePipeline user guide, “AWS CodeCommit source action reference”",
        needs: [
          [
            "codecommit:CancelUploadArchive codecommit:GetBranch codecommit:GetCommit codecommit:GetUploadArchiveStatus codecommit:UploadArchive",
            [arn("codecommit", "shop")],
          ],
        ],
        without: [["codecommit:GetRepository", "the artifact is a zip, no full clone"]],
      },
    ],
  },
  {
    title: "an object in S3, with tags",
    change: inS3,
    minimums: [
      { ...artifacts, needs: [...artifacts.needs, ["s3:PutObjectTagging", [artifact]]] },
      started,
      {
        role: "pipeline",
        page: "CodePipeline user guide, “Amazon S3 source action reference”",
        needs: [
          ["s3:GetBucketAcl s3:GetBucketLocation s3:GetBucketVersioning", [source]],
          ["s3:GetObject s3:GetObjectVersion s3:GetObjectTagging s3:GetObjectVersionTagging", [`${source}/shop.zip`]],
        ],
      },
    ],
  },
  {
    title: "ready-made images",
    change: readyMade,
    minimums: [
      artifacts,
      started,
      {
        role: "pipeline",
        page: "CodePipeline user guide, “Amazon ECR source action reference”",
        needs: [["ecr:DescribeImages", repositories]],
      },
      anyBuild("images"),
      output("images"),
      { role: "images", page: pulling, needs: [["ecr:BatchGetImage", repositories]] },
    ],
  },
];
