import {
  DescribeAvailabilityZonesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type Filter,
} from "@aws-sdk/client-ec2";
import { DescribeImagesCommand, DescribeRepositoriesCommand } from "@aws-sdk/client-ecr";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { GetParameterCommand, GetParametersByPathCommand, type Parameter } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";

import { ec2, ecr, ecs, region, ssm, sts } from "./kit/clients.ts";
import { type Invokes, isCode } from "./kit/handler.ts";
import type { Properties } from "./kit/wire.ts";

/**
 * The functions that the program calls, answered by calls; when something does not exist, the error is the real
 * provider's.
 */
export const invokes: Invokes = {
  "aws:ec2/getSubnet:getSubnet": getSubnet,
  "aws:ec2/getSubnets:getSubnets": async (args) => {
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters: filters(args) }));
    return { ...args, id: region, region, ids: Subnets.map(({ SubnetId }) => SubnetId), tags: {} };
  },
  "aws:ec2/getVpc:getVpc": async (args) => {
    const VpcIds = args["id"] === undefined ? undefined : [args["id"] as string];
    const { Vpcs: [vpc, another] = [] } = await ec2.send(new DescribeVpcsCommand({ VpcIds, Filters: filters(args) }));
    if (vpc === undefined) throw notFound("ec2/getVpc", "no matching EC2 VPC found");
    if (another !== undefined)
      throw notFound("ec2/getVpc", "multiple EC2 VPCs matched; use additional constraints to reduce matches");
    return {
      ...args,
      id: vpc.VpcId,
      cidrBlock: vpc.CidrBlock,
      default: vpc.IsDefault === true,
      ownerId: vpc.OwnerId,
      tags: {},
    };
  },
  "aws:ecr/getImage:getImage": getImage,
  "aws:ecs/getService:getService": getService,
  "aws:ecs/getTaskDefinition:getTaskDefinition": getTaskDefinition,
  "aws:index/getAvailabilityZones:getAvailabilityZones": async (args) => {
    const { AvailabilityZones: zones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
    const available = zones.filter(({ State }) => State === undefined || State === "available");
    const names = available.map(({ ZoneName }) => ZoneName);
    return { ...args, id: region, region, names, zoneIds: available.map(({ ZoneId }) => ZoneId), groupNames: [region] };
  },
  "aws:index/getCallerIdentity:getCallerIdentity": async () => {
    const { Account, Arn, UserId } = await sts.send(new GetCallerIdentityCommand({}));
    return { accountId: Account, arn: Arn, id: Account, userId: UserId };
  },
  "aws:index/getPartition:getPartition": () =>
    Promise.resolve({ dnsSuffix: "amazonaws.com", id: "aws", partition: "aws", reverseDnsPrefix: "com.amazonaws" }),
  "aws:index/getRegion:getRegion": () =>
    Promise.resolve({ description: region, endpoint: `ec2.${region}.amazonaws.com`, id: region, name: region, region }),
  "aws:ssm/getParameter:getParameter": getParameter,
  "aws:ssm/getParametersByPath:getParametersByPath": getParametersByPath,
};

/** The error of a function, in the real provider's form. */
export function notFound(token: string, message: string): Error {
  const name = token.split("/").at(-1) ?? "";
  return new Error(`invoking aws:${token}:${name}: 1 error occurred:\n\t* ${message}\n\n`);
}

/** A service in the form of the real data source, as far as the program reads it. */
export function serviceOutputs(args: Properties, service: Properties): Properties {
  return { ...args, id: service["serviceArn"], arn: service["serviceArn"], region, tags: {}, ...service };
}

async function getSubnet(args: Properties): Promise<Properties> {
  try {
    const { Subnets: [found] = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [args["id"] as string] }));
    if (found === undefined) throw notFound("ec2/getSubnet", "no matching EC2 Subnet found");
    const tags = Object.fromEntries((found.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
    const ipv6CidrBlock = found.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock ?? "";
    const { VpcId: vpcId, CidrBlock: cidrBlock, AvailabilityZone: availabilityZone } = found;
    return { ...args, region, vpcId, cidrBlock, ipv6CidrBlock, availabilityZone, tags };
  } catch (error) {
    if (isCode(error, "InvalidSubnetID.NotFound")) throw notFound("ec2/getSubnet", "no matching EC2 Subnet found");
    throw error;
  }
}

async function getService(args: Properties): Promise<Properties> {
  const { clusterArn: cluster, serviceName } = args as { readonly clusterArn: string; readonly serviceName: string };
  try {
    const { services: [found] = [] } = await ecs.send(
      new DescribeServicesCommand({ cluster, services: [serviceName] }),
    );
    if (found === undefined) throw notFound("ecs/getService", "no matching ECS Service found");
    const { serviceArn, desiredCount, runningCount, pendingCount, launchType, status, taskDefinition } = found;
    const deployments = (found.deployments ?? []).map((each) => ({
      id: each.id,
      status: each.status,
      taskDefinition: each.taskDefinition,
      desiredCount: each.desiredCount,
      pendingCount: each.pendingCount,
      runningCount: each.runningCount,
    }));
    const counts = { desiredCount, pendingCount, runningCount };
    return serviceOutputs(args, {
      serviceArn,
      serviceName,
      ...counts,
      launchType,
      status,
      taskDefinition,
      deployments,
    });
  } catch (error) {
    if (isCode(error, "ClusterNotFoundException")) throw notFound("ecs/getService", "no matching ECS Service found");
    throw error;
  }
}

