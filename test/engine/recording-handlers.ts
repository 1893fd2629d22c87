import { awsHandlers, type Handler, type Handlers, overlap, type Properties } from "../../local-cloud/index.ts";
import {
  type Cloud,
  type Container,
  type Hang,
  type Subnet,
  deploy,
  deregister,
  place,
  register,
  registryHost,
  withParameter,
} from "./recording-cloud.ts";

/** Where the handlers find the cloud, and leave the next one. */
export interface CloudCell {
  cloud: Cloud;
}

/** The resource types of the stand-in provider with its rules for replacement, but a cloud in memory behind them. */
export function recordingHandlers(cell: CloudCell): Handlers {
  const inMemory: Readonly<Record<string, Partial<Handler>>> = {
    "aws:ec2/subnet:Subnet": subnet(cell),
    "aws:ecr/repository:Repository": repository(cell),
    "aws:ecs/service:Service": service(cell),
    "aws:ecs/taskDefinition:TaskDefinition": taskDefinition(cell),
    "aws:ssm/parameter:Parameter": parameter(cell),
  };
  return Object.fromEntries(
    Object.entries(awsHandlers).map(([token, rules]) => {
      const handler = { ...echoed(token, rules), ...inMemory[token] };
      return [token, faulty(cell, token, onlyOnce.includes(token) ? named(cell, token, handler) : handler)];
    }),
  );
}

/** Types of which AWS makes no second one of the same name. */
const onlyOnce = [
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:codebuild/project:Project",
  "aws:codepipeline/pipeline:Pipeline",
  "aws:ecr/repository:Repository",
  "aws:ecs/service:Service",
  "aws:iam/role:Role",
  "aws:lambda/function:Function",
  "aws:s3/bucket:Bucket",
  "aws:ssm/parameter:Parameter",
];

/** A type whose resources are found by their ids, and made once. */
function named(cell: CloudCell, token: string, handler: Handler): Handler {
  // A service's id has its cluster before its name.
  const key = (name: unknown) =>
    `${token} ${token === "aws:ecs/service:Service" ? String(name).replace(/^.*\//, "") : String(name)}`;
  const without = (name: unknown) =>
    Object.fromEntries(Object.entries(cell.cloud.named).filter(([each]) => each !== key(name)));
  return {
    ...handler,
    create: async (inputs) => {
      const name = inputs["name"] ?? inputs["bucket"];
      if (cell.cloud.named[key(name)] !== undefined)
        throw new Error(`AlreadyExistsException: ${String(name)} already exists`);
      const made = await handler.create(inputs);
      const { outputs } = made;
      cell.cloud = { ...cell.cloud, named: { ...cell.cloud.named, [key(name)]: { inputs, outputs } } };
      return made;
    },
    delete: async (id, state) => {
      await handler.delete?.(id, state);
      cell.cloud = { ...cell.cloud, named: without(id) };
    },
    find: (id) => Promise.resolve(cell.cloud.named[key(id)]),
  };
}

/** A type whose change fails, or whose making or deletion never ends, where the cloud says so. */
function faulty(cell: CloudCell, token: string, handler: Handler): Handler {
  const hang = async <T>(step: Hang["step"], name: string, act: () => Promise<T>): Promise<T> => {
    const { hangsAt } = cell.cloud;
    if (hangsAt?.step !== step || hangsAt.type !== token || hangsAt.name !== name) return await act();
    if (hangsAt.done) await act();
    cell.cloud = { ...cell.cloud, hangsAt: undefined, hanging: true };
    return await new Promise(() => undefined);
  };
  return {
    ...handler,
    create: async (inputs) => {
      const name = String(inputs["name"] ?? inputs["bucket"] ?? inputs["family"]);
      return await hang("create", name, () => handler.create(inputs));
    },
    ...(handler.update && {
      update: async (id, inputs, before) => {
        const error = cell.cloud.updateErrors?.[id];
        if (error !== undefined) throw new Error(error);
        return (await handler.update?.(id, inputs, before)) ?? {};
      },
    }),
    delete: (id, state) => hang("delete", id, async () => await handler.delete?.(id, state)),
  };
}

