import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type Cloud, emptyCloud, type Subnet } from "./recording-cloud.ts";

/** The state of a stack that an earlier program made, and the cloud behind it. */
export interface EarlierState {
  readonly cloud: Cloud;
  readonly resources: readonly { readonly urn: string; readonly type: string; readonly id?: string }[];
}

/**
 * Production as the program of commit 68fe3db left it after a release and a second `up`, recorded on the recording cloud: a
 * line for the cloud, then one a resource. What only updates in place (policies, stages, buildspecs, container definitions)
 * is left out; `@@` is the start of every URN.
 */
export function readEarlierState(): EarlierState {
  const [first = "", ...lines] = linesOf("earlier-production.jsonl");
  // What a cloud has learnt to keep since is empty.
  const { cloud } = JSON.parse(first) as { readonly cloud: Cloud };
  const resources = lines.map((line) => whole(JSON.parse(line) as Recorded));
  return { cloud: { ...emptyCloud, ...cloud, subnets: subnetsOf(resources) }, resources };
}

/**
 * The network of production alone, of one of four layouts, as the program of commit ef5cf57 made it on the recording
 * cloud; a line is a resource without its provider, and without outputs that nothing reads.
 */
export function readEarlierNetwork(layout: "public" | "isolated" | `${"public" | "isolated"} with IPv6`): EarlierState {
  const own = linesOf("earlier-networks.jsonl").flatMap((line) => {
    const { network, ...resource } = JSON.parse(line) as Recorded & { readonly network: string };
    return network === layout ? [resource] : [];
  });
  const provider = own.find(({ type }) => type === "pulumi:providers:aws");
  const reference = `${provider?.urn ?? ""}::${provider?.id ?? ""}`;
  const resources = own.map((resource) =>
    whole({ ...resource, ...(resource.type.startsWith("aws:") && { provider: reference }) }),
  );
  return { cloud: { ...emptyCloud, subnets: subnetsOf(resources) }, resources };
}

const linesOf = (file: string): readonly string[] =>
  readFileSync(fileURLToPath(new URL(file, import.meta.url)), "utf8")
    .replaceAll("@@", "urn:pulumi:production::compose-ecs-pipeline::")
    .trim()
    .split("\n");

const subnetsOf = (resources: readonly Recorded[]): Cloud["subnets"] =>
  Object.fromEntries(
    resources.flatMap(({ type, id, inputs }) =>
      type === "aws:ec2/subnet:Subnet" ? [[id ?? "", inputs as unknown as Subnet]] : [],
    ),
  );

/** Writes the state of a stack into a file backend, as Pulumi itself keeps it. */
export function writeState(
  backend: string,
  { resources }: Pick<EarlierState, "resources">,
  environment = "production",
): void {
  const folder = join(backend, ".pulumi", "stacks", "compose-ecs-pipeline");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(backend, ".pulumi", "meta.yaml"), "version: 1\n");
  const manifest = { time: "2026-11-24T00:00:00Z", magic: "", version: "" };
  const checkpoint = { stack: `organization/compose-ecs-pipeline/${environment}`, latest: { manifest, resources } };
  writeFileSync(join(folder, `${environment}.json`), JSON.stringify({ version: 3, checkpoint }));
}

interface Recorded {
  readonly urn: string;
  readonly id?: string;
  readonly provider?: string;
  readonly type: string;
  readonly custom: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The stand-in provider's outputs are the inputs, what it computed, and the names of the inputs. */
function whole(recorded: Recorded): Recorded {
  const { custom, inputs, outputs, type } = recorded;
  if (!custom || inputs === undefined || type.startsWith("pulumi:")) return recorded;
  return { ...recorded, outputs: { ...inputs, ...outputs, __inputs: Object.keys(inputs) } };
}
