import { expect } from "chai";
import { findLayout, type FindLayoutArgs } from "../../../components/network/vpc-layout.ts";
import { readEarlierNetwork } from "../../engine/earlier-state.ts";
import { startCloud } from "../../support/cloud.ts";

/** A subnet that AWS has, by the end of its name: its range, and whether it has IPv6. */
interface There {
  readonly name: "public-1" | "isolated-1";
  readonly range: string;
  readonly ipv6?: boolean;
}

/** The layout that is found, or the refusal. */
async function find(
  there: readonly There[],
  change: Partial<FindLayoutArgs["network"]> = {},
  more: Partial<Omit<FindLayoutArgs, "network">> = {},
): Promise<string> {
  await startCloud({
    answers: {
      "aws:ec2/getSubnets:getSubnets": ({ filters }) => {
        const names = ["shop-staging-vpc-public-1", "shop-staging-vpc-isolated-1"];
        expect(filters).to.deep.equal([{ name: "tag:Name", values: names }]);
        return { ids: there.map((_, at) => `subnet-${at}`) };
      },
      "aws:ec2/getSubnet:getSubnet": ({ id }) => {
        const { name, range, ipv6 = false } = there[Number(String(id).slice(-1))] ?? { name: "", range: "" };
        const ipv6CidrBlock = ipv6 ? "2600:1f18:0:ab00::/64" : "";
        return { id, vpcId: "vpc-1", cidrBlock: range, ipv6CidrBlock, tags: { Name: `shop-staging-vpc-${name}` } };
      },
    },
  });
  const network = { vpcCidr: "10.0.0.0/16", natGateways: "none", vpcEndpoints: "none", ...change } as const;
  return await findLayout("shop-staging-vpc", { environment: "staging", network, ipv6: false, ...more }).catch(
    (error: unknown) => (error as Error).message,
  );
}

const whole: There = { name: "public-1", range: "10.0.0.0/17" };
const half: There = { name: "public-1", range: "10.0.0.0/18" };
const isolated: There = { name: "isolated-1", range: "10.0.64.0/18" };
const refused = (text: string): string =>
  `Pulumi.staging.yaml: ${text}; set the former value again, or see "Another network" in docs/network.md (nothing was changed)`;

describe("the subnets of a VPC that is created here", () => {
  it("are public and private in a new VPC with any settings, and in a VPC that was created with both", async () => {
    expect([
      await find([]),
      await find([], { natGateways: "perZone" }, { ipv6: true }),
      await find([half]),
      await find([half], { natGateways: "single" }),
      await find([half], { vpcEndpoints: "all" }),
      await find([{ ...half, ipv6: true }], { vpcEndpoints: "all" }, { ipv6: true }),
    ]).to.deep.equal(Array.from({ length: 6 }, () => "public-private"));
  });

  it("stay those that an earlier program has created", async () => {
    expect([
      await find([whole]),
      await find([whole], { vpcEndpoints: "s3" }),
      await find([half, isolated], { vpcEndpoints: "all" }),
      await find([half, isolated]),
    ]).to.deep.equal(["public", "public", "public-isolated", "public-isolated"]);
  });

  it("are refused if an earlier layout has no range for them", async () => {
    const noRoom =
      "its tasks would move to private subnets, and vpc-1 has no address range left for them (subnet-0 has 10.0.0.0/17)";
    expect([
      await find([whole], { natGateways: "single" }),
      await find([whole], { vpcEndpoints: "all" }),
      await find([half, isolated], { natGateways: "perZone", vpcEndpoints: "all" }),
    ]).to.deep.equal([
      refused(`natGateways: "single" cannot be set for this environment: ${noRoom}`),
      refused(`vpcEndpoints: "all" cannot be set for this environment: ${noRoom}`),
      refused(
        'natGateways: "perZone" cannot be set for this environment: the subnets of its tasks in vpc-1 have no internet access',
      ),
    ]);
  });

  it("are refused in each VPC that an earlier program made, when a NAT gateway is asked for", async () => {
    const found: Record<string, string> = {};
    for (const layout of ["public", "isolated", "public with IPv6", "isolated with IPv6"] as const) {
      const vpcEndpoints = layout.startsWith("isolated") ? "all" : layout === "public" ? "s3" : "none";
      const there = Object.values(readEarlierNetwork(layout).cloud.subnets).flatMap(
        ({ tags, cidrBlock: range, ipv6CidrBlock }): readonly There[] => {
          const name = tags["Name"]?.replace("shop-production-vpc-", "");
          return name === "public-1" || name === "isolated-1" ? [{ name, range, ipv6: Boolean(ipv6CidrBlock) }] : [];
        },
      );
      const answer = await find(there, { natGateways: "single", vpcEndpoints }, { ipv6: layout.endsWith("IPv6") });
      found[layout] = answer.replace(/^Pulumi.staging.yaml: | for this environment: .*$/g, "");
    }
    const refusal = 'natGateways: "single" cannot be set';
    const all = { public: refusal, isolated: refusal, "public with IPv6": refusal, "isolated with IPv6": refusal };
    expect(found).to.deep.equal(all);
  });

  it("are refused if another VPC would replace the existing one", async () => {
    expect([
      await find([half], { vpcCidr: "10.1.0.0/16" }),
      await find([half], {}, { ipv6: true }),
      await find([{ ...half, ipv6: true }]),
      await find([half], {}, { existing: { vpcId: "vpc-2" } }),
      await find([half, half]),
    ]).to.deep.equal([
      refused('vpcCidr: "10.1.0.0/16" cannot be set for this environment: subnet-0 of vpc-1 has 10.0.0.0/18'),
      refused("ipv6: true cannot be set for this environment: an earlier `up` created vpc-1 without IPv6"),
      refused("ipv6: false cannot be set for this environment: an earlier `up` created vpc-1 with IPv6"),
      refused('vpcId: "vpc-2" cannot be set for this environment: an earlier `up` created vpc-1 for it'),
      refused(
        'vpcCidr: "10.0.0.0/16" cannot be set for this environment: two subnets are named shop-staging-vpc-public-1 (subnet-0, subnet-1)',
      ),
    ]);
  });

  it("are not checked in an existing VPC", async () => {
    expect([
      await find([], {}, { existing: { vpcId: "vpc-1" } }),
      await find([whole], { natGateways: "single" }, { existing: { vpcId: "vpc-1" } }),
    ]).to.deep.equal(["public-private", "public-private"]);
  });
});
