import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { DualStackVpc } from "./dual-stack-vpc.ts";
import { vpcEndpoints, type EndpointChoice } from "./vpc-endpoints.ts";

/** NAT gateways of a network: none (tasks have public addresses), one for all zones, or one a zone. */
export type NatGateways = "none" | "single" | "perZone";

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
}

/** The network an environment's load balancer and tasks are in. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  readonly taskSubnetIds: pulumi.Output<string[]>;
  /** How many there are, in different zones; known before they are made. */
  readonly taskSubnetCount: number;
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
    const tasksIn = this.assignPublicIp ? existing?.publicSubnetIds : existing?.privateSubnetIds;
    this.taskSubnetCount = tasksIn?.length ?? zones;
    this.vpcId = pulumi.output(vpc.vpcId);
    this.publicSubnetIds = mutable(vpc.publicSubnetIds);
    this.taskSubnetIds = this.assignPublicIp ? this.publicSubnetIds : mutable(vpc.privateSubnetIds);
    if ("routeTableIds" in vpc) this.endpoints(name, args, vpc.routeTableIds);
    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnetIds,
      taskSubnetIds: this.taskSubnetIds,
    });
  }

  private endpoints(name: string, args: NetworkArgs, routeTableIds: pulumi.Output<string[]>): void {
    const { vpcCidr, vpcEndpoints: choice = "none", region } = args;
    if (choice === "none") return;
    if (region === undefined) throw new Error("endpoints of a VPC are in a region; give it");
    vpcEndpoints(
      name,
      { choice, region, vpcCidr, vpcId: this.vpcId, subnetIds: this.taskSubnetIds, routeTableIds },
      { parent: this },
    );
  }
}

/** Which subnets of a VPC that is made here the tasks are in: with endpoints for all they need, they may do without a way out. */
function placementOf({ natGateways, vpcEndpoints: choice }: NetworkArgs): "public" | "private" | "isolated" {
  if (natGateways !== "none") return "private";
  return choice === "all" ? "isolated" : "public";
}

/** Zones of a VPC that is made here. */
const zones = 2;

/** A VPC that is made here. */
interface OwnVpc {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** Where tasks are that have no public address. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  readonly routeTableIds: pulumi.Output<string[]>;
}

function ownVpc(name: string, args: NetworkArgs, parent: pulumi.Resource): OwnVpc {
  const placement = placementOf(args);
  if (args.ipv6 !== true) return ipv4Vpc(name, args, parent);
  const inner = placement === "public" ? undefined : placement;
  const { vpcCidr: range, natGateways } = args;
  return new DualStackVpc(`${name}-vpc`, { range, zones, inner, natGateways }, { parent });
}

function ipv4Vpc(name: string, args: NetworkArgs, parent: pulumi.Resource): OwnVpc {
  const strategy = ({ none: "None", single: "Single", perZone: "OnePerAz" } as const)[args.natGateways];
  const inner = {
    public: [],
    private: [{ type: awsx.ec2.SubnetType.Private }],
    isolated: [{ type: awsx.ec2.SubnetType.Isolated }],
  }[placementOf(args)];
  const vpc = new awsx.ec2.Vpc(
    `${name}-vpc`,
    {
      cidrBlock: args.vpcCidr,
      numberOfAvailabilityZones: zones,
      enableDnsHostnames: true,
      natGateways: { strategy },
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: awsx.ec2.SubnetType.Public }, ...inner],
    },
    { parent },
  );
  return {
    vpcId: vpc.vpcId,
    publicSubnetIds: vpc.publicSubnetIds,
    privateSubnetIds: placementOf(args) === "isolated" ? vpc.isolatedSubnetIds : vpc.privateSubnetIds,
    routeTableIds: vpc.routeTables.apply((tables) => pulumi.output(tables.map(({ id }) => id))),
  };
}

const mutable = (ids: pulumi.Input<readonly string[]>) => pulumi.output(ids).apply((list) => [...list]);
