import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { Eip } from "@pulumi/aws/ec2/eip.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc as AwsVpc } from "@pulumi/aws/ec2/vpc.js";
import { getAvailabilityZones } from "@pulumi/aws/getAvailabilityZones.js";
import * as pulumi from "@pulumi/pulumi";

/** Creates the remote components of the `awsx` package that the program uses: `awsx:ec2:Vpc`. */
export async function construct(
  name: string,
  type: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
): Promise<pulumi.provider.ConstructResult> {
  if (type !== "awsx:ec2:Vpc")
    throw new Error(`stand-in awsx provider: no component ${type}; add it to local-cloud/provider/awsx.ts`);
  const { names } = await getAvailabilityZones();
  const vpc = new Vpc(name, { ...(await plainInputs(inputs)), zones: names }, options);
  const { urn, vpcId, publicSubnetIds, privateSubnetIds, isolatedSubnetIds, routeTables } = vpc;
  return { urn, state: { vpcId, publicSubnetIds, privateSubnetIds, isolatedSubnetIds, routeTables } };
}

interface VpcArgs {
  readonly cidrBlock: string;
  readonly numberOfAvailabilityZones: number;
  readonly enableDnsHostnames: boolean;
  readonly natGateways: "None" | "Single" | "OnePerAz";
  /** Types of the subnets of each zone, in order: Public, Private or Isolated, which has no way out. */
  readonly subnetTypes: readonly string[];
  readonly zones: readonly string[];
}

/** A VPC as awsx lays it out by its strategy "Auto": subnets of equal size in each zone, routes and NAT gateways. */
class Vpc extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string>[] = [];
  readonly privateSubnetIds: pulumi.Output<string>[] = [];
  readonly isolatedSubnetIds: pulumi.Output<string>[] = [];
  readonly routeTables: { readonly id: pulumi.Output<string> }[] = [];

  constructor(name: string, args: VpcArgs, opts: pulumi.ComponentResourceOptions) {
    super("awsx:ec2:Vpc", name, {}, opts);
    const { cidrBlock, enableDnsHostnames } = args;
    const vpc = new AwsVpc(name, { cidrBlock, enableDnsHostnames, tags: { Name: name } }, { parent: this });
    const vpcId = (this.vpcId = vpc.id);
    const gateway = new InternetGateway(name, { vpcId }, { parent: vpc });
    const nats: NatGateway[] = [];
    const zones = args.zones.slice(0, args.numberOfAvailabilityZones);
    const ranges = subnetRanges(cidrBlock, zones.length, args.subnetTypes.length);
    for (const [z, availabilityZone] of zones.entries()) {
      for (const [s, type] of args.subnetTypes.entries()) {
        const subnetName = `${name}-${type.toLowerCase()}-${z + 1}`;
        const isPublic = type === "Public";
        const subnet = new Subnet(
          subnetName,
          {
            vpcId,
            availabilityZone,
            cidrBlock: ranges[z]?.[s] ?? "",
            mapPublicIpOnLaunch: isPublic,
            tags: { Name: subnetName },
          },
          { parent: vpc },
        );
        const table = new RouteTable(subnetName, { vpcId }, { parent: subnet });
        this.routeTables.push({ id: table.id });
        const under = { parent: table };
        new RouteTableAssociation(subnetName, { routeTableId: table.id, subnetId: subnet.id }, under);
        if (isPublic && needsNat(args.natGateways, z)) nats.push(natGateway(`${name}-${z + 1}`, subnet));
        const nat = nats[Math.min(z, nats.length - 1)];
        const nowhere = type === "Isolated";
        const way = isPublic ? { gatewayId: gateway.id } : nowhere ? undefined : nat && { natGatewayId: nat.id };
        if (way) new Route(subnetName, { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", ...way }, under);
        (isPublic ? this.publicSubnetIds : nowhere ? this.isolatedSubnetIds : this.privateSubnetIds).push(subnet.id);
      }
    }
    const { publicSubnetIds, privateSubnetIds, isolatedSubnetIds } = this;
    this.registerOutputs({ vpcId, publicSubnetIds, privateSubnetIds, isolatedSubnetIds });
  }
}

/**
 * Address ranges of equal size for each subnet of each zone, cut from an IPv4 range such as 10.0.0.0/16, as awsx does
 * by its strategy "Auto".
 */
export function subnetRanges(range: string, zones: number, subnets: number): readonly (readonly string[])[] {
  const [address = "", prefix = ""] = range.split("/");
  const bits = (count: number) => Math.ceil(Math.log2(count));
  const length = Number(prefix) + bits(zones) + bits(subnets);
  const first = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const at = (index: number) => {
    const start = first + index * 2 ** (32 - length);
    return `${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join(".")}/${length}`;
  };
  return Array.from({ length: zones }, (_, zone) =>
    Array.from({ length: subnets }, (_, subnet) => at(zone * 2 ** bits(subnets) + subnet)),
  );
}

const needsNat = (strategy: VpcArgs["natGateways"], zone: number) =>
  strategy === "OnePerAz" || (strategy === "Single" && zone === 0);

function natGateway(name: string, subnet: Subnet): NatGateway {
  const address = new Eip(name, { domain: "vpc" }, { parent: subnet });
  return new NatGateway(name, { allocationId: address.allocationId, subnetId: subnet.id }, { parent: subnet });
}

/** The arguments as plain data, with awsx's defaults. */
async function plainInputs(inputs: pulumi.Inputs): Promise<Omit<VpcArgs, "zones">> {
  const given = await resolved(inputs);
  const specs = (given["subnetSpecs"] ?? [{ type: "Public" }, { type: "Private" }]) as readonly {
    readonly type: string;
  }[];
  const nat = given["natGateways"] as { readonly strategy?: VpcArgs["natGateways"] } | undefined;
  return {
    cidrBlock: (given["cidrBlock"] as string | undefined) ?? "10.0.0.0/16",
    numberOfAvailabilityZones: (given["numberOfAvailabilityZones"] as number | undefined) ?? 3,
    enableDnsHostnames: given["enableDnsHostnames"] !== false,
    natGateways: nat?.strategy ?? "OnePerAz",
    subnetTypes: specs.map(({ type }) => type),
  };
}

function resolved(inputs: pulumi.Inputs): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve) => {
    pulumi.output(inputs).apply((value) => {
      resolve(value);
    });
  });
}
