import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";
import { changeLines, changesPipeline, doubtful, summaryLines } from "../../../scripts/pulumi/change-summary.ts";
import { stackEvent, type ResourceChange } from "../../../scripts/pulumi/resource-change.ts";
import { unknownValue } from "../../../scripts/pulumi/resource-difference.ts";

const token = { service: "aws:ecs/service:Service", definition: "aws:ecs/taskDefinition:TaskDefinition" };

/** The engine's event at the end of a step. */
const step = (op: string, type: string, more: Partial<StepEventMetadata> = {}): EngineEvent => ({
  sequence: 1,
  timestamp: 1,
  resOutputsEvent: {
    metadata: { op, type, urn: `urn:pulumi:staging::shop::a$${type}::shop-staging`, provider: "", ...more },
  } as NonNullable<EngineEvent["resOutputsEvent"]>,
});

/** Old and new inputs of a step. */
const inputs = (old: object, now: object, diffs: readonly string[] = []) =>
  ({ old: { inputs: old }, new: { inputs: now }, diffs }) as unknown as Partial<StepEventMetadata>;

const linesOf = (event: EngineEvent): readonly string[] => {
  const told = stackEvent(event);
  return told?.kind === "changed" ? changeLines(told.change) : [];
};

const definitions = (...containers: readonly object[]) => ({ containerDefinitions: JSON.stringify(containers) });
const host = "000000000000.dkr.ecr.us-east-1.amazonaws.com/shop/staging";
const web = {
  name: "web",
  image: `${host}/web:1111111`,
  command: ["puma"],
  environment: [
    { name: "RAILS_ENV", value: "production" },
    { name: "RAILS_LOG_LEVEL", value: "info" },
  ],
  secrets: [
    { name: "DATABASE_URL", valueFrom: "arn:aws:ssm:us-east-1:0:parameter/shop/staging/DATABASE_URL" },
    { name: "TOKEN", valueFrom: "arn:aws:ssm:us-east-1:0:parameter/shop/staging/TOKEN" },
  ],
  dockerLabels: { "compose-ecs-pipeline.parameters": '{"DATABASE_URL":1,"TOKEN":1}' },
};

const change = (what: ResourceChange["what"], of: string, name = "shop-staging"): ResourceChange => ({
  what,
  token: of,
  name,
  differences: [],
  type: of === token.service ? "service" : of === token.definition ? "task definition" : "role policy",
});

describe("what an operation changes, in words", () => {
  it("is reported once for each resource, but not for components or for what stays the same", () => {
    const events = [
      step("create", "aws:iam/rolePolicy:RolePolicy"),
      step("same", "aws:iam/role:Role"),
      step("refresh", "aws:iam/role:Role"),
      step("create", "compose-ecs-pipeline:index:Pipeline"),
      step("update", "pulumi:pulumi:Stack"),
      step("create-replacement", token.definition),
      step("replace", token.definition),
      step("delete-replaced", token.definition),
      step("delete", "aws:ecr/repository:Repository"),
    ];
    expect(events.flatMap(linesOf)).to.deep.equal([
      "created: role policy shop-staging",
      "replaced: task definition shop-staging",
      "deleted: repository shop-staging",
    ]);
  });

  it("names variables with their values, and parameters without", () => {
    const changed = {
      ...web,
      image: `${host}/web:2222222`,
      command: ["puma", "--quiet"],
      environment: [
        { name: "RAILS_LOG_LEVEL", value: "debug" },
        { name: "WORKERS", value: "2" },
      ],
      secrets: [
        { name: "DATABASE_URL", valueFrom: "arn:aws:ssm:us-east-1:0:parameter/shared/database" },
        { name: "TOKEN", valueFrom: "arn:aws:ssm:us-east-1:0:parameter/shop/staging/TOKEN" },
      ],
      healthCheck: { command: ["CMD", "true"] },
      dockerLabels: { "compose-ecs-pipeline.parameters": '{"DATABASE_URL":4,"TOKEN":2}' },
    };
    const [before, after] = [
      definitions(web, { name: "cache", image: "redis:6" }, { name: "old", image: "old:1" }),
      definitions(changed, { name: "cache", image: "redis:7" }, { name: "proxy", image: `${host}/proxy:2222222` }),
    ];
    expect(linesOf(step("create-replacement", token.definition, inputs(before, after)))).to.deep.equal([
      "replaced: task definition shop-staging",
      "  container cache: image redis:6 → redis:7",
      "  container old: removed",
      "  container proxy: added",
      "  container web: RAILS_ENV removed",
      "  container web: RAILS_LOG_LEVEL info → debug",
      "  container web: WORKERS (none) → 2",
      "  container web: DATABASE_URL is read from parameter /shared/database",
      "  container web: TOKEN has a new value",
      "  container web: command puma → puma --quiet",
      "  container web: healthCheck changed",
      "  with image web:2222222, redis:7, proxy:2222222",
    ]);
  });

  it("names the changed keys of other resources; for a secret or a long value it says only that it changes", () => {
    const before = { minCapacity: 0, value: "[secret]", policy: '{"a":1}', subnet: "one", gone: true };
    const after = { minCapacity: 2, value: "[secret]", policy: '{"a":2}', subnet: unknownValue, note: "a\nb" };
    expect(linesOf(step("update", "aws:ssm/parameter:Parameter", inputs(before, after, ["value"])))).to.deep.equal([
      "updated: parameter shop-staging",
      "  gone: true → (none)",
      "  minCapacity: 0 → 2",
      "  note: changed",
      "  policy: changed",
      "  subnet: one → not known yet",
      "  value: a new secret value",
    ]);
    const unknown = inputs(definitions(web), { containerDefinitions: unknownValue });
    expect(linesOf(step("create-replacement", token.definition, unknown))).to.deep.equal([
      "replaced: task definition shop-staging",
      "  containers: not known yet",
    ]);
  });

  it("is summarised by kind of change: a few by name, many by type, and which service rolls out which image", () => {
    const policies = ["a", "b", "c", "d", "e"].map((name) => change("created", "policy", name));
    const replaced = { ...change("replaced", token.definition), differences: ["with image web:abc1234"] };
    expect(summaryLines([])).to.deep.equal(["nothing changes"]);
    expect(
      summaryLines([...policies, change("created", token.service, "f"), change("updated", token.service), replaced]),
    ).to.deep.equal([
      "6 created: 5 role policies, 1 service",
      "1 updated: service shop-staging",
      "1 replaced: task definition shop-staging",
      "shop-staging: rolls out a new revision with image web:abc1234",
    ]);
  });

  it("needs agreement if something is deleted or replaced, except a task definition", () => {
    const [deleted, anew] = [change("deleted", token.service, "a"), change("replaced", token.service, "b")];
    expect(
      doubtful([deleted, anew, change("replaced", token.definition), change("updated", token.service)]),
    ).to.deep.equal([deleted, anew]);
  });

  it("can end a run if the pipeline itself changes, but not if it is created", () => {
    const pipeline = "aws:codepipeline/pipeline:Pipeline";
    expect(
      (["created", "updated", "deleted"] as const).map((what) => changesPipeline([change(what, pipeline)])),
    ).to.deep.equal([false, true, true]);
  });
});
