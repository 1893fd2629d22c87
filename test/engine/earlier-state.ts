import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type Cloud, emptyCloud } from "./recording-cloud.ts";

/** The state of a stack that an earlier program made, and the cloud behind it. */
export interface EarlierState {
  readonly cloud: Cloud;
  readonly resources: readonly { readonly urn: string; readonly type: string; readonly id?: string }[];
}

/**
 * Production as the program of commit 68fe3db left it after a release and a second `up`, recorded on the recording cloud: a
 * line for the cloud, then one a resource. What only updates in place (policies, stages, buildspecs, container definitions)
 * is left out; `@@` stands for what every URN begins with.
 */
export function readEarlierState(): EarlierState {
  const file = fileURLToPath(new URL("earlier-production.jsonl", import.meta.url));
  const text = readFileSync(file, "utf8").replaceAll("@@", "urn:pulumi:production::compose-ecs-pipeline::");
  const [first = "", ...lines] = text.trim().split("\n");
  // What a cloud has learnt to keep since is empty.
  const { cloud } = JSON.parse(first) as { readonly cloud: Cloud };
  return { cloud: { ...emptyCloud, ...cloud }, resources: lines.map((line) => whole(JSON.parse(line) as Recorded)) };
}

/** Writes the state into a file backend, as Pulumi itself keeps it. */
export function writeState(backend: string, { resources }: EarlierState): void {
  const folder = join(backend, ".pulumi", "stacks", "compose-ecs-pipeline");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(backend, ".pulumi", "meta.yaml"), "version: 1\n");
  const manifest = { time: "2026-11-24T00:00:00Z", magic: "", version: "" };
  const checkpoint = { stack: "organization/compose-ecs-pipeline/production", latest: { manifest, resources } };
  writeFileSync(join(folder, "production.json"), JSON.stringify({ version: 3, checkpoint }));
}

interface Recorded {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The stand-in provider's outputs are the inputs, what it computed, and which of them were inputs. */
function whole(recorded: Recorded): Recorded {
  const { custom, inputs, outputs, type } = recorded;
  if (!custom || inputs === undefined || type.startsWith("pulumi:")) return recorded;
  return { ...recorded, outputs: { ...inputs, ...outputs, __inputs: Object.keys(inputs) } };
}
