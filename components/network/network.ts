import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { DualStackVpc } from "./dual-stack-vpc.ts";
import { vpcEndpoints, type EndpointChoice } from "./vpc-endpoints.ts";
import { placementOf, zones, type NatGateways, type VpcLayout } from "./vpc-layout.ts";

export interface NetworkArgs {
  /** Address range of a VPC that is created here. */
  readonly vpcCidr: string;
  /** NAT gateways of a VPC that is created here; each is charged by the hour. */
  readonly natGateways: NatGateways;
  /** VPC endpoints of a VPC that is created here; with all of them and no NAT gateway, tasks have no internet access. @default - none */
  readonly vpcEndpoints?: EndpointChoice;
  /** The region of the endpoints. @default - no endpoints are created */
  readonly region?: string;
  /**
   * Whether there is IPv6 as well as IPv4, in a VPC that is created here or in one that has it. @default - IPv4 only
   */
  readonly ipv6?: boolean;
  /** Its kinds of subnets. @default - those of a new VPC */
  readonly layout?: VpcLayout;
  /** Whether people open shells in containers, which needs another endpoint if tasks have no internet access. @default - false */
  readonly executeCommand?: boolean;
  /** An existing network. @default - a VPC over two zones is created */
  readonly existing?: ExistingNetwork | undefined;
}

/** A VPC that is not created by this program. */
export interface ExistingNetwork {
  readonly vpcId: string;
  /** Subnets of the load balancer: at least two, in different zones. */
  readonly publicSubnetIds: readonly string[];
  /**
   * Subnets of the tasks, from which ECR, CloudWatch Logs and Parameter Store are reached. Empty: tasks run in the
   * public subnets.
   */
  readonly privateSubnetIds: readonly string[];
  /** The Availability Zone of each subnet, by its ID. @default - each subnet is in a different zone */
  readonly zones?: Readonly<Record<string, string>>;
}

/** Returns the first of the subnets in each zone. */
const onePerZone = (ids: readonly string[], zones: ExistingNetwork["zones"]): readonly string[] =>
  zones === undefined ? ids : ids.filter((id, at) => ids.findIndex((other) => zones[other] === zones[id]) === at);

/** The network an environment's load balancer and tasks are in. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  readonly taskSubnetIds: pulumi.Output<string[]>;
  /** One subnet in each zone that tasks run in; their number is known before they are created. */
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
    // A task that starts before its endpoints exist fails.
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

  /** Creates the endpoints; returns their IDs. */
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

/** A VPC that is created here. */
interface OwnVpc {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** Subnets of tasks without a public address. */
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