/** A resource that has the inputs as outputs, and plausible ones where AWS would make something up. */
function echoed(token: string, rules: Handler): Handler {
  let made = 0;
  return {
    ...rules,
    read: () => Promise.resolve({}),
    delete: () => Promise.resolve(),
    create: ({ name = "", bucket = "", ...inputs }) => {
      const type = token.split(":").at(-1) ?? "";
      const id = [name, bucket].find((given) => typeof given === "string" && given !== "") ?? `${type}-${(made += 1)}`;
      // An event's target has another resource's ARN for an input.
      const outputs = {
        ...plausible(token, id as string),
        ...hostOf(token, inputs),
        ...("arn" in inputs && { arn: inputs["arn"] }),
      };
      return Promise.resolve({ id: id as string, outputs });
    },
    ...(rules.update ? { update: () => Promise.resolve({}) } : {}),
  };
}

function plausible(token: string, name: string): Properties {
  const [, path = "", type = ""] = /^aws:([^/]+)\/.*:(.*)$/.exec(token) ?? [];
  const arn = `arn:aws:${path}:${place.region}:${place.accountId}:${type.toLowerCase()}/${name}`;
  return {
    arn:
      type === "Role"
        ? `arn:aws:iam::${place.accountId}:role/${name}`
        : type === "Bucket"
          ? `arn:aws:s3:::${name}`
          : arn,
    ...(type === "LoadBalancer"
      ? { dnsName: `${name}.elb.amazonaws.com`, arnSuffix: `app/${name}/1`, zoneId: "Z1" }
      : {}),
    ...(type === "Vpc" ? { ipv6CidrBlock: "2600:1f18:0:ab00::/56" } : {}),
    ...(type === "TargetGroup" ? { arnSuffix: `targetgroup/${name}/1` } : {}),
    ...(path === "acm"
      ? {
          domainValidationOptions: [
            { resourceRecordName: "_proof", resourceRecordType: "CNAME", resourceRecordValue: "_acm" },
          ],
        }
      : {}),
    ...(type === "Record" ? { fqdn: name } : {}),
    ...(type === "Eip" ? { allocationId: `eipalloc-${name}` } : {}),
  };
}

/** The name of the host that AWS gives a server. */
function hostOf(token: string, { identifier, clusterIdentifier, replicationGroupId }: Properties): Properties {
  const rds = `c0ffee.${place.region}.rds.amazonaws.com`;
  if (token === "aws:rds/instance:Instance") return { address: `${String(identifier)}.${rds}` };
  if (token === "aws:rds/cluster:Cluster") return { endpoint: `${String(clusterIdentifier)}.cluster-${rds}` };
  if (token !== "aws:elasticache/replicationGroup:ReplicationGroup") return {};
  return { primaryEndpointAddress: `master.${String(replicationGroupId)}.c0ffee.use1.cache.amazonaws.com` };
}

function taskDefinition(cell: CloudCell): Partial<Handler> {
  return {
    create: ({ containerDefinitions, family, ...settings }) => {
      const containers = JSON.parse(containerDefinitions as string) as readonly Container[];
      const [next, { arn, revision }] = register(cell.cloud, family as string, containers, settings);
      cell.cloud = next;
      return Promise.resolve({
        id: family as string,
        outputs: { arn, revision, arnWithoutRevision: arn.replace(/:\d+$/, "") },
      });
    },
    delete: (_id, { arn, skipDestroy }) => {
      if (skipDestroy !== true) cell.cloud = deregister(cell.cloud, arn as string);
      return Promise.resolve();
    },
    read: (_id, { arn }) =>
      Promise.resolve(
        cell.cloud.revisions.some((each) => each.arn === arn && each.status === "ACTIVE") ? {} : undefined,
      ),
  };
}

