import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
} from "@aws-sdk/client-ec2";
import type { EgressOnlyInternetGatewayArgs } from "@pulumi/aws/ec2/egressOnlyInternetGateway.js";
import type { EipArgs } from "@pulumi/aws/ec2/eip.js";
import type { InternetGatewayArgs } from "@pulumi/aws/ec2/internetGateway.js";
import type { NatGatewayArgs } from "@pulumi/aws/ec2/natGateway.js";
import type { RouteArgs } from "@pulumi/aws/ec2/route.js";
import type { RouteTableArgs } from "@pulumi/aws/ec2/routeTable.js";
import type { RouteTableAssociationArgs } from "@pulumi/aws/ec2/routeTableAssociation.js";
import type { SubnetArgs } from "@pulumi/aws/ec2/subnet.js";
import type { VpcArgs } from "@pulumi/aws/ec2/vpc.js";

import { ec2 } from "../kit/clients.ts";
import { handler, type Handlers, required, tagList } from "../kit/handler.ts";
import { recorded } from "../kit/recorded.ts";

const vpc = handler<VpcArgs>({
  replaceOn: ["cidrBlock", "instanceTenancy"],
  create: async ({ cidrBlock, enableDnsHostnames, assignGeneratedIpv6CidrBlock }) => {
    const { Vpc: made } = await ec2.send(new CreateVpcCommand({ CidrBlock: cidrBlock }));
    const id = required(made?.VpcId, "VPC id");
    await ec2.send(
      new ModifyVpcAttributeCommand({ VpcId: id, EnableDnsHostnames: { Value: enableDnsHostnames === true } }),
    );
    return {
      id,
      outputs: {
        arn: `arn:aws:ec2:us-east-1:${made?.OwnerId ?? ""}:vpc/${id}`,
        ownerId: made?.OwnerId,
        // IPv6 is recorded only: the containers' network on this machine has none.
        ...(assignGeneratedIpv6CidrBlock === true && { ipv6CidrBlock: "2600:1f18:0:ab00::/56" }),
      },
    };
  },
  update: () => Promise.resolve({}),
  delete: async (id) => {
    await ec2.send(new DeleteVpcCommand({ VpcId: id }));
  },
});

const subnet = handler<SubnetArgs>({
  replaceOn: ["availabilityZone", "cidrBlock", "vpcId"],
  create: async (inputs) => {
    const { Subnet: made } = await ec2.send(
      new CreateSubnetCommand({
        VpcId: inputs.vpcId,
        CidrBlock: inputs.cidrBlock,
        AvailabilityZone: inputs.availabilityZone,
        TagSpecifications: [{ ResourceType: "subnet", Tags: tagList(inputs.tags) }],
      }),
    );
    const id = required(made?.SubnetId, "subnet id");
    if (inputs.mapPublicIpOnLaunch === true) {
      await ec2.send(new ModifySubnetAttributeCommand({ SubnetId: id, MapPublicIpOnLaunch: { Value: true } }));
    }
    return { id, outputs: { arn: made?.SubnetArn, availabilityZoneId: made?.AvailabilityZoneId } };
  },
  update: () => Promise.resolve({}),
  delete: async (id) => {
    await ec2.send(new DeleteSubnetCommand({ SubnetId: id }));
  },
});

const internetGateway = handler<InternetGatewayArgs>({
  replaceOn: ["vpcId"],
  create: async ({ vpcId }) => {
    const { InternetGateway: made } = await ec2.send(new CreateInternetGatewayCommand({}));
    const id = required(made?.InternetGatewayId, "internet gateway id");
    await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: id, VpcId: vpcId }));
    return { id, outputs: {} };
  },
  update: () => Promise.resolve({}),
  delete: async (id, { vpcId }) => {
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId: vpcId }));
    await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id }));
  },
});

const routeTable = handler<RouteTableArgs>({
  replaceOn: ["vpcId"],
  create: async ({ vpcId }) => {
    const { RouteTable: made } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
    return { id: required(made?.RouteTableId, "route table id"), outputs: {} };
  },
  update: () => Promise.resolve({}),
  delete: async (id) => {
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId: id }));
  },
});

const route = handler<RouteArgs>({
  replaceOn: ["routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock"],
  create: async ({ routeTableId, destinationCidrBlock, gatewayId, natGatewayId }) => {
    // EC2 here knows no recorded NAT gateway, and no IPv6.
    if (gatewayId !== undefined && destinationCidrBlock !== undefined) {
      await ec2.send(
        new CreateRouteCommand({
          RouteTableId: routeTableId,
          DestinationCidrBlock: destinationCidrBlock,
          GatewayId: gatewayId,
        }),
      );
    }
    return {
      id: `r-${routeTableId}${destinationCidrBlock === undefined ? "-ipv6" : ""}${natGatewayId === undefined ? "" : "-nat"}`,
      outputs: { state: "active" },
    };
  },
  // Another route for the same destination would need ReplaceRoute; here only recorded NAT gateways change.
  update: () => Promise.resolve({}),
  delete: async (_id, { routeTableId, destinationCidrBlock, gatewayId }) => {
    if (gatewayId === undefined || destinationCidrBlock === undefined) return;
    await ec2.send(new DeleteRouteCommand({ RouteTableId: routeTableId, DestinationCidrBlock: destinationCidrBlock }));
  },
});

const routeTableAssociation = handler<RouteTableAssociationArgs>({
  replaceOn: ["routeTableId", "subnetId"],
  create: async ({ routeTableId, subnetId }) => {
    const made = await ec2.send(new AssociateRouteTableCommand({ RouteTableId: routeTableId, SubnetId: subnetId }));
    return { id: required(made.AssociationId, "association id"), outputs: {} };
  },
  delete: async (id) => {
    await ec2.send(new DisassociateRouteTableCommand({ AssociationId: id }));
  },
});

/** EC2 resource types of a network, served by real calls, except for NAT gateways, which are recorded only. */
export const networkHandlers: Handlers = {
  "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": recorded<EgressOnlyInternetGatewayArgs>(["vpcId"]),
  "aws:ec2/eip:Eip": recorded<EipArgs>(["domain"], (id) => ({ allocationId: id, publicIp: "192.0.2.1" })),
  "aws:ec2/internetGateway:InternetGateway": internetGateway,
  "aws:ec2/natGateway:NatGateway": recorded<NatGatewayArgs>(["allocationId", "subnetId"]),
  "aws:ec2/route:Route": route,
  "aws:ec2/routeTable:RouteTable": routeTable,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": routeTableAssociation,
  "aws:ec2/subnet:Subnet": subnet,
  "aws:ec2/vpc:Vpc": vpc,
};
