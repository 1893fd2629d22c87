import { expect } from "chai";
import fc from "fast-check";
import { primarySource, readVariables } from "../../../local-cloud/codepipeline/build-action.ts";
import { checkPipeline } from "../../../local-cloud/codepipeline/check-pipeline.ts";
import {
  type Action,
  type Namespaces,
  type Pipeline,
  resolveVariables,
  runOrderGroups,
} from "../../../local-cloud/codepipeline/declaration.ts";
import { isDeployed, nextRevision } from "../../../local-cloud/codepipeline/ecs-action.ts";
import { readImageDefinitions, replaceImages } from "../../../local-cloud/codepipeline/image-definitions.ts";
import { arrive, depart, setTransition } from "../../../local-cloud/codepipeline/stage-gate.ts";
import type { GateChange, StageGate } from "../../../local-cloud/codepipeline/stage-gate.ts";
import { startedBy } from "../../../local-cloud/codepipeline/triggers.ts";
import type { Push } from "../../../local-cloud/codepipeline/triggers.ts";

const action = (name: string, category: string, provider: string, more: Partial<Action> = {}): Action => ({
  name,
  actionTypeId: { category, owner: "AWS", provider, version: "1" },
  ...more,
});
const source = action("Source", "Source", "CodeStarSourceConnection", {
  namespace: "SourceVariables",
  outputArtifacts: [{ name: "Source" }],
  configuration: { ConnectionArn: "arn", FullRepositoryId: "team/shop", BranchName: "main", DetectChanges: "false" },
});
const build = action("Build", "Build", "CodeBuild", {
  inputArtifacts: [{ name: "Source" }],
  outputArtifacts: [{ name: "BuildOutput" }],
  configuration: { ProjectName: "shop-staging-build" },
});
const pipeline: Pipeline = {
  name: "shop-staging",
  roleArn: "arn:aws:iam::000000000000:role/shop-staging-pipeline",
  artifactStore: { type: "S3", location: "artifacts" },
  pipelineType: "V2",
  stages: [
    { name: "Source", actions: [source] },
    { name: "Build", actions: [build] },
  ],
};

describe("the gate before a stage (CodePipeline user guide, How pipeline executions work)", () => {
  const one = { id: "one", number: 1 };
  const two = { id: "two", number: 2 };
  const three = { id: "three", number: 3 };
  const open: StageGate = { disabled: false };

  it("rule 1: lets a run into a free stage and locks it", () => {
    expect(arrive(open, one)).to.deep.equal({ gate: { disabled: false, inside: one }, enters: one });
  });

  it("rule 2: holds a run before a locked stage until the lock is released, by success or failure", () => {
    const { gate } = arrive({ disabled: false, inside: one }, two);
    expect(gate).to.deep.equal({ disabled: false, inside: one, waiting: two });
    expect(depart(gate, "one")).to.deep.equal({ gate: { disabled: false, inside: two }, enters: two });
  });

  it("rule 3: supersedes the waiting run by a more recent one, in whichever order they come", () => {
    const held: StageGate = { disabled: false, inside: one, waiting: two };
    expect(arrive(held, three)).to.deep.equal({
      gate: { disabled: false, inside: one, waiting: three },
      superseded: two,
    });
    expect(arrive({ ...held, waiting: three }, two)).to.deep.equal({
      gate: { disabled: false, inside: one, waiting: three },
      superseded: two,
    });
  });

  it("holds the latest run before a disabled transition, and lets it in when that is enabled again", () => {
    const disabled = setTransition(open, false).gate;
    const first = arrive(disabled, one).gate;
    const second = arrive(first, two);
    expect(second).to.deep.equal({ gate: { disabled: true, waiting: two }, superseded: one });
    expect(setTransition(second.gate, true)).to.deep.equal({ gate: { disabled: false, inside: two }, enters: two });
  });

  it("forgets a run that stops waiting, and goes on with nobody", () => {
    expect(depart({ disabled: false, inside: one, waiting: two }, "two")).to.deep.equal({
      gate: { disabled: false, inside: one },
    });
  });

  it("never has two runs inside, loses none, and lets the most recent one through, whatever happens", () => {
    const step = fc.constantFrom("arrive", "depart", "disable", "enable");
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let gate: StageGate = open;
        let arrived = 0;
        const ended: string[] = [];
        const entered: number[] = [];
        const apply = (change: GateChange): void => {
          gate = change.gate;
          if (change.superseded !== undefined) ended.push(change.superseded.id);
          if (change.enters !== undefined) entered.push(change.enters.number);
        };
        for (const what of [...steps, "enable", "depart", "depart"]) {
          const { inside } = gate;
          if (what === "arrive") apply(arrive(gate, { id: String((arrived += 1)), number: arrived }));
          else if (what === "depart" && inside !== undefined) {
            ended.push(inside.id);
            apply(depart(gate, inside.id));
          } else if (what !== "depart") apply(setTransition(gate, what === "enable"));
        }
        expect(ended.toSorted((a, b) => Number(a) - Number(b))).to.deep.equal(
          Array.from({ length: arrived }, (_, index) => String(index + 1)),
        );
        expect(entered).to.deep.equal(entered.toSorted((a, b) => a - b));
        if (arrived > 0) expect(entered.at(-1)).to.equal(arrived);
      }),
    );
  });
});

