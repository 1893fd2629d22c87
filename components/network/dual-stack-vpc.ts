import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ipv6SubnetRange, subnetRanges } from "./subnet-ranges.ts";
import type { NatGateways, VpcLayout } from "./vpc-layout.ts";

export interface DualStackVpcArgs {
  /** IPv4 range, as in 10.0.0.0/16; Amazon gives the IPv6 range. */
  readonly range: string;
  /** The number of zones that it spans. */
  readonly zones: number;
  /** Its kinds of subnets; those that are not public cannot be reached from the internet. */
  readonly layout: VpcLayout;
  /**
   * How private subnets reach the internet by IPv4; with "none" they have no access by IPv6 either, although that would
   * cost nothing.
   */
  readonly natGateways: NatGateways;
}

/** A VPC with IPv4 and IPv6 in every subnet, which awsx does not support. */
export class DualStackVpc extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** The private or isolated subnets; empty if there are none. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  readonly routeTableIds: pulumi.Output<string[]>;
  private readonly name: string;
  private readonly vpc: aws.ec2.Vpc;

  constructor(name: string, args: DualStackVpcArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:DualStackVpc", name, {}, opts);
    this.name = name;
    this.vpc = new aws.ec2.Vpc(
      name,
      {
        cidrBlock: args.range,
        assignGeneratedIpv6CidrBlock: true,
        enableDnsHostnames: true,
        tags: { Name: name },
      },
      { parent: this },
    );
    const [, inner] = args.layout.split("-");
    const ranges = subnetRanges(args.range, args.zones, inner === undefined ? 1 : 2);
    const subnets = (kind: string, at: number) =>
      ranges.map((ofZone, zone) => this.subnet(kind, zone, ofZone[at] ?? "", at * args.zones + zone));
    const outside = subnets("public", 0);
    const inside = inner === undefined ? [] : subnets(inner, 1);
    const gateway = this.toInternet(outside);
    // AWS creates no NAT gateway in a VPC without an internet gateway (VPC user guide, "NAT gateways").
    const ways = args.natGateways === "none" ? [] : this.outOnly(inside, outside, args.natGateways, [gateway]);
    this.vpcId = this.vpc.id;
    this.publicSubnetIds = pulumi.all(outside.map(({ subnet }) => subnet.id));
    // A task that starts before its routes exist fails.
    this.privateSubnetIds = pulumi.all([inside.map(({ subnet }) => subnet.id), ways]).apply(([ids]) => ids);
    this.routeTableIds = pulumi.all([...outside, ...inside].map(({ table }) => table.id));
    this.registerOutputs({ vpcId: this.vpcId });
  }

  private subnet(kind: string, zone: number, cidrBlock: string, index: number): RoutedSubnet {
    const name = `${this.name}-${kind}-${zone + 1}`;
    const { names } = aws.getAvailabilityZonesOutput({
      state: "available",
      // Without local zones, which not every account has.
      filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    });
    const subnet = new aws.ec2.Subnet(
      name,
      {
        vpcId: this.vpc.id,
        cidrBlock,
        ipv6CidrBlock: this.vpc.ipv6CidrBlock.apply((range) => ipv6SubnetRange(range, index)),
        assignIpv6AddressOnCreation: true,
        mapPublicIpOnLaunch: kind === "public",
        availabilityZone: names.apply((all) => all[zone] ?? ""),
        tags: { Name: name },
      },
      // A zone that AWS opens later must not move subnets.
      { parent: this, ignoreChanges: ["availabilityZone"] },
    );
    const tags = { Name: name };
    const table = new aws.ec2.RouteTable(name, { vpcId: this.vpc.id, tags }, { parent: this });
    new aws.ec2.RouteTableAssociation(name, { routeTableId: table.id, subnetId: subnet.id }, { parent: this });
    return { name, subnet, table };
  }

  private toInternet(subnets: readonly RoutedSubnet[]): aws.ec2.InternetGateway {
    const tags = { Name: this.name };
    const gateway = new aws.ec2.InternetGateway(this.name, { vpcId: this.vpc.id, tags }, { parent: this });
    for (const subnet of subnets) this.routes(subnet, { gatewayId: gateway.id }, { gatewayId: gateway.id });
    return gateway;
  }

  private outOnly(
    inside: readonly RoutedSubnet[],
    outside: readonly RoutedSubnet[],
    wanted: NatGateways,
    dependsOn: pulumi.Resource[],
  ): readonly pulumi.Output<string>[] {
    const tags = { Name: this.name };
    const egress = new aws.ec2.EgressOnlyInternetGateway(this.name, { vpcId: this.vpc.id, tags }, { parent: this });
    const gateways = outside.slice(0, wanted === "perZone" ? outside.length : 1).map(({ name, subnet }) => {
      const address = new aws.ec2.Eip(name, { domain: "vpc", tags }, { parent: this, dependsOn });
      const placed = { allocationId: address.allocationId, subnetId: subnet.id, tags };
      return new aws.ec2.NatGateway(name, placed, { parent: this, dependsOn });
    });
    return inside.flatMap((subnet, zone) => {
      const nat = gateways[zone] ?? gateways[0];
      return this.routes(subnet, { natGatewayId: nat?.id }, { egressOnlyGatewayId: egress.id });
    });
  }

  private routes(
    { name, table }: RoutedSubnet,
    ipv4: Partial<aws.ec2.RouteArgs>,
    ipv6: Partial<aws.ec2.RouteArgs>,
  ): readonly pulumi.Output<string>[] {
    const [at, own] = [{ routeTableId: table.id }, { parent: this }];
    return [
      new aws.ec2.Route(name, { ...at, ...ipv4, destinationCidrBlock: "0.0.0.0/0" }, own).id,
      new aws.ec2.Route(`${name}-ipv6`, { ...at, ...ipv6, destinationIpv6CidrBlock: "::/0" }, own).id,
    ];
  }
}

interface RoutedSubnet {
  readonly name: string;
  readonly subnet: aws.ec2.Subnet;
  readonly table: aws.ec2.RouteTable;
}
