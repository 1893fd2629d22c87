import { expect } from "chai";
import { approveStage, buildStage, releaseStage } from "../../components/stages.ts";
import { staging } from "../support/names.ts";

const release = (migrates: boolean) => releaseStage({ names: staging, migrates, deploymentTimeoutMinutes: 15 });

describe("a stage of the pipeline", () => {
  it("builds, and tries a build that failed once more by itself", () => {
    expect(buildStage(staging)).to.deep.equal({
      declaration: {
        name: "Build",
        actions: [
          {
            name: "Build",
            category: "Build",
            owner: "AWS",
            provider: "CodeBuild",
            version: "1",
            namespace: "BuildVariables",
            inputArtifacts: ["Source"],
            outputArtifacts: ["BuildOutput"],
            configuration: { ProjectName: "shop-staging-build" },
          },
        ],
        onFailure: { result: "RETRY", retryConfiguration: { retryMode: "FAILED_ACTIONS" } },
      },
      statements: [
        {
          Effect: "Allow",
          Action: ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
          Resource: "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-build",
        },
      ],
    });
  });

  it("waits for a person, with the revision before their eyes, and needs no permission for it", () => {
    expect(approveStage({ revision: "#{SourceVariables.CommitId}" })).to.deep.equal({
      declaration: {
        name: "Approve",
        actions: [
          {
            name: "Approve",
            category: "Approval",
            owner: "AWS",
            provider: "Manual",
            version: "1",
            configuration: { CustomData: "Release #{SourceVariables.CommitId}" },
          },
        ],
      },
      statements: [],
    });
  });

  it("migrates before it deploys, deploys and watches at once, and verifies at the end", () => {
    expect(release(true).declaration).to.deep.equal({
      name: "Release",
      actions: [
        {
          name: "Migrate",
          category: "Build",
          owner: "AWS",
          provider: "CodeBuild",
          version: "1",
          runOrder: 1,
          inputArtifacts: ["BuildOutput"],
          configuration: {
            ProjectName: "shop-staging-migrate",
            EnvironmentVariables:
              '[{"name":"PIPELINE_EXECUTION_ID","value":"#{codepipeline.PipelineExecutionId}","type":"PLAINTEXT"}]',
          },
        },
        {
          name: "Deploy",
          category: "Deploy",
          owner: "AWS",
          provider: "ECS",
          version: "1",
          runOrder: 2,
          inputArtifacts: ["BuildOutput"],
          configuration: {
            ClusterName: "shop-staging",
            ServiceName: "shop-staging",
            FileName: "imagedefinitions.json",
            DeploymentTimeout: "15",
          },
        },
        {
          name: "Watch",
          category: "Build",
          owner: "AWS",
          provider: "CodeBuild",
          version: "1",
          runOrder: 2,
          inputArtifacts: ["BuildOutput"],
          configuration: {
            ProjectName: "shop-staging-watch",
            EnvironmentVariables:
              '[{"name":"PIPELINE_EXECUTION_ID","value":"#{codepipeline.PipelineExecutionId}","type":"PLAINTEXT"}]',
          },
        },
        {
          name: "Verify",
          category: "Build",
          owner: "AWS",
          provider: "CodeBuild",
          version: "1",
          runOrder: 3,
          inputArtifacts: ["BuildOutput"],
          configuration: {
            ProjectName: "shop-staging-verify",
            EnvironmentVariables:
              '[{"name":"PIPELINE_EXECUTION_ID","value":"#{codepipeline.PipelineExecutionId}","type":"PLAINTEXT"}]',
          },
        },
      ],
    });
  });

  it("migrates only where there is something to migrate, and brings no permission for it otherwise", () => {
    const facts = [release(true), release(false)].map(({ declaration, statements }) => ({
      actions: declaration.actions.map(({ name, runOrder }) => [name, runOrder]),
      starts: statements
        .filter(({ Action }) => Array.isArray(Action) && Action.includes("codebuild:StartBuild"))
        .map(({ Resource }) => Resource),
    }));
    expect(facts).to.deep.equal([
      {
        actions: [
          ["Migrate", 1],
          ["Deploy", 2],
          ["Watch", 2],
          ["Verify", 3],
        ],
        starts: [
          "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-migrate",
          "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-watch",
          "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-verify",
        ],
      },
      {
        actions: [
          ["Deploy", 2],
          ["Watch", 2],
          ["Verify", 3],
        ],
        starts: [
          "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-watch",
          "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-verify",
        ],
      },
    ]);
  });
});
