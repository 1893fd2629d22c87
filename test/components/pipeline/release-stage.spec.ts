import { expect } from "chai";
import { buildStage } from "../../../components/pipeline/build-stage.ts";
import { releaseStage } from "../../../components/pipeline/release-stage.ts";
import { staging } from "../../support/names.ts";
import { plan, plans } from "../../support/plans.ts";
import { container, task } from "../../support/task.ts";

const migrations = { release: [container("migrate")] };
const none = { release: [] };
const release = (migrates: boolean) =>
  releaseStage({
    names: staging,
    services: [plan(task())],
    application: migrates ? migrations : none,
    settings: {},
  });

describe("the release stage", () => {
  it("migrates before it deploys, and verifies next to the deployments", () => {
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
            DeploymentTimeout: "8",
          },
        },
        {
          name: "Verify",
          category: "Build",
          owner: "AWS",
          provider: "CodeBuild",
          version: "1",
          runOrder: 2,
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

  it("is entered only inside its deployment window, and needs no permission for that", () => {
    const open = release(true);
    const deploymentWindow = { cron: "* * 9-16 ? * MON-FRI *", timeZone: "Europe/Berlin" };
    expect(
      releaseStage({
        names: staging,
        services: [plan(task())],
        application: migrations,
        settings: { deploymentWindow },
      }),
    ).to.deep.equal({
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

  it("migrates only if there are release tasks, and has no permission for it otherwise", () => {
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
          ["Verify", 2],
        ],
        starts: [
          "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-migrate",
          "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-verify",
        ],
      },
      {
        actions: [
          ["Deploy", 2],
          ["Verify", 2],
        ],
        starts: ["arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-verify"],
      },
    ]);
  });

  it("starts CodeBuild three times in a run that migrates, and twice in one that does not", () => {
    const started = (migrates: boolean, provider: "S3" | "ECR") => {
      const first = buildStage({ names: staging, source: { provider } }, { artifacts: ["Source"] });
      return [first, release(migrates)].flatMap(({ declaration }) =>
        declaration.actions.filter((action) => action.provider === "CodeBuild").map(({ name }) => name),
      );
    };
    expect([started(true, "S3"), started(false, "S3"), started(true, "ECR"), started(false, "ECR")]).to.deep.equal([
      ["Build", "Migrate", "Verify"],
      ["Build", "Verify"],
      ["Images", "Migrate", "Verify"],
      ["Images", "Verify"],
    ]);
  });

  it("deploys in parallel every ECS service with an image that the build creates, each with its file and time-out", () => {
    const { declaration } = releaseStage({ names: staging, services: plans(), application: migrations, settings: {} });
    expect(
      declaration.actions.map(({ name, runOrder, provider, configuration }) => [
        ...[name, runOrder],
        provider === "ECS" ? configuration : provider,
      ]),
    ).to.deep.equal([
      ["Migrate", 1, "CodeBuild"],
      [
        "Deploy",
        2,
        {
          ClusterName: "shop-staging",
          ServiceName: "shop-staging",
          FileName: "imagedefinitions.json",
          DeploymentTimeout: "8",
        },
      ],
      [
        "Deploy-worker",
        2,
        {
          ClusterName: "shop-staging",
          ServiceName: "shop-staging-worker",
          FileName: "imagedefinitions-worker.json",
          DeploymentTimeout: "12",
        },
      ],
      ["Verify", 2, "CodeBuild"],
    ]);
  });

  it("may update the ECS services of its environment and no others, however many there are", () => {
    const { statements } = releaseStage({ names: staging, services: plans(), application: none, settings: {} });
    const of = (action: string) =>
      statements.filter(({ Action }) => [Action].flat().includes(action)).flatMap(({ Resource }) => Resource);
    const updated = ["arn:aws:ecs:us-east-1:000000000000:service/shop-staging/*"];
    // A revision has no ARN before it is registered (CodePipeline, "Amazon ECS deploy action reference").
    expect([of("ecs:UpdateService"), of("ecs:RegisterTaskDefinition")]).to.deep.equal([updated, ["*"]]);
    // The same page: only what is being registered is tagged.
    const tagging = statements.find(({ Action }) => Action === "ecs:TagResource");
    expect([tagging?.Resource, tagging?.Condition]).to.deep.equal([
      ["shop-staging", "shop-staging-*"].map(
        (family) => `arn:aws:ecs:us-east-1:000000000000:task-definition/${family}:*`,
      ),
      { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
    ]);
  });
});