async function getTaskDefinition(args: Properties): Promise<Properties> {
  const name = args["taskDefinition"] as string;
  try {
    const { taskDefinition: found } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: name }));
    const arn = found?.taskDefinitionArn ?? "";
    return {
      ...args,
      id: arn,
      arn,
      arnWithoutRevision: arn.replace(/:\d+$/, ""),
      region,
      containerDefinitions: JSON.stringify(found?.containerDefinitions ?? []),
      cpu: found?.cpu,
      memory: found?.memory,
      family: found?.family,
      revision: found?.revision,
      status: found?.status,
      networkMode: found?.networkMode,
      executionRoleArn: found?.executionRoleArn,
      taskRoleArn: found?.taskRoleArn,
      requiresCompatibilities: found?.requiresCompatibilities ?? [],
      volumes: (found?.volumes ?? []).map((volume) => ({ name: volume.name })),
    };
  } catch (error) {
    if (!isCode(error, "ClientException")) throw error;
    throw notFound("ecs/getTaskDefinition", `reading ECS Task Definition (${name}): couldn't find resource`);
  }
}

async function getImage(args: Properties): Promise<Properties> {
  const repositoryName = args["repositoryName"] as string;
  const imageTag = args["imageTag"] as string | undefined;
  const imageDigest = args["imageDigest"] as string | undefined;
  try {
    const { imageDetails: [image] = [] } = await ecr.send(
      new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag, imageDigest }] }),
    );
    if (image === undefined)
      throw notFound(
        "ecr/getImage",
        "Your query returned no results. Please change your search criteria and try again",
      );
    const digest = image.imageDigest ?? "";
    const { repositories: [repository] = [] } = await ecr.send(
      new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }),
    );
    return {
      ...args,
      id: digest,
      imageDigest: digest,
      imageTags: image.imageTags ?? [],
      imageUri: `${repository?.repositoryUri ?? ""}@${digest}`,
      imagePushedAt: Math.floor((image.imagePushedAt?.getTime() ?? 0) / 1000),
      imageSizeInBytes: image.imageSizeInBytes ?? 0,
      registryId: image.registryId,
      region,
    };
  } catch (error) {
    if (isCode(error, "RepositoryNotFoundException"))
      throw notFound("ecr/getImage", "reading ECR Images: couldn't find resource");
    if (!isCode(error, "ImageNotFoundException")) throw error;
    const reason = `operation error ECR: DescribeImages, https response error StatusCode: 400, ImageNotFoundException: ${String(error)}`;
    throw notFound("ecr/getImage", `reading ECR Images: ${reason}`);
  }
}

async function getParameter(args: Properties): Promise<Properties> {
  const name = args["name"] as string;
  const WithDecryption = args["withDecryption"] !== false;
  try {
    const { Parameter: found } = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption }));
    return { ...args, id: name, region, ...parameterOutputs(found ?? {}) };
  } catch (error) {
    if (!isCode(error, "ParameterNotFound")) throw error;
    throw notFound("ssm/getParameter", `reading SSM Parameter (${name}): couldn't find resource`);
  }
}

async function getParametersByPath(args: Properties): Promise<Properties> {
  const found: Parameter[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await ssm.send(
      new GetParametersByPathCommand({
        Path: args["path"] as string,
        Recursive: args["recursive"] === true,
        WithDecryption: args["withDecryption"] !== false,
        NextToken,
      }),
    );
    found.push(...(answer.Parameters ?? []));
    NextToken = answer.NextToken;
  } while (NextToken !== undefined && NextToken !== "");
  return {
    ...args,
    id: args["path"],
    region,
    arns: found.map(({ ARN }) => ARN ?? ""),
    names: found.map(({ Name }) => Name ?? ""),
    types: found.map(({ Type }) => Type ?? ""),
    values: found.map(({ Value }) => Value ?? ""),
  };
}

function parameterOutputs({ ARN, Type, Value, Version }: Parameter): Properties {
  const insecureValue = Type === "SecureString" ? "" : Value;
  return { arn: ARN, type: Type, value: Value, insecureValue, version: Version };
}

function filters(args: Properties): Filter[] | undefined {
  const given = (args["filters"] ?? []) as readonly { readonly name: string; readonly values: string[] }[];
  const found = [
    ...given.map(({ name, values }) => ({ Name: name, Values: values })),
    ...Object.entries((args["tags"] ?? {}) as Readonly<Record<string, string>>).map(([name, value]) => ({
      Name: `tag:${name}`,
      Values: [value],
    })),
    ...(args["default"] === true ? [{ Name: "is-default", Values: ["true"] }] : []),
  ];
  return found.length === 0 ? undefined : found;
}
