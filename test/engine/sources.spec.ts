import { expect } from "chai";

import { type Engine, parameter, startEngine } from "./engine.ts";

describe("a stack's source on the real engine", function () {
  this.timeout(120_000);
  let engine: Engine;

  before(async () => {
    engine = await startEngine();
    for (const variable of ["DATABASE_URL", "SECRET_KEY_BASE"]) {
      await engine.change(parameter(`/shop/staging/${variable}`, "there"));
    }
  });
  after(() => engine.close());

  const pipeline = "aws:codepipeline/pipeline:Pipeline";
  const connection = "aws:codeconnections/connection:Connection";
  const policy = "aws:iam/rolePolicy:RolePolicy";
  const project = "aws:codebuild/project:Project";
  const trigger = [
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:iam/role:Role",
    "compose-ecs-pipeline:index:ActorRole",
    "compose-ecs-pipeline:index:EventTrigger",
  ];
  /** What belongs to a build, or to the step that replaces it. */
  const building = [
    project,
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    "compose-ecs-pipeline:index:BuildProject",
  ];
  const none = { branch: "", sourceRepository: "", sourceBucket: "", sourceKey: "" };

  it("is created from nothing at GitHub", async () => {
    const { touched } = await engine.run("up", "staging", { configuration: { sourceRepository: "acme/shop" } });
    expect(touched).to.include.members([connection, pipeline]);
    expect(touched.filter((type) => type.startsWith("aws:cloudwatch/event"))).to.deep.equal([]);
  });

  for (const [title, configuration, touched] of [
    [
      "CodeCommit",
      { ...none, sourceProvider: "CodeCommit", sourceRepository: "shop" },
      [connection, policy, pipeline, ...trigger],
    ],
    [
      "S3",
      { ...none, sourceProvider: "S3", sourceBucket: "acme-source", sourceKey: "shop.zip" },
      [policy, pipeline, project, "aws:cloudwatch/eventRule:EventRule"],
    ],
    [
      "ECR",
      { ...none, sourceProvider: "ECR", buildspec: "" },
      [policy, pipeline, ...building, "aws:cloudwatch/eventRule:EventRule", ...trigger.slice(2, 4)],
    ],
    [
      "Bitbucket",
      { ...none, sourceProvider: "Bitbucket", sourceRepository: "acme/shop" },
      [connection, policy, pipeline, ...building, ...trigger],
    ],
  ] as const) {
    it(`moves to ${title} with what belongs to it and nothing else, and has nothing to do the second time`, async () => {
      const first = await engine.run("up", "staging", { configuration });
      expect(first.touched).to.deep.equal([...touched].toSorted());
      expect((await engine.run("preview", "staging")).touched).to.deep.equal([]);
    });
  }
});
