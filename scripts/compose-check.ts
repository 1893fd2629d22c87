import { namesOf, type Names } from "../components/names.ts";
import type {
  Application,
  ComposeFile,
  Container,
  FargateSize,
  PolicyStatement,
  Position,
  Spot,
  Task,
  Update,
} from "../compose/index.ts";
import type { ComposeProject } from "./compose-project.ts";
import type { StackFile } from "./stack-file.ts";

/** What an environment's Compose files become. */
export interface CheckReport {
  readonly environment: string;
  readonly files: readonly string[];
  readonly architecture: "x86_64" | "arm64";
  readonly services: readonly ServiceReport[];
  /** One-off tasks before a deployment, in their order. */
  readonly release: readonly ReleaseReport[];
  /** Compose services that a build may run before it pushes. */
  readonly tests: readonly string[];
  /** Compose services that only people run. */
  readonly people: readonly string[];
  /** What containers may do on AWS. */
  readonly policy: readonly PolicyStatement[];
  /** Keys that change nothing on ECS, once each. */
  readonly ignored: readonly IgnoredKey[];
}

/** One ECS service. */
export interface ServiceReport {
  readonly name: string;
  readonly size: FargateSize;
  readonly count: number;
  /** Most tasks that it scales to; missing where it does not scale. */
  readonly maximumCount?: number;
  /** What the load balancer reaches; missing where nothing of the service is published. */
  readonly entry?: Task["entry"];
  /** Which tasks run on Fargate Spot; missing where none does. */
  readonly spot?: Spot;
  /** How a deployment exchanges tasks; missing where the Compose file says nothing of it. */
  readonly update?: Update;
  readonly containers: readonly ContainerReport[];
}

export interface ReleaseReport {
  readonly family: string;
  readonly size: FargateSize;
  readonly container: ContainerReport;
}

export interface ContainerReport {
  readonly name: string;
  /** The repository of an image that is built here, or the reference of one that is not. */
  readonly image: { readonly repository: string } | { readonly reference: string };
  /** CPU units of its own; 1024 are one vCPU. */
  readonly cpu?: number;
  readonly memoryMiB?: number;
  readonly ports: readonly number[];
  /** Names of the environment's plain variables. */
  readonly environment: readonly string[];
  /** Name of the parameter behind each secret of the environment. */
  readonly secrets: Readonly<Record<string, string>>;
  /** By the path in the container; those on EFS outlive their task. */
  readonly volumes: Readonly<Record<string, { readonly name: string; readonly efs: boolean }>>;
}

export interface IgnoredKey extends Position {
  /** Its path from the top, as in `services.*.container_name`. */
  readonly key: string;
  readonly reason: string;
}

/** Names as `up` would give them; what only AWS knows stands there as a word in capitals. */
export function accountFreeNames({ environment, settings }: ComposeProject): Names {
  const place = { partition: "aws", region: settings.region ?? "REGION", accountId: "ACCOUNT" };
  return namesOf(settings.app, environment, place);
}

/** What becomes of the files of a project. */
export function checkReport(project: ComposeProject, file: ComposeFile, application: Application): CheckReport {
  const { environment, settings } = project;
  const names = accountFreeNames(project);
  const efs = new Set(file.volumes.filter((volume) => volume.efs !== undefined).map(({ name }) => name));
  const container = (one: Container) => containerReport(one, { names, parameterNames: settings.parameterNames, efs });
  return {
    environment,
    files: project.files,
    architecture: settings.architecture,
    services: application.services.map((task) => ({
      name: names.service(task.name).name,
      size: task.size,
      ...counts(task, settings),
      ...(task.entry !== undefined && { entry: task.entry }),
      ...(task.spot !== undefined && { spot: task.spot }),
      ...(task.update !== undefined && { update: task.update }),
      containers: task.containers.map(container),
    })),
    release: application.release.map((one) => ({
      family: names.releaseFamily(one.name),
      size: one.size,
      container: container(one),
    })),
    tests: withRole(file, "test"),
    people: withRole(file, "people"),
    policy: application.policy,
    ignored: application.ignored.map(({ key, reason, at }) => ({ ...at, key, reason })),
  };
}

/** What the stack asks for counts for its own service, and before what the Compose file says. */
function counts({ name, replicas = 1, scaling }: Task, settings: StackFile) {
  const own = name === "";
  const count = (own ? settings.desiredCount : undefined) ?? replicas;
  const maximumCount = own ? settings.maximumCount : scaling?.maximum;
  return { count, ...(maximumCount !== undefined && maximumCount > count && { maximumCount }) };
}

interface Surroundings {
  readonly names: Names;
  readonly parameterNames: Readonly<Record<string, string>>;
  /** Volumes that are on EFS. */
  readonly efs: ReadonlySet<string>;
}

function containerReport(container: Container, { names, parameterNames, efs }: Surroundings): ContainerReport {
  const { name, image, cpu, ports, environment, secrets, mounts } = container;
  const memoryMiB = container.memoryMiB ?? container.memoryReservationMiB;
  return {
    name,
    image: "built" in image ? { repository: names.repository(image.built).name } : image,
    ...(cpu !== undefined && { cpu }),
    ...(memoryMiB !== undefined && { memoryMiB }),
    ports,
    environment: Object.keys(environment),
    secrets: Object.fromEntries(
      Object.entries(secrets).map(([key, variable]) => [key, parameterNames[variable] ?? variable]),
    ),
    volumes: Object.fromEntries(mounts.map(({ path, volume }) => [path, { name: volume, efs: efs.has(volume) }])),
  };
}

const withRole = ({ services }: ComposeFile, role: "test" | "people"): readonly string[] =>
  services.filter((service) => service.role === role).map(({ name }) => name);
