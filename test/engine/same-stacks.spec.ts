import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";

import { writeState } from "./earlier-state.ts";
import { type Engine, startEngine } from "./engine.ts";
import { writeBareStacks } from "./every-option.ts";
import { unpack } from "./recorded-stacks.ts";

// record-stacks.ts recorded them. A step that a later program needs is named here with its reason; there is none yet.
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
    it(`creates, updates, replaces and deletes nothing (${environment}: ${title}), and keeps its outputs`, async () => {
      const steps: string[] = [];
      const seen = new Set<string>();
      const onEvent = ({ resourcePreEvent: event }: EngineEvent): void => {
        if (event === undefined) return;
        const { op, urn, old, new: next } = event.metadata;
        seen.add(urn);
        if (op !== "same") steps.push([op, urn, ...changed(old?.inputs ?? {}, next?.inputs ?? {})].join(" "));
      };
      await engine.change(() => cloud);
      writeState(engine.state, { resources }, environment);
      writeBareStacks(engine.directory);
      const { outputs } = await engine.run("up", environment, { configuration, onEvent });
      expect(steps).to.deep.equal([]);
      // The control: the engine reported every resource of the state.
      const silent = resources.filter(({ type, urn }) => !type.startsWith("pulumi:providers:") && !seen.has(urn));
      expect(silent).to.deep.equal([]);
      const earlier = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
      expect(Object.fromEntries(Object.keys(earlier).map((name) => [name, outputs[name]]))).to.deep.equal(earlier);
    });
  }
});

/** Names of the properties that differ. */
const changed = (old: Readonly<Record<string, unknown>>, next: Readonly<Record<string, unknown>>): readonly string[] =>
  [...new Set([...Object.keys(old), ...Object.keys(next)])].filter(
    (key) => JSON.stringify(old[key]) !== JSON.stringify(next[key]),
  );
