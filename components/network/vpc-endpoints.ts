import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { securityGroup } from "../kit/security-group.ts";

/** Choices of VPC endpoints: none, only that of S3, which costs nothing, or all that a task needs to start. */
export const endpointChoices = ["none", "s3", "all"] as const;
export type EndpointChoice = (typeof endpointChoices)[number];

export interface VpcEndpointsArgs {
  readonly choice: Exclude<EndpointChoice, "none">;
  /** Whether people open shells in containers. */
  readonly shells: boolean;
  readonly region: string;
  readonly vpcId: pulumi.Input<string>;
  readonly vpcCidr: string;
  /** The tasks' subnets, in which interface endpoints are created. */
  readonly subnetIds: pulumi.Input<string[]>;
  /** The route tables that get the route to S3. */
  readonly routeTableIds: pulumi.Input<string[]>;
}

/**
 * What a Fargate task without internet access needs to start: its image's manifest and layers (ECR's layers are in S3),
 * its log, and its parameters. ECS itself needs none on Fargate (ECS developer guide, "Amazon ECS interface VPC
 * endpoints"), nor do the pipeline's steps: CodeBuild runs them outside the VPC.
 */
const interfaces = ["ecr.api", "ecr.dkr", "logs", "ssm"] as const;

/** What ECS Exec needs as well (ECS developer guide, "Monitor Amazon ECS containers with ECS Exec"). */
const forShells = "ssmmessages";

/** Creates the endpoints of a VPC that is created here. Only addresses of the VPC can reach them. Returns their IDs. */
export function vpcEndpoints(
  name: string,
  args: VpcEndpointsArgs,
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Output<string>[] {
  const { vpcId, subnetIds, routeTableIds } = args;
  const serviceName = (service: string) => `com.amazonaws.${args.region}.${service}`;
  const s3 = new aws.ec2.VpcEndpoint(
    `${name}-s3`,
    { vpcId, vpcEndpointType: "Gateway", serviceName: serviceName("s3"), routeTableIds },
    opts,
  );
  if (args.choice === "s3") return [s3.id];
  const group = securityGroup(
    `${name}-endpoints`,
    { vpcId, description: "VPC endpoints: HTTPS from the VPC only" },
    opts,
  );
  const rule = new aws.vpc.SecurityGroupIngressRule(
    `${name}-endpoints-from-vpc`,
    { securityGroupId: group.id, cidrIpv4: args.vpcCidr, ipProtocol: "tcp", fromPort: 443, toPort: 443 },
    opts,
  );
  const all = [...interfaces, ...(args.shells ? [forShells] : [])].map(
    (service) =>
      new aws.ec2.VpcEndpoint(
        `${name}-${service.replace(".", "-")}`,
        {
          vpcId,
          vpcEndpointType: "Interface",
          serviceName: serviceName(service),
          subnetIds,
          securityGroupIds: [group.id],
          privateDnsEnabled: true,
        },
        opts,
      ),
  );
  return [s3, rule, ...all].map(({ id }) => id);
}
