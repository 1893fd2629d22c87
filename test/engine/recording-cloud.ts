/** AWS account and region of the recording cloud. */
export const place = { accountId: "000000000000", region: "us-east-1" } as const;

/** Host that image URIs of the recording cloud start with. */
export const registryHost = `${place.accountId}.dkr.ecr.${place.region}.amazonaws.com`;

export interface Revision {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly status: "ACTIVE" | "INACTIVE";
  readonly containers: readonly Container[];
  /** The other properties it was registered with. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
  readonly dockerLabels?: Readonly<Record<string, string>>;
}

export interface Service {
  readonly arn: string;
  readonly name: string;
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly desiredCount: number;
  /** One id a deployment: the primary one first. */
  readonly deployments: readonly string[];
}

export interface Subnet {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly ipv6CidrBlock?: string;
  readonly availabilityZone: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What Application Auto Scaling keeps of a service. */
export interface ScalableTarget {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  /** @default - nothing is suspended */
  readonly suspendedState?: Suspended;
}

interface Suspended {
  readonly dynamicScalingInSuspended: boolean;
  readonly dynamicScalingOutSuspended: boolean;
  readonly scheduledScalingSuspended: boolean;
}

/** What a test's AWS consists of; every operation returns the next one. */
export interface Cloud {
  readonly revisions: readonly Revision[];
  readonly services: readonly Service[];
  /** Tags of each repository. */
  readonly repositories: Readonly<Record<string, readonly string[]>>;
  readonly parameters: Readonly<Record<string, string>>;
  /** Inputs of each subnet, by its id. */
  readonly subnets: Readonly<Record<string, Subnet>>;
  /** The scalable targets of Application Auto Scaling, by the id of what they scale. */
  readonly scalableTargets: Readonly<Record<string, ScalableTarget>>;
  /** Version of each parameter: how often it was put. */
  readonly parameterVersions: Readonly<Record<string, number>>;
  /** Resources of which AWS has no two of one name, with their inputs, by type and name. */
  readonly named: Readonly<Record<string, NamedResource>>;
  /** Where AWS never answers: at the creation or deletion of this resource, before it is done or after. */
  readonly hangsAt?: Hang | undefined;
  /** Whether it has been asked there. */
  readonly hanging?: boolean;
  /** Error that a change of a resource fails with, as AWS words it, by the resource's id. */
  readonly updateErrors?: Readonly<Record<string, string>> | undefined;
  /** Error of the next reads of a service, as AWS words it. */
  readonly readError?: string | undefined;
}

/** Where the handlers find the cloud, and leave the next one. */
export interface CloudCell {
  cloud: Cloud;
}

export interface Hang {
  readonly step: "create" | "delete";
  readonly type: string;
  readonly name: string;
  readonly done: boolean;
}

export interface NamedResource {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export const emptyCloud: Cloud = {
  named: {},
  revisions: [],
  services: [],
  repositories: {},
  parameters: {},
  parameterVersions: {},
  subnets: {},
  scalableTargets: {},
};

/** Registers a revision of a family, as the next after its last. */
export function register(
  cloud: Cloud,
  family: string,
  containers: readonly Container[],
  settings: Readonly<Record<string, unknown>>,
): readonly [Cloud, Revision] {
  const revision = cloud.revisions.filter((each) => each.family === family).length + 1;
  const arn = `arn:aws:ecs:${place.region}:${place.accountId}:task-definition/${family}:${revision}`;
  const made = { arn, family, revision, status: "ACTIVE", containers, settings } as const;
  return [{ ...cloud, revisions: [...cloud.revisions, made] }, made];
}

/** Deregisters a revision: it can no longer be run. */
export function deregister(cloud: Cloud, arn: string): Cloud {
  const revisions = cloud.revisions.map((each) => (each.arn === arn ? { ...each, status: "INACTIVE" as const } : each));
  return { ...cloud, revisions };
}

/** Points a service to another revision: a deployment that is over at once, since nothing runs here. */
export function deploy(cloud: Cloud, name: string, taskDefinition: string, desiredCount?: number): Cloud {
  const services = cloud.services.map((service) =>
    service.name === name
      ? {
          ...service,
          taskDefinition,
          desiredCount: desiredCount ?? service.desiredCount,
          deployments: [deploymentId(service)],
        }
      : service,
  );
  return { ...cloud, services };
}

/** What the pipeline does to a commit: pushes its images, registers a revision from the running one, deploys it. */
export function release(cloud: Cloud, name: string, tag: string, desiredCount: number): Cloud {
  const running = runningRevision(cloud, name);
  const pushed = {
    ...cloud,
    repositories: mapValues(cloud.repositories, (tags) => [...new Set([...tags, tag, "latest"])]),
  };
  const containers = running.containers.map((each) =>
    each.image.startsWith(registryHost) ? { ...each, image: `${each.image.replace(/[:@][^/]*$/, "")}:${tag}` } : each,
  );
  const [registered, revision] = register(pushed, running.family, containers, running.settings);
  return deploy(registered, name, revision.arn, desiredCount);
}

/** What Verify does at the end of a first release: the service scales between these numbers from now on. */
export function letScale(cloud: Cloud, service: string, minCapacity: number, maxCapacity: number): Cloud {
  const id = `service/${service.replace(/-worker$/, "")}/${service}`;
  if (cloud.scalableTargets[id] === undefined) throw new Error(`${id}: the recording cloud has no such target`);
  const suspendedState = {
    dynamicScalingInSuspended: false,
    dynamicScalingOutSuspended: false,
    scheduledScalingSuspended: false,
  };
  const target = { minCapacity, maxCapacity, suspendedState };
  return { ...cloud, scalableTargets: { ...cloud.scalableTargets, [id]: target } };
}

/** The revision a service runs. */
export function runningRevision(cloud: Cloud, name: string): Revision {
  const service = cloud.services.find((each) => each.name === name);
  const revision = cloud.revisions.find(({ arn }) => arn === service?.taskDefinition);
  if (revision === undefined) throw new Error(`${name}: the recording cloud runs no such service`);
  return revision;
}

function deploymentId({ deployments }: Service): string {
  const last = Math.max(0, ...deployments.map((id) => Number(id.split("/")[1])));
  return `ecs-svc/${last + 1}`;
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** The cloud with a parameter put, which counts its version up; or without it, when the value is undefined. */
export function withParameter(cloud: Cloud, name: string, value: string | undefined): Cloud {
  const parameters = Object.entries(cloud.parameters).filter(([key]) => key !== name);
  const versions = Object.entries(cloud.parameterVersions).filter(([key]) => key !== name);
  if (value !== undefined) {
    parameters.push([name, value]);
    versions.push([name, (cloud.parameterVersions[name] ?? 0) + 1]);
  }
  return { ...cloud, parameters: Object.fromEntries(parameters), parameterVersions: Object.fromEntries(versions) };
}
