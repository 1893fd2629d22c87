import type { Names } from "../../components/kit/names.ts";
import { life, named, type Grant } from "./grant.ts";
import { placesOf } from "./places.ts";

/** What `up` and `destroy` ask AWS about the network, by type; EC2 gives ids, so that no name narrows these. */
export function networkGrants(names: Names): Readonly<Record<string, readonly Grant[]>> {
  const { arn } = placesOf(names);
  const ec2 = (create: string, read: string, remove: string, update = ""): readonly Grant[] => [
    life("ec2", arn("ec2", "*/*"), {
      create: `CreateTags ${create}`,
      read,
      update: `DeleteTags ${update}`.trim(),
      delete: remove,
    }),
  ];
  const rule = (way: "Ingress" | "Egress") =>
    ec2(
      `AuthorizeSecurityGroup${way}`,
      "DescribeSecurityGroupRules",
      `RevokeSecurityGroup${way}`,
      "ModifySecurityGroupRules",
    );
  const flowLogBucket = [`arn:${names.place.partition}:s3:::${names.flowLogBucket}`];
  return {
    "aws:ec2/vpc:Vpc": ec2(
      "CreateVpc",
      "DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups DescribeVpcAttribute DescribeVpcs",
      "DeleteVpc",
      "AssociateVpcCidrBlock DisassociateVpcCidrBlock ModifyVpcAttribute",
    ),
    "aws:ec2/subnet:Subnet": ec2(
      "CreateSubnet",
      "DescribeAvailabilityZones DescribeNetworkInterfaces DescribeSubnets",
      "DeleteSubnet",
      "AssociateSubnetCidrBlock DisassociateSubnetCidrBlock ModifySubnetAttribute",
    ),
    "aws:ec2/internetGateway:InternetGateway": ec2(
      "AttachInternetGateway CreateInternetGateway",
      "DescribeInternetGateways",
      "DeleteInternetGateway DetachInternetGateway",
    ),
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": ec2(
      "CreateEgressOnlyInternetGateway",
      "DescribeEgressOnlyInternetGateways",
      "DeleteEgressOnlyInternetGateway",
    ),
    "aws:ec2/eip:Eip": ec2(
      "AllocateAddress",
      "DescribeAddresses DescribeAddressesAttribute",
      "DisassociateAddress ReleaseAddress",
    ),
    "aws:ec2/natGateway:NatGateway": ec2("CreateNatGateway", "DescribeNatGateways", "DeleteNatGateway"),
    "aws:ec2/routeTable:RouteTable": ec2("CreateRouteTable", "DescribeRouteTables", "DeleteRouteTable"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": ec2(
      "AssociateRouteTable",
      "DescribeRouteTables",
      "DisassociateRouteTable",
      "ReplaceRouteTableAssociation",
    ),
    "aws:ec2/route:Route": ec2("CreateRoute", "DescribeRouteTables", "DeleteRoute", "ReplaceRoute"),
    "aws:ec2/securityGroup:SecurityGroup": ec2(
      // AWS gives each new group a rule that lets everything out; the provider takes it away.
      "CreateSecurityGroup RevokeSecurityGroupEgress",
      "DescribeNetworkInterfaces DescribeSecurityGroupRules DescribeSecurityGroups",
      "DeleteSecurityGroup RevokeSecurityGroupIngress",
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule("Ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule("Egress"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ec2(
      "CreateVpcEndpoint",
      "DescribePrefixLists DescribeVpcEndpoints",
      "DeleteVpcEndpoints",
      "ModifyVpcEndpoint",
    ),
    "aws:ec2/flowLog:FlowLog": [
      ...ec2("CreateFlowLogs", "DescribeFlowLogs", "DeleteFlowLogs"),
      // "Publish flow logs to Amazon S3": the caller's permissions.
      { actions: named("logs", "CreateLogDelivery DeleteLogDelivery"), on: ["*"] },
      { actions: named("s3", "GetBucketPolicy PutBucketPolicy"), on: flowLogBucket },
    ],
  };
}
