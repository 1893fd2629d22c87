import { expect } from "chai";
import { checkPipeline } from "../../../local-cloud/codepipeline/check-pipeline.ts";
import { type Action, type Pipeline, runOrderGroups } from "../../../local-cloud/codepipeline/declaration.ts";
import { action, build, pipeline, source } from "./shop-pipeline.ts";

describe("a stage's actions (CodePipeline pipeline structure reference, runOrder)", () => {
  it("run one order after the other, those of one order at the same time, and those without an order first", () => {
    const actions = [
      action("Verify", "Build", "CodeBuild", { runOrder: 3 }),
      action("Deploy", "Deploy", "ECS", { runOrder: 2 }),
      action("Verify", "Build", "CodeBuild", { runOrder: 2 }),
      action("Migrate", "Build", "CodeBuild"),
    ];
    expect(runOrderGroups({ name: "Release", actions }).map((group) => group.map(({ name }) => name))).to.deep.equal([
      ["Migrate"],
      ["Deploy", "Verify"],
      ["Verify"],
    ]);
  });
});

describe("a pipeline's declaration", () => {
  const refusal = (changed: Partial<Pipeline>): string => {
    try {
      checkPipeline({ ...pipeline, ...changed });
    } catch (error) {
      return error instanceof Error
        ? `${(error as Error & { code?: string }).code ?? ""}: ${error.message}`
        : String(error);
    }
    return "accepted";
  };
  const stages = (...later: readonly Action[]): Partial<Pipeline> => ({
    stages: [
      { name: "Source", actions: [source] },
      { name: "Later", actions: later },
    ],
  });

  it("is accepted as the program makes it", () => {
    expect(refusal({})).to.equal("accepted");
  });

  it("is refused for inputs that no earlier action creates, also when an action of the same order creates them", () => {
    const consumer = { ...build, name: "Consumer", inputArtifacts: [{ name: "BuildOutput" }], outputArtifacts: [] };
    const message =
      "InvalidActionDeclarationException: Input Artifact Bundle BuildOutput in action Consumer is not declared as Output Artifact Bundle in any of the preceding actions";
    expect([
      refusal(stages(consumer)),
      refusal(stages(build, consumer)),
      refusal(stages(build, { ...consumer, runOrder: 2 })),
    ]).to.deep.equal([message, message, "accepted"]);
  });

  it("is refused for names used twice", () => {
    expect([
      refusal({ stages: [...pipeline.stages, { name: "Build", actions: [{ ...build, outputArtifacts: [] }] }] }),
      refusal(stages(build, { ...build, outputArtifacts: [] })),
      refusal(stages(build, { ...build, name: "Again" })),
      refusal(stages(build, { ...build, name: "Again", outputArtifacts: [], namespace: "SourceVariables" })),
    ]).to.deep.equal([
      "InvalidStructureException: Duplicate stage name: Build",
      "InvalidStructureException: Stage Later has more than one action with the name Build",
      "InvalidStructureException: Output Artifact Bundle name must be unique within the pipeline. BuildOutput has been used more than once",
      "InvalidStructureException: Namespace SourceVariables has been used more than once",
    ]);
  });

  it("is refused for sources outside the first stage, too few stages, unknown providers and missing configuration", () => {
    expect([
      refusal({ stages: pipeline.stages.slice(0, 1) }),
      refusal(stages({ ...source, name: "Other", outputArtifacts: [], namespace: "Other" })),
      refusal({
        stages: [
          { name: "First", actions: [{ ...build, inputArtifacts: [], outputArtifacts: [] }] },
          ...pipeline.stages.slice(1),
        ],
      }),
      refusal(stages(action("Deploy", "Deploy", "ElasticBeanstalk"))),
      refusal(stages(action("Deploy", "Deploy", "ECS", { configuration: { ClusterName: "shop" } }))),
      ...["CodeCommit", "S3"].map((provider) =>
        refusal({
          stages: [
            {
              name: "Source",
              actions: [action("Source", "Source", provider, { outputArtifacts: [{ name: "Source" }] })],
            },
            { name: "Build", actions: [build] },
          ],
        }),
      ),
    ]).to.deep.equal([
      "InvalidStructureException: Pipeline should have at least two stages",
      "InvalidStructureException: Source action Other is only allowed in the first stage",
      "InvalidStructureException: Pipeline should start with a stage that only contains source actions",
      "InvalidActionDeclarationException: ActionType (Category: 'Deploy', Provider: 'ElasticBeanstalk') is not available",
      "InvalidActionDeclarationException: Action configuration for action 'Deploy' is missing required configuration 'ServiceName'",
      "InvalidActionDeclarationException: Action configuration for action 'Source' is missing required configuration 'RepositoryName', 'BranchName'",
      "InvalidActionDeclarationException: Action configuration for action 'Source' is missing required configuration 'S3Bucket', 'S3ObjectKey'",
    ]);
  });

  it("is refused for variables of a namespace that no earlier action has", () => {
    const configuration = { ProjectName: "x", EnvironmentVariables: '[{"name":"A","value":"#{BuildVariables.TAG}"}]' };
    expect(refusal(stages({ ...build, configuration }))).to.equal(
      "InvalidActionDeclarationException: The following pipeline execution variables are referencing a namespace that does not exist: StageName=[Later], ActionName=[Build], #{BuildVariables.TAG}",
    );
  });

  it("is refused for what only V2 has, and for what the local cloud does not execute", () => {
    const triggers = [{ providerType: "CodeStarSourceConnection", gitConfiguration: { sourceActionName: "Source" } }];
    expect([
      refusal({ pipelineType: "V1", triggers }),
      refusal({ pipelineType: "V1", executionMode: "QUEUED" }),
      refusal({ executionMode: "QUEUED" }),
      refusal({ triggers }),
    ]).to.deep.equal([
      "InvalidStructureException: triggers: only supported for pipelines of type V2",
      "InvalidStructureException: executionMode QUEUED: only supported for pipelines of type V2",
      "InvalidStructureException: executionMode QUEUED: the local cloud does not execute this",
      "accepted",
    ]);
  });
});
