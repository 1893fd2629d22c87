import { expect } from "chai";
import { findNetwork, type WantedNetwork } from "../../../components/network/find-network.ts";
import { refusal, startCloud, type Answer } from "../../support/cloud.ts";

/** What a lookup comes to, and what AWS was asked. */
async function find(
  wanted: WantedNetwork | undefined,
  answers: { readonly vpc?: Answer; readonly subnets?: Answer; readonly subnet?: Answer } = {},
  ipv6 = false,
) {
  const asked: unknown[] = [];
  const noted =
    (answer: Answer): Answer =>
    (inputs) => {
      asked.push(inputs);
      return answer(inputs);
    };
  await startCloud({
    answers: {
      "aws:ec2/getVpc:getVpc": noted(answers.vpc ?? (() => ({ id: "vpc-1" }))),
      "aws:ec2/getSubnet:getSubnet": answers.subnet ?? zoned,
      "aws:ec2/getSubnets:getSubnets": noted(answers.subnets ?? (() => ({ ids: ["subnet-b", "subnet-a"] }))),
    },
  });
  const found = await findNetwork(wanted, "staging", ipv6).catch((error: unknown) => (error as Error).message);
  return { found, asked };
}

/** A subnet of the VPC, in the zone that its id ends with. */
const zoned: Answer = ({ id }) => ({ id, vpcId: "vpc-1", availabilityZone: `us-east-1${String(id).slice(-1)}` });
const zonesOf = (...ids: readonly string[]) => ({
  zones: Object.fromEntries(ids.map((id) => [id, `us-east-1${id.slice(-1)}`])),
});

const inVpc = (name: string, value: string) => ({
  filters: [
    { name: "vpc-id", values: ["vpc-1"] },
    { name, values: [value] },
  ],
});
const tagged: WantedNetwork = { vpc: { Name: "main" }, publicSubnets: { tier: "public" }, privateSubnets: [] };

describe("an existing network", () => {
  it("is undefined if none is named, and only its zones are looked up if its IDs are given", async () => {
    const ids = { vpc: "vpc-1", publicSubnets: ["subnet-a", "subnet-b"], privateSubnets: ["subnet-c"] };
    expect([await find(undefined), await find(ids)]).to.deep.equal([
      { found: undefined, asked: [] },
      {
        found: {
          vpcId: "vpc-1",
          publicSubnetIds: ["subnet-a", "subnet-b"],
          privateSubnetIds: ["subnet-c"],
          ...zonesOf("subnet-a", "subnet-b", "subnet-c"),
        },
        asked: [],
      },
    ]);
  });

  it("is found by tags, with its subnets always in the same order", async () => {
    const wanted = { ...tagged, privateSubnets: { tier: "private" } };
    expect(await find(wanted)).to.deep.equal({
      found: {
        vpcId: "vpc-1",
        publicSubnetIds: ["subnet-a", "subnet-b"],
        privateSubnetIds: ["subnet-a", "subnet-b"],
        ...zonesOf("subnet-a", "subnet-b"),
      },
      asked: [{ tags: { Name: "main" } }, inVpc("tag:tier", "public"), inVpc("tag:tier", "private")],
    });
  });

  it("is refused with IPv6 if a public subnet has none, and accepted if all have it", async () => {
    const ids = { vpc: "vpc-1", publicSubnets: ["subnet-a", "subnet-b"], privateSubnets: ["subnet-c"] };
    const having = (...subnets: readonly string[]) => ({ subnets: () => ({ ids: subnets }) });
    expect(await find(ids, having("subnet-b", "subnet-z"), true)).to.deep.equal({
      found:
        "Pulumi.staging.yaml: ipv6: subnet-a of vpc-1 has no IPv6 range; ask the owner of the VPC to add one, or remove the key",
      asked: [inVpc("ipv6-cidr-block-association.state", "associated")],
    });
    expect((await find(ids, having("subnet-b", "subnet-a"), true)).found).to.deep.equal({
      vpcId: "vpc-1",
      publicSubnetIds: ["subnet-a", "subnet-b"],
      privateSubnetIds: ["subnet-c"],
      ...zonesOf("subnet-a", "subnet-b", "subnet-c"),
    });
  });

  it("is refused with a subnet that does not exist, or that is in another VPC", async () => {
    const ids = { vpc: "vpc-1", publicSubnets: ["subnet-a", "subnet-b"], privateSubnets: ["subnet-c"] };
    const none: Answer = () => {
      throw refusal("no matching EC2 Subnet found");
    };
    const elsewhere: Answer = (inputs) => ({
      ...zoned(inputs),
      ...(inputs["id"] === "subnet-c" && { vpcId: "vpc-2" }),
    });
    expect([(await find(ids, { subnet: none })).found, (await find(ids, { subnet: elsewhere })).found]).to.deep.equal([
      "Pulumi.staging.yaml: publicSubnetIds: there is no subnet subnet-a in this account and region; correct it",
      "Pulumi.staging.yaml: privateSubnetIds: subnet-c is in vpc-2; give subnets of vpc-1",
    ]);
  });

  it("may be the account's default VPC, whose tasks have public addresses", async () => {
    expect(await find("default")).to.deep.equal({
      found: {
        vpcId: "vpc-1",
        publicSubnetIds: ["subnet-a", "subnet-b"],
        privateSubnetIds: [],
        ...zonesOf("subnet-a", "subnet-b"),
      },
      asked: [{ default: true }, inVpc("default-for-az", "true")],
    });
  });

  it("is refused if there is none, more than one, or too few subnets", async () => {
    const fails =
      (text: string): Answer =>
      () => {
        throw refusal(text);
      };
    const none: Answer = () => ({ ids: [] });
    expect([
      (await find("default", { vpc: fails("no matching EC2 VPC found") })).found,
      (await find(tagged, { vpc: fails("multiple EC2 VPCs matched; use additional constraints") })).found,
      (await find(tagged, { subnets: () => ({ ids: ["subnet-a"] }) })).found,
      (
        await find(
          { vpc: "vpc-1", publicSubnets: ["subnet-a", "subnet-b"], privateSubnets: { tier: "x" } },
          { subnets: none },
        )
      ).found,
    ]).to.deep.equal([
      "Pulumi.staging.yaml: vpcId: the default VPC: there is no such VPC in this account and region; give the id of one in vpcId",
      'Pulumi.staging.yaml: vpcTags: {"Name":"main"}: more than one VPC matches in this account and region; give the id of one in vpcId',
      'Pulumi.staging.yaml: publicSubnetTags: {"tier":"public"}: 1 subnet(s) found, and a load balancer needs two in different zones; correct the tags, or give ids in publicSubnetIds',
      'Pulumi.staging.yaml: privateSubnetTags: {"tier":"x"}: no subnet of vpc-1 has these tags; correct them, or remove the key',
    ]);
  });

  it("is not guessed if AWS does not answer", async () => {
    const denied = (): never => {
      throw refusal("UnauthorizedOperation: You are not authorized");
    };
    expect((await find("default", { vpc: denied })).found).to.contain("UnauthorizedOperation");
  });
});
