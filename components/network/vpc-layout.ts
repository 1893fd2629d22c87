import * as aws from "@pulumi/aws";
import { Refusal } from "../kit/refusal.ts";
import { subnetRanges } from "./subnet-ranges.ts";
import type { EndpointChoice } from "./vpc-endpoints.ts";

/** NAT gateways of a network: none (tasks have public addresses), one for all zones, or one for each zone. */
export type NatGateways = "none" | "single" | "perZone";

/** The settings of a stack about the VPC that is created for it. */
export interface NetworkChoice {
  readonly natGateways: NatGateways;
  /** @default - none */
  readonly vpcEndpoints?: EndpointChoice;
  /** An existing VPC, in any form. @default - a VPC is created */
  readonly existing?: unknown;
}

/** The kind of subnets that tasks are in, in a VPC that is created here. With endpoints for all they need, tasks do not need internet access. */
export function placementOf({ natGateways, vpcEndpoints }: NetworkChoice): "public" | "private" | "isolated" {
  if (natGateways !== "none") return "private";
  return vpcEndpoints === "all" ? "isolated" : "public";
}

/** Whether tasks have no internet access and reach only what endpoints lead to. */
export const isIsolated = (choice: NetworkChoice): boolean =>
  choice.existing === undefined && placementOf(choice) === "isolated";

/** Number of zones of a VPC that is created here. */
export const zones = 2;

/**
 * The kinds of subnets in each zone of a VPC that is created here. A new VPC has public and private subnets, whichever
 * of them the tasks are in: a later choice of NAT gateways or endpoints then adds to it and changes no address range.
 * The other two layouts are those of VPCs that older programs have created; each VPC keeps its own.
 */
export type VpcLayout = "public-private" | "public" | "public-isolated";

export interface FindLayoutArgs {
  readonly environment: string;
  readonly network: NetworkChoice & { readonly vpcCidr: string };
  /** The existing VPC of the stack's configuration. @default - a VPC is created */
  readonly existing?: { readonly vpcId: string } | undefined;
  readonly ipv6: boolean;
}

/**
 * Finds the layout of the VPC that an earlier `up` has created, and refuses settings that would replace this VPC; `vpc`
 * is its name.
 */
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

/** The layout of the VPC with these subnets; that of a new VPC if there are none. */
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

/**
 * Refuses a move of tasks to subnets that the VPC does not have: one of an earlier layout has no private subnets, and
 * no free address range for them.
 */
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
    `Pulumi.${environment}.yaml: ${key}: ${JSON.stringify(value)} cannot be set for this environment: ${why}; set the former value again, or see "Another network" in docs/network.md (nothing was changed)`,
  );
}
