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
    it(`creates and updates only what later programs need, replaces and deletes nothing (${environment}: ${title}), and keeps its outputs`, async () => {
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
  const { app = "shop", sourceProvider, buildspec, notificationEmails } = configuration;
  const prefix = `${typeof app === "string" ? app : ""}-${environment}`;
  const project = (step: string, ...properties: readonly string[]) =>
    [`update aws:codebuild/project:Project::${prefix}-${step}`, ...properties].join(" ");
  // release.json carries a format, and each step has the functions that read it.
  const formats = ["migrate", "verify", "watch"].map((step) => project(step, "source"));
  if (sourceProvider === "ECR") return [...formats, project("images", "source")].toSorted();
  return [
    ...formats,
    // A build runs a program from a bucket of its own: it may read it, and its variables name it. Without the setting, the
    // buildspec is the program's own.
    `update aws:iam/rolePolicy:RolePolicy::${prefix}-build-statements policy`,
    project("build", "environment", ...(buildspec === undefined ? ["source"] : [])),
    // Its messages have other words.
    ...(notificationEmails === undefined ? [] : [`update aws:lambda/function:Function::${prefix}-notify code`]),
    `create compose-ecs-pipeline:index:BuildProgram::${prefix}-program`,
    ...[
      "bucket:Bucket",
      "bucketObjectv2:BucketObjectv2",
      "bucketPolicy:BucketPolicy",
      "bucketPublicAccessBlock:BucketPublicAccessBlock",
      "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "bucketVersioning:BucketVersioning",
    ].map((type) => `create aws:s3/${type}::${prefix}-program`),
  ].toSorted();
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
