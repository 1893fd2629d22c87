import { expect } from "chai";
import { commitUrls } from "../../../components/pipeline/connection.ts";
import { approveStage } from "../../../components/pipeline/approve-stage.ts";
import { buildStage } from "../../../components/pipeline/build-stage.ts";
import { staging } from "../../support/names.ts";

const revision = "#{SourceVariables.CommitId}";

describe("a stage of the pipeline", () => {
  it("builds, and retries a failed build once", () => {
    expect(buildStage({ names: staging, source: { provider: "S3" } }, { artifacts: ["Source"] })).to.deep.equal({
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

  it("takes ready-made images instead, with the first artifact as the primary source", () => {
    const artifacts = ["Image1", "Image2"];
    expect(buildStage({ names: staging, source: { provider: "ECR" } }, { artifacts })).to.deep.equal({
      declaration: {
        name: "Images",
        actions: [
          {
            name: "Images",
            category: "Build",
            owner: "AWS",
            provider: "CodeBuild",
            version: "1",
            inputArtifacts: ["Image1", "Image2"],
            outputArtifacts: ["BuildOutput"],
            configuration: { ProjectName: "shop-staging-images", PrimarySource: "Image1" },
          },
        ],
      },
      statements: [
        {
          Effect: "Allow",
          Action: ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
          Resource: "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-images",
        },
      ],
    });
  });

  it("waits for a person, shows the revision, and needs no permission for it", () => {
    expect(approveStage({ timeoutMinutes: 10_080 }, { revision })).to.deep.equal([
      {
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
      },
    ]);
  });

  it("does not wait for a person if the stack needs no approval", () => {
    expect(approveStage(undefined, { revision }, staging.topic.arn)).to.deep.equal([]);
  });

  it("notifies the topic of a waiting approval, with a link to the commit, and may publish to that topic only", () => {
    const source = { revision, commitUrl: commitUrls.GitHub };
    const [stage] = approveStage({ timeoutMinutes: 60 }, source, staging.topic.arn);
    expect(
      stage?.declaration.actions.map(({ configuration, timeoutInMinutes }) => [timeoutInMinutes, configuration]),
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
    expect(stage?.statements).to.deep.equal([
      { Effect: "Allow", Action: "sns:Publish", Resource: "arn:aws:sns:us-east-1:000000000000:shop-staging" },
    ]);
  });
});
