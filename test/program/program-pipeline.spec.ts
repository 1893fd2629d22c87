import { expect } from "chai";
import { cloud, only } from "../support/cloud.ts";
import { runProgram } from "../support/program.ts";
import { changed, inS3 } from "../support/settings.ts";
import { region } from "../support/cloud-state.ts";

describe("the program", () => {
  it("shows a person who approves the source's revision, and tells the build its kind", async () => {
    const facts = [];
    for (const change of [{ tags: '["v*"]' }, { sourceProvider: "CodeCommit", sourceRepository: "shop" }, inS3]) {
      await runProgram({ stack: "staging", config: changed({ ...change, approval: "true" }) });
      const stages = only("aws:codepipeline/pipeline:Pipeline").inputs["stages"] as {
        name: string;
        actions: { configuration: { CustomData: string } }[];
      }[];
      const { environment } = only("aws:codebuild/project:Project", "shop-staging-build").inputs as {
        environment: { environmentVariables: { name: string; value: string }[] };
      };
      facts.push([
        stages.find(({ name }) => name === "Approve")?.actions[0]?.configuration.CustomData,
        environment.environmentVariables.find(({ name }) => name === "SOURCE_REVISION")?.value,
      ]);
    }
    expect(facts).to.deep.equal([
      ["Release #{SourceVariables.CommitId}: #{SourceVariables.CommitMessage}", "commit"],
      [
        "Release #{SourceVariables.CommitId} of #{SourceVariables.BranchName}: #{SourceVariables.CommitMessage}",
        "commit",
      ],
      ["Release version #{SourceVariables.VersionId} of #{SourceVariables.ObjectKey}", "version"],
    ]);
  });

  it("gives each environment its branch, approval, network, size and count", async () => {
    const facts = [];
    for (const stack of ["staging", "production"]) {
      await runProgram({ stack });
      const service = only("aws:ecs/service:Service", `shop-${stack}`).inputs;
      const task = only("aws:ecs/taskDefinition:TaskDefinition", `shop-${stack}`).inputs;
      const pipeline = only("aws:codepipeline/pipeline:Pipeline").inputs;
      facts.push({
        branch: pipeline["triggers"],
        stages: (pipeline["stages"] as { name: string; actions: { name: string }[] }[]).map(({ name, actions }) => [
          name,
          ...actions.map((action) => action.name),
        ]),
        natGateways: only("awsx:ec2:Vpc").inputs["natGateways"],
        publicAddress: (service["networkConfiguration"] as { assignPublicIp: boolean }).assignPublicIp,
        count: service["desiredCount"],
        size: [task["cpu"], task["memory"]],
        most: only("aws:appautoscaling/target:Target", `shop-${stack}`).inputs["maxCapacity"],
      });
    }
    expect(facts).to.deep.equal([
      {
        branch: [
          {
            gitConfiguration: { pushes: [{ branches: { includes: ["staging"] } }], sourceActionName: "Source" },
            providerType: "CodeStarSourceConnection",
          },
        ],
        stages: [
          ["Source", "Source"],
          ["Build", "Build"],
          ["Release", "Migrate", "Deploy", "Deploy-worker", "Verify"],
        ],
        natGateways: { strategy: "None" },
        publicAddress: true,
        count: 0,
        size: ["512", "1024"],
        most: 2,
      },
      {
        branch: [
          {
            gitConfiguration: { pushes: [{ branches: { includes: ["main"] } }], sourceActionName: "Source" },
            providerType: "CodeStarSourceConnection",
          },
        ],
        stages: [
          ["Source", "Source"],
          ["Build", "Build"],
          ["Approve", "Approve"],
          ["Release", "Migrate", "Deploy", "Deploy-worker", "Verify"],
        ],
        natGateways: { strategy: "Single" },
        publicAddress: false,
        count: 0,
        size: ["1024", "2048"],
        most: 6,
      },
    ]);
  });

  it("creates the pipeline last, after all that its first run needs", async () => {
    await runProgram({ stack: "staging" });
    const { dependencies } = only("aws:codepipeline/pipeline:Pipeline");
    expect(dependencies).to.include.members([
      "Project shop-staging-build",
      "Project shop-staging-migrate",
      "Project shop-staging-verify",
      "RolePolicy shop-staging-pipeline-statements",
      "Service shop-staging",
    ]);
  });

  it("notifies people if it has their addresses: the approval names the topic, which is created before it", async () => {
    await runProgram({
      stack: "production",
      config: { "compose-ecs-pipeline:notificationEmails": '["team@example.com"]' },
    });
    const { inputs, dependencies } = only("aws:codepipeline/pipeline:Pipeline");
    const approve = (inputs["stages"] as { name: string; actions: { configuration: unknown }[] }[])[2];
    expect(approve?.actions.map(({ configuration }) => configuration)).to.deep.equal([
      {
        CustomData:
          "Release #{SourceVariables.CommitId} of #{SourceVariables.BranchName}: #{SourceVariables.CommitMessage}",
        ExternalEntityLink:
          "https://github.com/#{SourceVariables.FullRepositoryName}/commit/#{SourceVariables.CommitId}",
        NotificationArn: `arn:aws:sns:${region}:000000000000:shop-production`,
      },
    ]);
    expect(dependencies).to.include.members(["Topic shop-production", "Function shop-production-notify"]);
  });

  it("lets a run into Release within the window that is configured", async () => {
    const window = "* * 9-16 ? * MON-FRI *";
    await runProgram({ stack: "staging", config: { "compose-ecs-pipeline:deploymentWindow": window } });
    const stages = only("aws:codepipeline/pipeline:Pipeline").inputs["stages"] as { beforeEntry?: unknown }[];
    expect(stages.map(({ beforeEntry }) => beforeEntry)).to.deep.equal([
      undefined,
      undefined,
      {
        condition: {
          result: "FAIL",
          rules: [
            {
              name: "DeploymentWindow",
              ruleTypeId: { category: "Rule", owner: "AWS", provider: "DeploymentWindow", version: "1" },
              configuration: { Cron: window, TimeZone: "UTC" },
            },
          ],
        },
      },
    ]);
  });

  it("creates no connection if one is given", async () => {
    const connectionArn = "arn:aws:codeconnections:us-east-1:000000000000:connection/0";
    await runProgram({ stack: "staging", config: { "compose-ecs-pipeline:connectionArn": connectionArn } });
    expect(cloud.filter(({ type }) => type.startsWith("aws:codeconnections/"))).to.deep.equal([]);
    const [source] = only("aws:codepipeline/pipeline:Pipeline").inputs["stages"] as {
      actions: { configuration: unknown }[];
    }[];
    expect(source?.actions.map(({ configuration }) => configuration)).to.deep.equal([
      {
        BranchName: "staging",
        ConnectionArn: "arn:aws:codeconnections:us-east-1:000000000000:connection/0",
        DetectChanges: "false",
        FullRepositoryId: "acme/shop",
        OutputArtifactFormat: "CODE_ZIP",
      },
    ]);
  });
});
