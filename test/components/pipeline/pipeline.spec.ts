import { expect } from "chai";
import { Pipeline } from "../../../components/pipeline/pipeline.ts";
import { sourceStage } from "../../../components/pipeline/source-stage.ts";
import { buildStage } from "../../../components/pipeline/build-stage.ts";
import { only, seen, settled, startCloud } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";

const source = sourceStage(
  staging,
  {
    provider: "GitHub",
    repository: "acme/shop",
    branch: "staging",
    connectionArn: "arn:aws:codeconnections:us-east-1:000000000000:connection/0",
    branches: ["staging"],
    tags: [],
    filePaths: [],
  },
  ["web"],
);

const own = { place: staging.place, artifactBucket: staging.artifactBucket };
const build = buildStage({ names: staging, source: { provider: "GitHub" } }, source);

describe("the pipeline", () => {
  beforeEach(() => startCloud());

  it("is V2, prefers the newest run, starts at a push to its branch, and may do what its stages need", async () => {
    new Pipeline("shop-staging", { ...own, source, stages: [build] });
    await settled();
    expect(seen().filter(([type]) => !type.startsWith("aws:s3/"))).to.deep.equal([
      [
        "aws:codepipeline/pipeline:Pipeline",
        "shop-staging",
        {
          artifactStores: [{ location: "shop-staging-artifacts-000000000000-us-east-1", type: "S3" }],
          executionMode: "SUPERSEDED",
          name: "shop-staging",
          pipelineType: "V2",
          roleArn: "arn:aws:iam::000000000000:role/shop-staging-pipeline",
          stages: [
            {
              actions: [
                {
                  category: "Source",
                  configuration: {
                    BranchName: "staging",
                    ConnectionArn: "arn:aws:codeconnections:us-east-1:000000000000:connection/0",
                    DetectChanges: "false",
                    FullRepositoryId: "acme/shop",
                    OutputArtifactFormat: "CODE_ZIP",
                  },
                  name: "Source",
                  namespace: "SourceVariables",
                  outputArtifacts: ["Source"],
                  owner: "AWS",
                  provider: "CodeStarSourceConnection",
                  version: "1",
                },
              ],
              name: "Source",
            },
            {
              actions: [
                {
                  category: "Build",
                  configuration: { ProjectName: "shop-staging-build" },
                  inputArtifacts: ["Source"],
                  name: "Build",
                  namespace: "BuildVariables",
                  outputArtifacts: ["BuildOutput"],
                  owner: "AWS",
                  provider: "CodeBuild",
                  version: "1",
                },
              ],
              name: "Build",
              onFailure: { result: "RETRY", retryConfiguration: { retryMode: "FAILED_ACTIONS" } },
            },
          ],
          triggers: [
            {
              gitConfiguration: { pushes: [{ branches: { includes: ["staging"] } }], sourceActionName: "Source" },
              providerType: "CodeStarSourceConnection",
            },
          ],
        },
        { parent: "Pipeline shop-staging" },
      ],
      [
        "aws:iam/role:Role",
        "shop-staging-pipeline",
        {
          assumeRolePolicy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "codepipeline.amazonaws.com" },
                Action: "sts:AssumeRole",
                Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } },
              },
            ],
          },
          name: "shop-staging-pipeline",
        },
        { parent: "ActorRole shop-staging-pipeline" },
      ],
      [
        "aws:iam/rolePolicy:RolePolicy",
        "shop-staging-pipeline-statements",
        {
          name: "statements",
          policy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
                Resource: "arn:aws:s3:::shop-staging-artifacts-000000000000-us-east-1/*",
              },
              {
                Effect: "Allow",
                Action: ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"],
                Resource: "arn:aws:s3:::shop-staging-artifacts-000000000000-us-east-1",
              },
              {
                Effect: "Allow",
                Action: "codeconnections:UseConnection",
                Resource: "arn:aws:codeconnections:us-east-1:000000000000:connection/0",
              },
              {
                Effect: "Allow",
                Action: "s3:PutObjectAcl",
                Resource: "arn:aws:s3:::shop-staging-artifacts-000000000000-us-east-1/*",
              },
              {
                Effect: "Allow",
                Action: ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
                Resource: "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-build",
              },
            ],
          },
          role: "shop-staging-pipeline",
        },
        { parent: "ActorRole shop-staging-pipeline" },
      ],
      ["compose-ecs-pipeline:index:ActorRole", "shop-staging-pipeline", {}, { parent: "Pipeline shop-staging" }],
      ["compose-ecs-pipeline:index:ArtifactBucket", "shop-staging-artifacts", {}, { parent: "Pipeline shop-staging" }],
      ["compose-ecs-pipeline:index:Pipeline", "shop-staging", {}, {}],
    ]);
  });

  it("can protect its artifacts", async () => {
    new Pipeline("shop-staging", { ...own, source, stages: [], protect: true });
    await settled();
    expect(only("aws:s3/bucket:Bucket").options.protect).to.equal(true);
  });
});
