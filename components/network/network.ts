import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { DualStackVpc } from "./dual-stack-vpc.ts";
import { vpcEndpoints, type EndpointChoice } from "./vpc-endpoints.ts";
import { placementOf, zones, type NatGateways, type VpcLayout } from "./vpc-layout.ts";

export interface NetworkArgs {
  /** Address range of a VPC that is made here. */
  readonly vpcCidr: string;
  /** NAT gateways of a VPC that is made here; each costs by the hour. */
  readonly natGateways: NatGateways;
  /** Ways to AWS inside a VPC that is made here; with all of them and no NAT gateway, tasks have no other way out. @default - none */
  readonly vpcEndpoints?: EndpointChoice;
  /** The region of the endpoints. @default - none are made */
  readonly region?: string;
  /** Whether there is IPv6 beside IPv4, in a VPC that is made here or in one that has it. @default - IPv4 only */
  readonly ipv6?: boolean;
  /** Its subnets. @default - those of a new VPC */
  readonly layout?: VpcLayout;
  /** Whether people open shells in containers, which takes an endpoint where tasks have no other way out. @default - false */
  readonly executeCommand?: boolean;
  /** A network that is there already. @default - a VPC over two zones is made */
  readonly existing?: ExistingNetwork | undefined;
}

/** A VPC that somebody else looks after. */
export interface ExistingNetwork {
  readonly vpcId: string;
  /** At least two, in different zones: the load balancer's. */
  readonly publicSubnetIds: readonly string[];
  /** Where tasks run, with a way out to ECR, logs and parameters. Empty: tasks run in the public subnets. */
  readonly privateSubnetIds: readonly string[];
  /** The Availability Zone of each subnet, by its id. @default - each subnet is in another one */
  readonly zones?: Readonly<Record<string, string>>;
}

/** The first of the subnets in each zone. */
const onePerZone = (ids: readonly string[], zones: ExistingNetwork["zones"]): readonly string[] =>
  zones === undefined ? ids : ids.filter((id, at) => ids.findIndex((other) => zones[other] === zones[id]) === at);

/** The network an environment's load balancer and tasks are in. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  readonly taskSubnetIds: pulumi.Output<string[]>;
  /** One of them in each zone that tasks run in; how many there are is known before they are made. */
  readonly zonedSubnetIds: readonly pulumi.Output<string>[];
  /** Whether tasks need a public address to reach AWS. */
  readonly assignPublicIp: boolean;
  /** Whether tasks may have IPv6 addresses. */
  readonly ipv6: boolean;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:Network", name, {}, opts);
    const { existing } = args;
    const placement = existing === undefined ? placementOf(args) : undefined;
    const vpc = existing ?? ownVpc(name, args, this);
    this.ipv6 = args.ipv6 === true;
    this.assignPublicIp = placement === undefined ? existing?.privateSubnetIds.length === 0 : placement === "public";
    this.vpcId = pulumi.output(vpc.vpcId);
    this.publicSubnetIds = mutable(vpc.publicSubnetIds);
    const subnetIds = this.assignPublicIp ? this.publicSubnetIds : mutable(vpc.privateSubnetIds);
    const ways = "routeTableIds" in vpc ? this.endpoints(name, args, subnetIds, vpc.routeTableIds) : [];
    // A task that starts before its ways to AWS are there fails.
    this.taskSubnetIds = pulumi.all([subnetIds, pulumi.all([...ways])]).apply(([ids]) => ids);
    this.zonedSubnetIds =
      existing === undefined
        ? Array.from({ length: zones }, (_, at) => subnetIds.apply((ids) => ids[at] ?? ""))
        : onePerZone(this.assignPublicIp ? existing.publicSubnetIds : existing.privateSubnetIds, existing.zones).map(
            (id) => pulumi.output(id),
          );
    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnetIds,
      taskSubnetIds: this.taskSubnetIds,
    });
  }

  /** The endpoints' ids. */
  private endpoints(
    name: string,
    args: NetworkArgs,
    subnetIds: pulumi.Output<string[]>,
    routeTableIds: pulumi.Output<string[]>,
  ): readonly pulumi.Output<string>[] {
    const { vpcCidr, vpcEndpoints: choice = "none", region } = args;
    if (choice === "none") return [];
    if (region === undefined) throw new Error("VPC endpoints need a region; set region");
    const shells = args.executeCommand === true && placementOf(args) === "isolated";
    return vpcEndpoints(
      name,
      { choice, shells, region, vpcCidr, vpcId: this.vpcId, subnetIds, routeTableIds },
      { parent: this },
    );
  }
}

/** A VPC that is made here. */
interface OwnVpc {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** Where tasks are that have no public address. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  readonly routeTableIds: pulumi.Output<string[]>;
}

function ownVpc(name: string, args: NetworkArgs, parent: pulumi.Resource): OwnVpc {
  const { vpcCidr: range, natGateways, layout = "public-private" } = args;
  if (args.ipv6 !== true) return ipv4Vpc(name, args, layout, parent);
  return new DualStackVpc(`${name}-vpc`, { range, zones, layout, natGateways }, { parent });
}

function ipv4Vpc(name: string, args: NetworkArgs, layout: VpcLayout, parent: pulumi.Resource): OwnVpc {
  const strategy = ({ none: "None", single: "Single", perZone: "OnePerAz" } as const)[args.natGateways];
  const { Public, Private, Isolated } = awsx.ec2.SubnetType;
  const types = {
    "public-private": [Public, Private],
    public: [Public],
    "public-isolated": [Public, Isolated],
  }[layout];
  const vpc = new awsx.ec2.Vpc(
    `${name}-vpc`,
    {
      cidrBlock: args.vpcCidr,
      numberOfAvailabilityZones: zones,
      enableDnsHostnames: true,
      natGateways: { strategy },
      subnetStrategy: "Auto",
      subnetSpecs: types.map((type) => ({ type })),
    },
    { parent },
  );
  return {
    vpcId: vpc.vpcId,
    publicSubnetIds: vpc.publicSubnetIds,
    privateSubnetIds: layout === "public-isolated" ? vpc.isolatedSubnetIds : vpc.privateSubnetIds,
    routeTableIds: vpc.routeTables.apply((tables) => pulumi.output(tables.map(({ id }) => id))),
  };
}

const mutable = (ids: pulumi.Input<readonly string[]>) => pulumi.output(ids).apply((list) => [...list]);
