import {
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import { GetServiceQuotaCommand, type ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { missing, ok, type Check } from "./check.ts";
import type { ProgramSettings } from "../pulumi/program-reading.ts";

/** A quota of a region, how much of it is in use, and how much the first `up` needs. */
export interface Quota {
  /** The quota's name in the console. */
  readonly what: string;
  readonly limit: number;
  readonly used: number;
  readonly needed: number;
  /** The quota's path in the console: `service/code`. */
  readonly code: string;
}

/** Checks whether the quota is enough for the first `up`. */
export const judgeQuota = ({ what, limit, used, needed, code }: Quota): Check =>
  used + needed <= limit
    ? ok(`${what}: ${used} of ${limit} used, ${needed} needed`)
    : missing(
        `${what}: ${used} of ${limit} used, ${needed} needed; ask for more at https://console.aws.amazon.com/servicequotas/home/services/${code.replace("/", "/quotas/")}, or give the stack a VPC with vpcId`,
      );

/** A quota to check. */
export interface QuotaQuestion {
  readonly what: string;
  readonly needed: number;
  readonly read: (clients: { readonly ec2: EC2Client; readonly quotas: ServiceQuotasClient }) => Promise<Quota>;
}

/** The quotas that a new network needs: the VPC has two zones, and each NAT gateway an address. */
export function quotaQuestions(
  natGateways: Exclude<ProgramSettings["natGateways"], undefined>,
): readonly QuotaQuestion[] {
  const gateways = { none: 0, single: 1, perZone: 2 }[natGateways];
  const questions = [
    question("VPCs per Region", "vpc/L-F678F1CE", 1, countVpcs),
    question("EC2-VPC Elastic IPs", "ec2/L-0263D0A3", gateways, countAddresses),
    question("NAT gateways per Availability Zone", "vpc/L-FE5A380F", Math.min(gateways, 1), countGateways),
  ];
  return questions.filter(({ needed }) => needed > 0);
}

function question(
  what: string,
  code: string,
  needed: number,
  count: (client: EC2Client) => Promise<number>,
): QuotaQuestion {
  const [ServiceCode, QuotaCode] = code.split("/");
  return {
    what,
    needed,
    read: async ({ ec2, quotas }) => {
      const [{ Quota: found }, used] = await Promise.all([
        quotas.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode })),
        count(ec2),
      ]);
      if (found?.Value === undefined) throw new Error("AWS reports no value");
      return { what, limit: found.Value, used, needed, code };
    },
  };
}

async function countVpcs(client: EC2Client): Promise<number> {
  return pages(async (NextToken) => {
    const page = await client.send(new DescribeVpcsCommand({ NextToken }));
    return [page.Vpcs ?? [], page.NextToken];
  }).then(({ length }) => length);
}

const countAddresses = async (client: EC2Client): Promise<number> =>
  (await client.send(new DescribeAddressesCommand({}))).Addresses?.length ?? 0;

/** The number of gateways in the zone with the most of them: AWS chooses the zones of a new VPC. */
async function countGateways(client: EC2Client): Promise<number> {
  // "NAT gateways only count toward your quota in the pending, active, and deleting states" (Amazon VPC quotas).
  const Filter = [{ Name: "state", Values: ["pending", "available", "deleting"] }];
  const gateways = await pages(async (NextToken) => {
    const page = await client.send(new DescribeNatGatewaysCommand({ Filter, NextToken }));
    return [page.NatGateways ?? [], page.NextToken];
  });
  const subnets = new Set(gateways.flatMap(({ SubnetId }) => SubnetId ?? []));
  if (subnets.size === 0) return 0;
  const { Subnets = [] } = await client.send(new DescribeSubnetsCommand({ SubnetIds: [...subnets] }));
  const zoneOf = new Map(Subnets.map(({ SubnetId, AvailabilityZone }) => [SubnetId, AvailabilityZone]));
  const counts = Map.groupBy(gateways, ({ SubnetId }) => zoneOf.get(SubnetId));
  return Math.max(...[...counts.values()].map(({ length }) => length));
}

async function pages<Item>(
  read: (token: string | undefined) => Promise<readonly [readonly Item[], string | undefined]>,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let token: string | undefined;
  do {
    const [items, next] = await read(token);
    found.push(...items);
    token = next;
  } while (token !== undefined);
  return found;
}
