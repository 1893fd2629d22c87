import { type Handler, overlap, type Properties } from "../../local-cloud/index.ts";
import {
  type CloudCell,
  type Container,
  type ScalableTarget,
  type Subnet,
  deploy,
  deregister,
  place,
  register,
  registryHost,
  withParameter,
} from "./recording-cloud.ts";

/** The resource types that the cloud in memory knows more of than their inputs. */
export const recordingResources = (cell: CloudCell): Readonly<Record<string, Partial<Handler>>> => ({
  "aws:appautoscaling/target:Target": scalableTarget(cell),
  "aws:ec2/subnet:Subnet": subnet(cell),
  "aws:ecr/repository:Repository": repository(cell),
  "aws:ecs/service:Service": service(cell),
  "aws:ecs/taskDefinition:TaskDefinition": taskDefinition(cell),
  "aws:ssm/parameter:Parameter": parameter(cell),
});

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

/** A scalable target: RegisterScalableTarget creates and updates it, by the id of what it scales. */
function scalableTarget(cell: CloudCell): Partial<Handler> {
  const put = (inputs: Properties): string => {
    const { resourceId, minCapacity, maxCapacity, suspendedState } = inputs as unknown as ScalableTarget & {
      readonly resourceId: string;
    };
    const before = cell.cloud.scalableTargets[resourceId];
    // What a request leaves out stays as it is.
    const target = { ...before, minCapacity, maxCapacity, ...(suspendedState && { suspendedState }) };
    cell.cloud = { ...cell.cloud, scalableTargets: { ...cell.cloud.scalableTargets, [resourceId]: target } };
    return resourceId;
  };
  return {
    create: (inputs) => Promise.resolve({ id: put(inputs), outputs: {} }),
    update: (_id, inputs) => {
      put(inputs);
      return Promise.resolve({});
    },
    delete: (id) => {
      const { [id]: gone, ...others } = cell.cloud.scalableTargets;
      cell.cloud = { ...cell.cloud, scalableTargets: gone === undefined ? cell.cloud.scalableTargets : others };
      return Promise.resolve();
    },
    // A stack that an earlier program left behind is not in every recorded cloud.
    read: (id) => Promise.resolve({ ...cell.cloud.scalableTargets[id] }),
  };
}

interface ServiceInputs {
  readonly name: string;
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly desiredCount?: number;
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
