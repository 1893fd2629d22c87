import { type Invokes, invokes, notFound, type Properties, serviceOutputs } from "../../local-cloud/index.ts";
import { type CloudCell, place, registryHost } from "./recording-cloud.ts";

/** The functions of the stand-in provider, answered from a cloud in memory. */
export function recordingInvokes(cell: CloudCell): Invokes {
  const { accountId, region } = place;
  return {
    ...invokes,
    "aws:ec2/getSubnet:getSubnet": (args) => answer(() => subnet(cell, args)),
    "aws:ec2/getSubnets:getSubnets": (args) =>
      answer(() => ({ ...args, id: region, region, ids: subnets(cell, args) })),
    "aws:ec2/getVpc:getVpc": (args) => answer(() => ({ ...args, id: "vpc-0123", cidrBlock: "10.0.0.0/16" })),
    "aws:ecr/getImage:getImage": (args) => answer(() => image(cell, args)),
    "aws:ecs/getService:getService": (args) => answer(() => service(cell, args)),
    "aws:ecs/getTaskDefinition:getTaskDefinition": (args) => answer(() => taskDefinition(cell, args)),
    "aws:index/getAvailabilityZones:getAvailabilityZones": () =>
      answer(() => ({
        id: region,
        names: [`${region}a`, `${region}b`, `${region}c`],
        zoneIds: [],
        groupNames: [],
        region,
      })),
    "aws:index/getCallerIdentity:getCallerIdentity": () =>
      answer(() => ({ accountId, id: accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId })),
    "aws:ssm/getParameter:getParameter": (args) => answer(() => parameter(cell, args)),
    "aws:ssm/getParametersByPath:getParametersByPath": (args) => answer(() => parametersByPath(cell, args)),
  };
}

const answer = (make: () => Properties): Promise<Properties> => Promise.resolve().then(make);

/** Subnets that have an IPv6 range, in whichever VPC. */
export const dualStackSubnets = ["subnet-a", "subnet-b", "subnet-c", "subnet-d"];

/** A subnet that was created; any other belongs to an existing VPC, in the zone that its id ends with. */
function subnet({ cloud }: CloudCell, args: Properties): Properties {
  const id = args["id"] as string;
  const made = cloud.subnets[id] ?? { vpcId: "vpc-0123", availabilityZone: `${place.region}${id.slice(-1)}`, tags: {} };
  return { ipv6CidrBlock: "", ...args, ...made };
}

/** The subnets that were created with these names; of an existing VPC, two of each kind, named after the filter. */
function subnets({ cloud }: CloudCell, args: Properties): readonly string[] {
  const filters = args["filters"] as readonly { readonly name: string; readonly values: readonly string[] }[];
  if (filters[0]?.name === "tag:Name") {
    const { values } = filters[0];
    return Object.keys(cloud.subnets).filter((id) => values.includes(cloud.subnets[id]?.tags["Name"] ?? ""));
  }
  if (filters.some(({ name }) => name.startsWith("ipv6-"))) return dualStackSubnets;
  const kind = filters.findLast(({ name }) => name !== "vpc-id")?.values.join("-") ?? "any";
  return [`subnet-${kind}-b`, `subnet-${kind}-a`];
}

function service({ cloud }: CloudCell, args: Properties): Properties {
  if (cloud.readError !== undefined) throw notFound("ecs/getService", cloud.readError);
  const found = cloud.services.find(({ name }) => name === args["serviceName"]);
  if (found === undefined) throw notFound("ecs/getService", "no matching ECS Service found");
  const { arn: serviceArn, taskDefinition: revision, desiredCount } = found;
  const deployments = found.deployments.map((id, index) => ({ id, status: index === 0 ? "PRIMARY" : "ACTIVE" }));
  return serviceOutputs(args, { serviceArn, status: "ACTIVE", taskDefinition: revision, desiredCount, deployments });
}

function taskDefinition({ cloud }: CloudCell, args: Properties): Properties {
  const name = args["taskDefinition"] as string;
  // A family's name means its newest active revision.
  const found = cloud.revisions.findLast(
    ({ arn, family, status }) => arn === name || (family === name && status === "ACTIVE"),
  );
  if (found === undefined)
    throw notFound("ecs/getTaskDefinition", `reading ECS Task Definition (${name}): couldn't find resource`);
  const { arn, family, revision, status, containers } = found;
  return { ...args, id: arn, arn, family, revision, status, containerDefinitions: JSON.stringify(containers) };
}

function image({ cloud }: CloudCell, args: Properties): Properties {
  const [name, tag] = [args["repositoryName"] as string, args["imageTag"] as string];
  const tags = cloud.repositories[name];
  if (tags === undefined) throw notFound("ecr/getImage", "reading ECR Images: couldn't find resource");
  if (!tags.includes(tag))
    throw notFound(
      "ecr/getImage",
      "reading ECR Images: operation error ECR: DescribeImages, ImageNotFoundException: The image with imageId {imageTag: latest} does not exist",
    );
  const imageDigest = `sha256:${Buffer.from(tags.at(-1) ?? "")
    .toString("hex")
    .padEnd(64, "0")
    .slice(0, 64)}`;
  return { ...args, id: imageDigest, imageDigest, imageTags: tags, imageUri: `${registryHost}/${name}@${imageDigest}` };
}

function parameter({ cloud }: CloudCell, args: Properties): Properties {
  const name = args["name"] as string;
  const value = cloud.parameters[name];
  if (value === undefined)
    throw notFound("ssm/getParameter", `reading SSM Parameter (${name}): couldn't find resource`);
  return { ...args, id: name, type: "SecureString", value, insecureValue: "", version: cloud.parameterVersions[name] };
}

function parametersByPath({ cloud }: CloudCell, args: Properties): Properties {
  const path = args["path"] as string;
  const names = Object.keys(cloud.parameters).filter((name) => name.startsWith(`${path}/`));
  const values = names.map((name) => cloud.parameters[name]);
  return { ...args, id: path, names, values, types: names.map(() => "SecureString"), arns: names };
}