describe("a stage's actions (CodePipeline pipeline structure reference, runOrder)", () => {
  it("run one order after the other, those of one order side by side, and without one first", () => {
    const actions = [
      action("Verify", "Build", "CodeBuild", { runOrder: 3 }),
      action("Deploy", "Deploy", "ECS", { runOrder: 2 }),
      action("Watch", "Build", "CodeBuild", { runOrder: 2 }),
      action("Migrate", "Build", "CodeBuild"),
    ];
    expect(runOrderGroups({ name: "Release", actions }).map((group) => group.map(({ name }) => name))).to.deep.equal([
      ["Migrate"],
      ["Deploy", "Watch"],
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

  it("is refused for inputs nobody makes, also when they are made only beside the action", () => {
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

  it("is refused for what only V2 has, and for what the rehearsal does not execute", () => {
    const triggers = [{ providerType: "CodeStarSourceConnection", gitConfiguration: { sourceActionName: "Source" } }];
    expect([
      refusal({ pipelineType: "V1", triggers }),
      refusal({ pipelineType: "V1", executionMode: "QUEUED" }),
      refusal({ executionMode: "QUEUED" }),
      refusal({ triggers }),
    ]).to.deep.equal([
      "InvalidStructureException: triggers: only supported for pipelines of type V2",
      "InvalidStructureException: executionMode QUEUED: only supported for pipelines of type V2",
      "InvalidStructureException: executionMode QUEUED: the rehearsal does not execute this",
      "accepted",
    ]);
  });
});

describe("a push (CodePipeline user guide, Add trigger with code push or pull request event types)", () => {
  const starts = (changed: Partial<Pipeline>, branch: string, fullRepositoryId = "team/shop"): boolean =>
    startedBy({ ...pipeline, ...changed }, { fullRepositoryId, branch, files: [] }).length > 0;
  const triggers = (includes: readonly string[], excludes: readonly string[] = []): Partial<Pipeline> => ({
    triggers: [
      {
        providerType: "CodeStarSourceConnection",
        gitConfiguration: { sourceActionName: "Source", push: [{ branches: { includes, excludes } }] },
      },
    ],
  });
  const detecting = (DetectChanges: string): Partial<Pipeline> => ({
    stages: [{ name: "Source", actions: [{ ...source, configuration: { ...source.configuration, DetectChanges } }] }],
  });

  it("starts a run by the triggers' branch patterns, whatever the action's own branch is", () => {
    expect([
      starts(triggers(["staging"]), "staging"),
      starts(triggers(["staging"]), "main"),
      starts(triggers(["release/*"]), "release/1"),
      starts(triggers(["release/*"]), "release/1/a"),
      starts(triggers(["*"], ["main"]), "main"),
      starts(triggers(["main"]), "main", "team/other"),
    ]).to.deep.equal([true, false, true, false, false, false]);
  });

  const filtered = (...push: readonly object[]): Pipeline => ({
    ...pipeline,
    triggers: [{ providerType: "CodeStarSourceConnection", gitConfiguration: { sourceActionName: "Source", push } }],
  });
  const tag = (name: string): Push => ({ fullRepositoryId: "team/shop", tag: name });
  const files = (branch: string, ...names: readonly string[]): Push => ({
    fullRepositoryId: "team/shop",
    branch,
    files: names,
  });
  const startsAt = (declared: Pipeline, pushes: readonly Push[]): readonly boolean[] =>
    pushes.map((push) => startedBy(declared, push).length > 0);

  it("of a tag starts a run by the triggers' tag patterns, and none by those of branches or by no trigger", () => {
    const pushes = [tag("v1"), tag("v1-rc"), tag("main"), files("v1")];
    expect([
      startsAt(filtered({ tags: { includes: ["v*"], excludes: ["*-rc"] } }), pushes),
      startsAt(filtered({ tags: { excludes: ["*-rc"] } }), pushes),
      startsAt(filtered({ branches: { includes: ["main"] } }), pushes),
      startsAt(pipeline, pushes),
    ]).to.deep.equal([
      [true, false, false, false],
      [true, false, true, false],
      [false, false, false, false],
      [false, false, false, false],
    ]);
  });

  it("of a branch starts a run only if it also changes a file that the filter means", () => {
    const declared = filtered({
      branches: { includes: ["main"] },
      filePaths: { includes: ["app/**"], excludes: ["**/*.md"] },
    });
    expect(
      startsAt(declared, [
        files("main", "app/config.ru"),
        files("main", "README.md", "app/a/b.rb"),
        files("main", "app/README.md"),
        files("main", "docs/a.txt"),
        files("other", "app/config.ru"),
      ]),
    ).to.deep.equal([true, true, false, false, false]);
  });

  it("starts a run if one of several filters means it", () => {
    const declared = filtered({ branches: { includes: ["main"] } }, { tags: { includes: ["v*"] } });
    expect(startsAt(declared, [files("main"), tag("v1"), files("other"), tag("w1")])).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
  });

  it("starts a run without triggers when the action detects changes of its branch", () => {
    expect([
      starts(detecting("true"), "main"),
      starts(detecting("true"), "staging"),
      starts(detecting("false"), "main"),
    ]).to.deep.equal([true, false, false]);
  });
});

describe("variables", () => {
  it("are filled in everywhere in a text, and must be known", () => {
    const namespaces: Namespaces = new Map<string, Record<string, string>>([
      ["SourceVariables", { CommitId: "a1b2c3d" }],
      ["codepipeline", { PipelineExecutionId: "run" }],
    ]);
    expect(
      resolveVariables("#{SourceVariables.CommitId} in #{codepipeline.PipelineExecutionId}, ${not}", namespaces),
    ).to.equal("a1b2c3d in run, ${not}");
    expect(() => resolveVariables("#{SourceVariables.Author}", namespaces)).to.throw(
      "An action execution variable could not be resolved: #{SourceVariables.Author}",
    );
  });
});

describe("the CodeBuild action's configuration", () => {
  const place = (name: string) => ({ name, bucket: "artifacts", key: name });

  it("has plain text variables unless it says otherwise", () => {
    expect(
      readVariables('[{"name":"A","value":"1"},{"name":"B","value":"/b","type":"PARAMETER_STORE"}]'),
    ).to.deep.equal([
      { name: "A", value: "1", type: "PLAINTEXT" },
      { name: "B", value: "/b", type: "PARAMETER_STORE" },
    ]);
  });

  it("names the primary source among several", () => {
    const inputs = [place("Source"), place("BuildOutput")];
    expect(primarySource(inputs, "BuildOutput")).to.deep.equal(place("BuildOutput"));
    expect(() => primarySource(inputs, undefined)).to.throw(
      "PrimarySource is required when there is more than one input artifact",
    );
    expect(() => primarySource(inputs, "Other")).to.throw("PrimarySource Other is none of the input artifacts");
  });
});

describe("image definitions (CodePipeline user guide, image definitions file reference)", () => {
  const read = (text: string | undefined) =>
    readImageDefinitions("imagedefinitions.json", text === undefined ? undefined : new TextEncoder().encode(text));

  it("are an array of names and images and nothing else, in 100 KB at most", () => {
    const invalid = "The image definition file imagedefinitions.json contains invalid JSON format";
    expect(read('[{"name":"web","imageUri":"x/web:1"}]')).to.deep.equal([{ name: "web", imageUri: "x/web:1" }]);
    for (const text of ["{", "{}", "[]", '[{"name":"web"}]', '[{"name":"web","imageUri":"x","tag":"1"}]']) {
      expect(() => read(text), text).to.throw(invalid);
    }
    expect(() => read(`[${" ".repeat(102_400)}]`)).to.throw("larger than the limit of 100 KB");
    expect(() => read(undefined)).to.throw("Did not find the image definition file imagedefinitions.json");
  });

  it("replace images by the containers' names, of which each must exist", () => {
    const containers = [
      { name: "proxy", image: "x/proxy:1" },
      { name: "web", image: "x/web:1" },
    ];
    expect(replaceImages(containers, [{ name: "web", imageUri: "x/web:2" }])).to.deep.equal([
      { name: "proxy", image: "x/proxy:1" },
      { name: "web", image: "x/web:2" },
    ]);
    expect(() => replaceImages(containers, [{ name: "worker", imageUri: "x" }])).to.throw(
      "The Amazon ECS service's task definition does not have a container with the name worker",
    );
  });
});

describe("the ECS action (CodePipeline user guide, Amazon ECS deploy action reference)", () => {
  it("registers the service's revision with other images, its tags, and without versionConsistency", () => {
    const current = {
      taskDefinitionArn: "arn:aws:ecs:us-east-1:000000000000:task-definition/shop-staging:4",
      family: "shop-staging",
      revision: 4,
      status: "ACTIVE" as const,
      registeredAt: new Date(),
      registeredBy: "root",
      compatibilities: ["FARGATE" as const],
      requiresCompatibilities: ["FARGATE" as const],
      cpu: "256",
      containerDefinitions: [
        { name: "web", image: "x/web:1", versionConsistency: "enabled" as const, dockerLabels: { a: "b" } },
      ],
    };
    expect(
      nextRevision(current, [{ key: "team", value: "shop" }], [{ name: "web", imageUri: "x/web:2" }]),
    ).to.deep.equal({
      family: "shop-staging",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      containerDefinitions: [{ name: "web", image: "x/web:2", dockerLabels: { a: "b" } }],
      tags: [{ key: "team", value: "shop" }],
    });
  });

  it("is done when its own revision is primary, has all its tasks and is alone; a rollback is not noticed as an end", () => {
    const deployment = (taskDefinition: string, runningCount: number, status = "PRIMARY") => ({
      status,
      taskDefinition,
      desiredCount: 2,
      runningCount,
    });
    expect([
      isDeployed({ deployments: [deployment("new", 2)] }, "new"),
      isDeployed({ deployments: [deployment("new", 1)] }, "new"),
      isDeployed({ deployments: [deployment("new", 2), deployment("old", 1, "ACTIVE")] }, "new"),
      isDeployed({ deployments: [deployment("old", 2)] }, "new"),
    ]).to.deep.equal([true, false, false, false]);
  });
});
