import * as aws from "@pulumi/aws";
import type { ExistingNetwork } from "./network.ts";
import { Refusal } from "../kit/refusal.ts";

/** The tags of an AWS resource, and their values. */
export type Tags = Readonly<Record<string, string>>;

/** An existing network as a stack names it: the account's default VPC, or a VPC and its subnets, each by ID or by tags. */
export type WantedNetwork =
  | "default"
  | {
      readonly vpc: string | Tags;
      /** The subnets of the load balancer. */
      readonly publicSubnets: readonly string[] | Tags;
      /** The subnets of the tasks; if empty, tasks run in the public ones. */
      readonly privateSubnets: readonly string[] | Tags;
    };

/**
 * Finds the network that a stack names, and the zone of each subnet. Refuses a VPC that does not exist or is not
 * unique, subnets of another VPC, too few subnets for a load balancer, and public subnets without IPv6 if `ipv6` is
 * set.
 */
export async function findNetwork(
  wanted: WantedNetwork | undefined,
  environment: string,
  ipv6 = false,
): Promise<ExistingNetwork | undefined> {
  if (wanted === undefined) return undefined;
  const at = `Pulumi.${environment}.yaml`;
  const found = await lookUp(wanted, at);
  if (ipv6) await requireIpv6(found, at);
  return { ...found, zones: await zonesOf(found, at) };
}

/** The zone of each subnet, by its id. */
async function zonesOf(found: ExistingNetwork, at: string): Promise<Readonly<Record<string, string>>> {
  const { vpcId, publicSubnetIds, privateSubnetIds } = found;
  const ids = [...new Set([...publicSubnetIds, ...privateSubnetIds])];
  const subnets = await Promise.all(ids.map((id) => findSubnet(id, keyOf(id, found), at)));
  for (const [index, subnet] of subnets.entries()) {
    if (subnet.vpcId === vpcId) continue;
    const id = ids[index] ?? "";
    throw new Refusal(`${at}: ${keyOf(id, found)}: ${id} is in ${subnet.vpcId}; give subnets of ${vpcId}`);
  }
  return Object.fromEntries(subnets.map(({ availabilityZone }, index) => [ids[index] ?? "", availabilityZone]));
}

const keyOf = (id: string, { publicSubnetIds }: ExistingNetwork): string =>
  publicSubnetIds.includes(id) ? "publicSubnetIds" : "privateSubnetIds";

/** Pattern of the errors with which the provider's data source and EC2 itself report that a subnet does not exist. */
const noSubnet = /no matching EC2 Subnet found|InvalidSubnetID/;

async function findSubnet(id: string, key: string, at: string): Promise<aws.ec2.GetSubnetResult> {
  try {
    return await aws.ec2.getSubnet({ id });
  } catch (error) {
    if (!noSubnet.test(String(error))) throw error;
    throw new Refusal(`${at}: ${key}: there is no subnet ${id} in this account and region; correct it`);
  }
}

async function lookUp(wanted: WantedNetwork, at: string): Promise<ExistingNetwork> {
  if (wanted === "default") {
    const vpcId = await findVpc({ default: true }, `${at}: vpcId: the default VPC`);
    const publicSubnetIds = await findSubnets(vpcId, { "default-for-az": "true" });
    enough(publicSubnetIds, `${at}: vpcId: the default VPC ${vpcId}`);
    return { vpcId, publicSubnetIds, privateSubnetIds: [] };
  }
  const { vpc, publicSubnets, privateSubnets } = wanted;
  const vpcId =
    typeof vpc === "string" ? vpc : await findVpc({ tags: { ...vpc } }, `${at}: vpcTags: ${JSON.stringify(vpc)}`);
  const publicSubnetIds = await idsOf(vpcId, publicSubnets);
  const privateSubnetIds = await idsOf(vpcId, privateSubnets);
  if (!isList(publicSubnets)) enough(publicSubnetIds, `${at}: publicSubnetTags: ${JSON.stringify(publicSubnets)}`);
  if (!isList(privateSubnets) && privateSubnetIds.length === 0) {
    throw new Refusal(
      `${at}: privateSubnetTags: ${JSON.stringify(privateSubnets)}: no subnet of ${vpcId} has these tags; correct them, or remove the key`,
    );
  }
  return { vpcId, publicSubnetIds, privateSubnetIds };
}

const isList = (given: readonly string[] | Tags): given is readonly string[] => Array.isArray(given);

async function idsOf(vpcId: string, given: readonly string[] | Tags): Promise<readonly string[]> {
  if (isList(given)) return given;
  return findSubnets(vpcId, Object.fromEntries(Object.entries(given).map(([name, value]) => [`tag:${name}`, value])));
}

/** Pattern of the errors with which the provider's data source reports no VPC, or more than one. */
const noSingleVpc = /no matching EC2 VPC found|multiple EC2 VPCs matched/;

async function findVpc(args: aws.ec2.GetVpcArgs, where: string): Promise<string> {
  try {
    return (await aws.ec2.getVpc(args)).id;
  } catch (error) {
    if (!noSingleVpc.test(String(error))) throw error;
    const what = String(error).includes("multiple") ? "more than one VPC matches" : "there is no such VPC";
    throw new Refusal(`${where}: ${what} in this account and region; give the id of one in vpcId`);
  }
}

/** IDs of a VPC's subnets that match EC2's filters, sorted, because the order of AWS's answer means nothing. */
async function findSubnets(vpcId: string, wanted: Tags): Promise<readonly string[]> {
  const filters = Object.entries({ "vpc-id": vpcId, ...wanted }).map(([name, value]) => ({ name, values: [value] }));
  return (await aws.ec2.getSubnets({ filters })).ids.toSorted();
}

/** "To specify a dual-stack load balancer, each subnet must have an IPv6 range" (ELB, "Application Load Balancers"). */
async function requireIpv6({ vpcId, publicSubnetIds }: ExistingNetwork, at: string): Promise<void> {
  const having = await findSubnets(vpcId, { "ipv6-cidr-block-association.state": "associated" });
  const without = publicSubnetIds.filter((id) => !having.includes(id));
  if (without.length === 0) return;
  throw new Refusal(
    `${at}: ipv6: ${without.join(", ")} of ${vpcId} has no IPv6 range; ask the owner of the VPC to add one, or remove the key`,
  );
}

function enough(subnetIds: readonly string[], where: string): void {
  if (subnetIds.length >= 2) return;
  throw new Refusal(
    `${where}: ${String(subnetIds.length)} subnet(s) found, and a load balancer needs two in different zones; correct the tags, or give ids in publicSubnetIds`,
  );
}
