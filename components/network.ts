import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";

/** NAT gateways of a network: none (tasks have public addresses), one for all zones, or one a zone. */
export type NatGateways = "none" | "single" | "perZone";

export interface NetworkArgs {
  /** Address range of a VPC that is made here. */
  readonly vpcCidr: string;
  /** NAT gateways of a VPC that is made here; each costs by the hour. */
  readonly natGateways: NatGateways;
  /** A network that is there already. @default - a VPC over two zones is made */
  readonly existing?: ExistingNetwork;
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

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:Network", name, {}, opts);
    const { existing } = args;
    const vpc = existing ?? ownVpc(name, args, this);
    this.assignPublicIp = existing === undefined ? args.natGateways === "none" : existing.privateSubnetIds.length === 0;
    const tasksIn = this.assignPublicIp ? existing?.publicSubnetIds : existing?.privateSubnetIds;
    this.taskSubnetCount = tasksIn?.length ?? zones;
    this.vpcId = pulumi.output(vpc.vpcId);
    this.publicSubnetIds = mutable(vpc.publicSubnetIds);
    this.taskSubnetIds = this.assignPublicIp ? this.publicSubnetIds : mutable(vpc.privateSubnetIds);
    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnetIds,
      taskSubnetIds: this.taskSubnetIds,
    });
  }
}

/** Zones of a VPC that is made here. */
const zones = 2;

function ownVpc(name: string, args: NetworkArgs, parent: pulumi.Resource): awsx.ec2.Vpc {
  const strategy = ({ none: "None", single: "Single", perZone: "OnePerAz" } as const)[args.natGateways];
  const publicSubnet = { type: awsx.ec2.SubnetType.Public };
  return new awsx.ec2.Vpc(
    `${name}-vpc`,
    {
      cidrBlock: args.vpcCidr,
      numberOfAvailabilityZones: zones,
      enableDnsHostnames: true,
      natGateways: { strategy },
      subnetStrategy: "Auto",
      subnetSpecs: strategy === "None" ? [publicSubnet] : [publicSubnet, { type: awsx.ec2.SubnetType.Private }],
    },
    { parent },
  );
}

const mutable = (ids: pulumi.Input<readonly string[]>) => pulumi.output(ids).apply((list) => [...list]);

/** A security group of the network that lets in nothing until a rule says so. */
export function securityGroup(
  name: string,
  args: { readonly vpcId: pulumi.Input<string>; readonly description: string },
  opts: pulumi.CustomResourceOptions,
): aws.ec2.SecurityGroup {
  return new aws.ec2.SecurityGroup(name, { vpcId: args.vpcId, description: args.description }, opts);
}
