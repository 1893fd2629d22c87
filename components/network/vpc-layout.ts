import * as aws from "@pulumi/aws";
import { Refusal } from "../kit/refusal.ts";
import { subnetRanges } from "./subnet-ranges.ts";
import type { EndpointChoice } from "./vpc-endpoints.ts";

/** NAT gateways of a network: none (tasks have public addresses), one for all zones, or one a zone. */
export type NatGateways = "none" | "single" | "perZone";

/** What a stack says of the VPC that is made for it. */
export interface NetworkChoice {
  readonly natGateways: NatGateways;
  /** @default - none */
  readonly vpcEndpoints?: EndpointChoice;
  /** A VPC that exists already, in whatever words. @default - one is made */
  readonly existing?: unknown;
}

/** Which subnets of a VPC that is made here the tasks are in: with endpoints for all they need, they may do without a way out. */
export function placementOf({ natGateways, vpcEndpoints }: NetworkChoice): "public" | "private" | "isolated" {
  if (natGateways !== "none") return "private";
  return vpcEndpoints === "all" ? "isolated" : "public";
}

/** Whether tasks reach nothing but what endpoints lead to. */
export const isIsolated = (choice: NetworkChoice): boolean =>
  choice.existing === undefined && placementOf(choice) === "isolated";

/** Zones of a VPC that is made here. */
export const zones = 2;

/**
 * The subnets of each zone of a VPC that is made here. A VPC has public and private ones from the beginning, whichever
 * the tasks are in: another choice of NAT gateways or endpoints then adds to it and moves no range. The other two
 * layouts are those of VPCs that were made before; each keeps its own.
 */
export type VpcLayout = "public-private" | "public" | "public-isolated";

export interface FindLayoutArgs {
  readonly environment: string;
  readonly network: NetworkChoice & { readonly vpcCidr: string };
  /** The VPC of the stack's configuration. @default - one is made */
  readonly existing?: { readonly vpcId: string } | undefined;
  readonly ipv6: boolean;
}

/** Looks at the VPC that an earlier `up` made, and refuses what would make another one of it; `vpc` is its name. */
export async function findLayout(vpc: string, args: FindLayoutArgs): Promise<VpcLayout> {
  const found = await findSubnets([`${vpc}-public-1`, `${vpc}-isolated-1`]);
  return layoutOf(found, args);
}

/** A subnet of the first zone, as AWS describes it. */
interface FoundSubnet {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  readonly range: string;
  readonly ipv6: boolean;
}

async function findSubnets(names: readonly string[]): Promise<readonly FoundSubnet[]> {
  const { ids } = await aws.ec2.getSubnets({ filters: [{ name: "tag:Name", values: [...names] }] });
  const all = await Promise.all(ids.toSorted().map((id) => aws.ec2.getSubnet({ id })));
  return all.map(({ id, tags, vpcId, cidrBlock, ipv6CidrBlock }) => {
    const name = (tags as Readonly<Record<string, string>> | undefined)?.["Name"] ?? "";
    return { id, name, vpcId, range: cidrBlock, ipv6: Boolean(ipv6CidrBlock) };
  });
}

/** The layout of the VPC with these subnets; a new one's where there are none. */
function layoutOf(found: readonly FoundSubnet[], args: FindLayoutArgs): VpcLayout {
  const [outer, other] = found.filter(({ name }) => name.includes("-public-"));
  if (outer === undefined) return "public-private";
  const { network, existing, ipv6 } = args;
  if (existing !== undefined) {
    if (existing.vpcId !== outer.vpcId)
      refuse(args, "vpcId", existing.vpcId, `an earlier \`up\` created ${outer.vpcId} for it`);
    return "public-private";
  }
  if (other !== undefined)
    refuse(args, "vpcCidr", network.vpcCidr, `two subnets are named ${outer.name} (${outer.id}, ${other.id})`);
  if (ipv6 !== outer.ipv6)
    refuse(args, "ipv6", ipv6, `an earlier \`up\` created ${outer.vpcId} ${outer.ipv6 ? "with" : "without"} IPv6`);
  const [whole, half] = [1, 2].map((kinds) => subnetRanges(network.vpcCidr, zones, kinds)[0]?.[0]);
  if (outer.range !== whole && outer.range !== half)
    refuse(args, "vpcCidr", network.vpcCidr, `${outer.id} of ${outer.vpcId} has ${outer.range}`);
  const isolated = found.length > 1;
  const layout = isolated ? "public-isolated" : outer.range === whole ? "public" : "public-private";
  refuseMove(layout, outer, args);
  return layout;
}

/** A VPC of an earlier layout has no private subnets, and no range that is free for them. */
function refuseMove(layout: VpcLayout, outer: FoundSubnet, args: FindLayoutArgs): void {
  const placement = placementOf(args.network);
  if (layout === "public" && placement !== "public")
    refuse(
      args,
      ...asked(args.network),
      `its tasks would move to private subnets, and ${outer.vpcId} has no address range left for them (${outer.id} has ${outer.range})`,
    );
  if (layout === "public-isolated" && placement === "private")
    refuse(args, ...asked(args.network), `the subnets of its tasks in ${outer.vpcId} have no internet access`);
}

const asked = ({ natGateways, vpcEndpoints }: NetworkChoice): [string, unknown] =>
  natGateways === "none" ? ["vpcEndpoints", vpcEndpoints] : ["natGateways", natGateways];

function refuse({ environment }: FindLayoutArgs, key: string, value: unknown, why: string): never {
  throw new Refusal(
    `Pulumi.${environment}.yaml: ${key}: ${JSON.stringify(value)} cannot be set for this environment: ${why}; set the former value again, or see "Another network" in docs/operations.md (nothing was changed)`,
  );
}
