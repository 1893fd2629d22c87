import { expect } from "chai";
import { DualStackVpc } from "../../../components/network/dual-stack-vpc.ts";
import { ipv6SubnetRange } from "../../../components/network/subnet-ranges.ts";
import { cloud, settled, startCloud, valueOf } from "../../support/cloud.ts";

describe("a VPC with IPv4 and IPv6", () => {
  beforeEach(() => startCloud());

  const range = "10.0.0.0/16";
  const facts = () =>
    cloud
      .filter(({ type }) => type.startsWith("aws:"))
      .map(({ type, name, inputs }) => [`${type.split(":").at(-1) ?? ""} ${name}`, inputs]);
  const zone = (at: number) => ["us-east-1a", "us-east-1b"][at];
  const subnet = (name: string, at: number, cidrBlock: string, ipv6CidrBlock: string, isPublic: boolean) => [
    `Subnet ${name}`,
    {
      vpcId: "vpc-id",
      cidrBlock,
      ipv6CidrBlock,
      availabilityZone: zone(at),
      tags: { Name: name },
      assignIpv6AddressOnCreation: true,
      mapPublicIpOnLaunch: isPublic,
    },
  ];
  const table = (name: string) => [`RouteTable ${name}`, { vpcId: "vpc-id", tags: { Name: name } }];
  const association = (name: string) => [
    `RouteTableAssociation ${name}`,
    { routeTableId: `${name}-id`, subnetId: `${name}-id` },
  ];
  const route = (name: string, way: object) => [
    `Route ${name}`,
    { routeTableId: `${name}-id`, destinationCidrBlock: "0.0.0.0/0", ...way },
  ];
  const route6 = (name: string, way: object) => [
    `Route ${name}-ipv6`,
    { routeTableId: `${name}-id`, destinationIpv6CidrBlock: "::/0", ...way },
  ];
  const around = [
    [
      "Vpc vpc",
      { cidrBlock: range, assignGeneratedIpv6CidrBlock: true, enableDnsHostnames: true, tags: { Name: "vpc" } },
    ],
    ["InternetGateway vpc", { vpcId: "vpc-id", tags: { Name: "vpc" } }],
  ];
  const internet = { gatewayId: "vpc-id" };
  const placed = (name: string) => [table(name), association(name)];

  it("can consist of public subnets in two zones, each with an IPv4 and an IPv6 range and a route to the internet", async () => {
    const vpc = new DualStackVpc("vpc", { range, zones: 2, layout: "public", natGateways: "none" });
    await settled();
    expect(facts()).to.have.deep.members([
      ...around,
      subnet("vpc-public-1", 0, "10.0.0.0/17", "2600:1f18:0:ab00::/64", true),
      subnet("vpc-public-2", 1, "10.0.128.0/17", "2600:1f18:0:ab01::/64", true),
      ...["vpc-public-1", "vpc-public-2"].flatMap((name) => [
        ...placed(name),
        route(name, internet),
        route6(name, internet),
      ]),
    ]);
    expect([await valueOf(vpc.publicSubnetIds), await valueOf(vpc.privateSubnetIds)]).to.deep.equal([
      ["vpc-public-1-id", "vpc-public-2-id"],
      [],
    ]);
  });

  for (const [natGateways, gateways] of [
    ["single", ["vpc-public-1", "vpc-public-1"]],
    ["perZone", ["vpc-public-1", "vpc-public-2"]],
  ] as const) {
    it(`has private subnets that reach the internet by IPv6 without being reachable, and by IPv4 through NAT, ${natGateways}`, async () => {
      new DualStackVpc("vpc", { range, zones: 2, layout: "public-private", natGateways });
      await settled();
      expect(facts()).to.have.deep.members([
        ...around,
        ["EgressOnlyInternetGateway vpc", { vpcId: "vpc-id", tags: { Name: "vpc" } }],
        subnet("vpc-public-1", 0, "10.0.0.0/18", "2600:1f18:0:ab00::/64", true),
        subnet("vpc-public-2", 1, "10.0.128.0/18", "2600:1f18:0:ab01::/64", true),
        subnet("vpc-private-1", 0, "10.0.64.0/18", "2600:1f18:0:ab02::/64", false),
        subnet("vpc-private-2", 1, "10.0.192.0/18", "2600:1f18:0:ab03::/64", false),
        ...["vpc-public-1", "vpc-public-2"].flatMap((name) => [
          ...placed(name),
          route(name, internet),
          route6(name, internet),
        ]),
        ...[...new Set(gateways)].flatMap((name) => [
          [`Eip ${name}`, { domain: "vpc", tags: { Name: "vpc" } }],
          [`NatGateway ${name}`, { allocationId: `eipalloc-${name}`, subnetId: `${name}-id`, tags: { Name: "vpc" } }],
        ]),
        ...["vpc-private-1", "vpc-private-2"].flatMap((name, at) => [
          ...placed(name),
          route(name, { natGatewayId: `${gateways[at] ?? ""}-id` }),
          route6(name, { egressOnlyGatewayId: "vpc-id" }),
        ]),
      ]);
    });
  }

  it("creates NAT gateways after the internet gateway, without which AWS creates none", async () => {
    new DualStackVpc("vpc", { range, zones: 2, layout: "public-private", natGateways: "single" });
    await settled();
    const nat = cloud.filter(({ type }) => ["aws:ec2/eip:Eip", "aws:ec2/natGateway:NatGateway"].includes(type));
    expect(nat.map(({ dependencies }) => dependencies.includes("InternetGateway vpc"))).to.deep.equal([true, true]);
  });

  for (const layout of ["public-private", "public-isolated"] as const) {
    it(`has subnets without internet access by IPv4 or IPv6 if there is no NAT gateway, ${layout}`, async () => {
      new DualStackVpc("vpc", { range, zones: 2, layout, natGateways: "none" });
      await settled();
      const routes = cloud.filter(({ type }) => type === "aws:ec2/route:Route").map(({ name }) => name);
      expect(routes).to.have.members([...["vpc-public-1", "vpc-public-1-ipv6", "vpc-public-2", "vpc-public-2-ipv6"]]);
      expect(cloud.some(({ type }) => /Egress|Nat/.test(type))).to.equal(false);
    });
  }

  it("does not move its subnets when AWS opens another zone", async () => {
    new DualStackVpc("vpc", { range, zones: 2, layout: "public", natGateways: "none" });
    await settled();
    const subnets = cloud.filter(({ type }) => type === "aws:ec2/subnet:Subnet");
    expect(subnets.map(({ options }) => options.ignoreChanges)).to.deep.equal([
      ["availabilityZone"],
      ["availabilityZone"],
    ]);
  });
});

describe("the IPv6 range of a subnet", () => {
  it("is the next range of 64 bits, even if the VPC's range is abbreviated", () => {
    expect([
      ipv6SubnetRange("2600:1f18:abcd:ab00::/56", 0),
      ipv6SubnetRange("2600:1f18:abcd:ab00::/56", 255),
      ipv6SubnetRange("2600:1f18:abcd::/56", 3),
      ipv6SubnetRange("2600:1f18:0:ff00::/56", 10),
    ]).to.deep.equal([
      "2600:1f18:abcd:ab00::/64",
      "2600:1f18:abcd:abff::/64",
      "2600:1f18:abcd:3::/64",
      "2600:1f18:0:ff0a::/64",
    ]);
  });
});
