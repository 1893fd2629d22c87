import { expect } from "chai";
import { commitUrls } from "../../components/connection.ts";
import { approveStage, buildStage, releaseStage } from "../../components/stages.ts";
import { staging } from "../support/names.ts";

const release = (migrates: boolean) => releaseStage({ names: staging, migrates, deploymentTimeoutMinutes: 15 });

const revision = "#{SourceVariables.CommitId}";

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
    expect(approveStage({ revision, approvalTimeoutMinutes: 10_080 })).to.deep.equal({
      declaration: {
        name: "Approve",
        actions: [
          {
            name: "Approve",
            category: "Approval",
            owner: "AWS",
            provider: "Manual",
            version: "1",
            timeoutInMinutes: 10_080,
            configuration: { CustomData: "Release #{SourceVariables.CommitId}" },
          },
        ],
      },
      statements: [],
    });
  });

  it("tells the topic of a waiting approval, with a link to the commit, and may publish to that topic only", () => {
    const { declaration, statements } = approveStage({
      revision,
      approvalTimeoutMinutes: 60,
      topicArn: staging.topic.arn,
      commitUrl: commitUrls.GitHub,
    });
    expect(
      declaration.actions.map(({ configuration, timeoutInMinutes }) => [timeoutInMinutes, configuration]),
    ).to.deep.equal([
      [
        60,
        {
          CustomData: "Release #{SourceVariables.CommitId}",
          ExternalEntityLink:
            "https://github.com/#{SourceVariables.FullRepositoryName}/commit/#{SourceVariables.CommitId}",
          NotificationArn: "arn:aws:sns:us-east-1:000000000000:shop-staging",
        },
      ],
    ]);
    expect(statements).to.deep.equal([
      { Effect: "Allow", Action: "sns:Publish", Resource: "arn:aws:sns:us-east-1:000000000000:shop-staging" },
    ]);
  });

  it("is entered inside its deployment window only, and needs no permission for that", () => {
    const open = release(true);
    const args = { names: staging, migrates: true, deploymentTimeoutMinutes: 15 };
    const deploymentWindow = { cron: "* * 9-16 ? * MON-FRI *", timeZone: "Europe/Berlin" };
    expect(releaseStage({ ...args, deploymentWindow })).to.deep.equal({
      declaration: {
        ...open.declaration,
        beforeEntry: {
          condition: {
            result: "FAIL",
            rules: [
              {
                name: "DeploymentWindow",
                ruleTypeId: { category: "Rule", owner: "AWS", provider: "DeploymentWindow", version: "1" },
                configuration: { Cron: "* * 9-16 ? * MON-FRI *", TimeZone: "Europe/Berlin" },
              },
            ],
          },
        },
      },
      statements: open.statements,
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
