import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";

import type { Configuration } from "../../scripts/pulumi/stack.ts";

import { writeState } from "./earlier-state.ts";
import { type Engine, startEngine } from "./engine.ts";
import { writeBareStacks } from "./every-option.ts";
import { unpack } from "./recorded-stacks.ts";

// record-stacks.ts recorded them. A step that a later program needs is named in `later` with its reason.
const recording = fileURLToPath(new URL("earlier-stacks.jsonl", import.meta.url));

describe("an up of a stack that commit b2e178f created with every option", function () {
  this.timeout(120_000);
  let engine: Engine;
  const { files, stacks } = unpack(readFileSync(recording, "utf8"));

  before(async () => {
    engine = await startEngine();
    writeBareStacks(engine.directory);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(engine.directory, file), text);
  });
  after(() => engine.close());

  for (const { environment, title, configuration, cloud, resources } of stacks) {
    it(`creates and updates only what later programs need, deletes only the step Watch, replaces nothing (${environment}: ${title}), and keeps its outputs`, async () => {
      const steps: string[] = [];
      const seen = new Set<string>();
      const onEvent = ({ resourcePreEvent: event }: EngineEvent): void => {
        if (event === undefined) return;
        const { op, urn, old, new: next } = event.metadata;
        seen.add(urn);
        if (op === "same") return;
        const properties = op === "create" ? [] : changed(old?.inputs ?? {}, next?.inputs ?? {});
        steps.push([op, shortOf(urn), ...properties].join(" "));
      };
      await engine.change(() => cloud);
      writeState(engine.state, { resources }, environment);
      writeBareStacks(engine.directory);
      const { outputs } = await engine.run("up", environment, { configuration, onEvent });
      expect(steps.toSorted()).to.deep.equal(later(configuration, environment));
      // The control: the engine reported every resource of the state.
      const silent = resources.filter(({ type, urn }) => !type.startsWith("pulumi:providers:") && !seen.has(urn));
      expect(silent).to.deep.equal([]);
      const earlier = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
      expect(Object.fromEntries(Object.keys(earlier).map((name) => [name, outputs[name]]))).to.deep.equal(earlier);
    });
  }
});

/** What a stack of that commit gets from later programs, sorted. */
function later(configuration: Configuration, environment: string): readonly string[] {
  const { app = "shop", sourceProvider, buildspec, dashboard, notificationEmails } = configuration;
  const prefix = `${typeof app === "string" ? app : ""}-${environment}`;
  const update = (type: string, name: string, ...properties: readonly string[]) =>
    [`update ${type}::${prefix}${name}`, ...properties].join(" ");
  const project = (step: string, ...properties: readonly string[]) =>
    update("aws:codebuild/project:Project", `-${step}`, ...properties);
  const policy = (role: string) => update("aws:iam/rolePolicy:RolePolicy", `-${role}-statements`, "policy");
  const steps = [
    // Each step runs a program from the environment's bucket: it may read it, and its variables name it.
    project("migrate", "environment", "source"),
    project("verify", "description", "environment", "source"),
    ...["migrate", "verify"].map(policy),
    // Verify runs next to the ECS actions and does what the step Watch did.
    ...withoutWatch(prefix, configuration),
    update("aws:codepipeline/pipeline:Pipeline", "", "stages"),
    policy("pipeline"),
    // The real provider already has in its state that nothing is suspended.
    ...["", "-worker"].map((name) => update("aws:appautoscaling/target:Target", name, "suspendedState")),
    ...programBucket(prefix),
  ];
  const told = [
    ...(dashboard === undefined ? [] : [update("aws:cloudwatch/dashboard:Dashboard", "", "dashboardBody")]),
    ...(notificationEmails === undefined
      ? []
      : [
          update("aws:cloudwatch/eventRule:EventRule", "-builds", "eventPattern"),
          policy("notify"),
          // Its messages have other words.
          update("aws:lambda/function:Function", "-notify", "code"),
        ]),
  ];
  const first =
    sourceProvider === "ECR"
      ? [project("images", "environment", "source"), policy("images")]
      : // Without the setting, the buildspec is the program's own.
        [project("build", "environment", ...(buildspec === undefined ? ["source"] : [])), policy("build")];
  return [...first, ...steps, ...told].toSorted();
}

/** The bucket of the program that builds and steps run. */
const programBucket = (prefix: string): readonly string[] => [
  `create compose-ecs-pipeline:index:BuildProgram::${prefix}-program`,
  ...[
    "bucket:Bucket",
    "bucketObjectv2:BucketObjectv2",
    "bucketPolicy:BucketPolicy",
    "bucketPublicAccessBlock:BucketPublicAccessBlock",
    "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "bucketVersioning:BucketVersioning",
  ].map((type) => `create aws:s3/${type}::${prefix}-program`),
];

/** The step Watch goes, with its role and its log. */
function withoutWatch(prefix: string, { artifactKmsKeyArn }: Configuration): readonly string[] {
  const key = artifactKmsKeyArn === undefined ? "" : "encryptionKey ";
  return [
    `aws:cloudwatch/logGroup:LogGroup::${prefix}-watch name retentionInDays`,
    `aws:codebuild/project:Project::${prefix}-watch artifacts buildTimeout description ${key}environment logsConfig name serviceRole source`,
    `aws:iam/role:Role::${prefix}-watch assumeRolePolicy name`,
    `aws:iam/rolePolicy:RolePolicy::${prefix}-watch-statements name policy role`,
    `compose-ecs-pipeline:index:ActorRole::${prefix}-watch`,
    `compose-ecs-pipeline:index:BuildProject::${prefix}-watch`,
  ].map((gone) => `delete ${gone}`);
}

/** Names of the properties that differ. */
const changed = (old: Readonly<Record<string, unknown>>, next: Readonly<Record<string, unknown>>): readonly string[] =>
  [...new Set([...Object.keys(old), ...Object.keys(next)])].filter(
    (key) => JSON.stringify(old[key]) !== JSON.stringify(next[key]),
  );

/** Type and name of a resource, without the types that it is in. */
const shortOf = (urn: string): string => {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1) ?? ""}::${name}`;
};