function service(cell: CloudCell): Partial<Handler> {
  const find = (arn: string) => cell.cloud.services.find((each) => each.arn === arn);
  return {
    create: (inputs) => {
      const { name, cluster, taskDefinition: revision, desiredCount = 0 } = inputs as unknown as ServiceInputs;
      const arn = `arn:aws:ecs:${place.region}:${place.accountId}:service/${name}/${name}`;
      const made = { arn, name, cluster, taskDefinition: revision, desiredCount, deployments: ["ecs-svc/1"] };
      cell.cloud = { ...cell.cloud, services: [...cell.cloud.services, made] };
      return Promise.resolve({ id: arn, outputs: { arn } });
    },
    update: (id, inputs, before) => {
      const { name, taskDefinition: revision, desiredCount } = inputs as unknown as ServiceInputs;
      const count = before["desiredCount"] === desiredCount ? undefined : desiredCount;
      if (before["taskDefinition"] !== revision) cell.cloud = deploy(cell.cloud, name, revision, count);
      return Promise.resolve({});
    },
    delete: (id) => {
      cell.cloud = { ...cell.cloud, services: cell.cloud.services.filter(({ arn }) => arn !== id) };
      return Promise.resolve();
    },
    read: (id) => {
      const now = find(id);
      return Promise.resolve(now && { taskDefinition: now.taskDefinition, desiredCount: now.desiredCount });
    },
  };
}

/** A subnet, of which a VPC has none that overlaps another ("InvalidSubnet.Conflict", EC2 API reference, "Error codes"). */
function subnet(cell: CloudCell): Partial<Handler> {
  let count = 0;
  return {
    create: (inputs) => {
      const made = inputs as unknown as Subnet;
      const neighbours = Object.values(cell.cloud.subnets).filter(({ vpcId }) => vpcId === made.vpcId);
      if (neighbours.some(({ cidrBlock }) => overlap(cidrBlock, made.cidrBlock)))
        throw new Error(`InvalidSubnet.Conflict: The CIDR '${made.cidrBlock}' conflicts with another subnet`);
      const id = `subnet-${(count += 1)}`;
      cell.cloud = { ...cell.cloud, subnets: { ...cell.cloud.subnets, [id]: made } };
      return Promise.resolve({ id, outputs: {} });
    },
    delete: (id) => {
      const others = Object.entries(cell.cloud.subnets).filter(([each]) => each !== id);
      cell.cloud = { ...cell.cloud, subnets: Object.fromEntries(others) };
      return Promise.resolve();
    },
  };
}

interface ServiceInputs {
  readonly name: string;
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly desiredCount?: number;
}

function repository(cell: CloudCell): Partial<Handler> {
  return {
    create: (inputs) => {
      const name = String(inputs["name"]);
      cell.cloud = { ...cell.cloud, repositories: { ...cell.cloud.repositories, [name]: [] } };
      const arn = `arn:aws:ecr:${place.region}:${place.accountId}:repository/${name}`;
      return Promise.resolve({
        id: name,
        outputs: { arn, repositoryUrl: `${registryHost}/${name}`, registryId: place.accountId },
      });
    },
    delete: (id, { forceDelete }) => {
      const { [id]: tags = [], ...others } = cell.cloud.repositories;
      if (tags.length > 0 && forceDelete !== true) {
        const message = `The repository with name '${id}' in registry with id '${place.accountId}' cannot be deleted because it still contains images`;
        return Promise.reject(new Error(`RepositoryNotEmptyException: ${message}`));
      }
      cell.cloud = { ...cell.cloud, repositories: others };
      return Promise.resolve();
    },
  };
}

function parameter(cell: CloudCell): Partial<Handler> {
  const put = (inputs: Properties) => {
    const [name, value] = [String(inputs["name"]), String(inputs["value"] ?? inputs["insecureValue"])];
    cell.cloud = withParameter(cell.cloud, name, value);
    return { value, version: cell.cloud.parameterVersions[name] };
  };
  return {
    create: (inputs) => {
      const name = String(inputs["name"]);
      const arn = `arn:aws:ssm:${place.region}:${place.accountId}:parameter${name}`;
      return Promise.resolve({ id: name, outputs: { arn, ...put(inputs) } });
    },
    update: (_id, inputs) => Promise.resolve(put(inputs)),
    delete: (id) => {
      cell.cloud = withParameter(cell.cloud, id, undefined);
      return Promise.resolve();
    },
  };
}
