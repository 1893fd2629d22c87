import { type Names, namesOf } from "../../components/plain.ts";
import type { Application, ComposeFile, Container, Task } from "../../compose/index.ts";
import type { AddedContainer, CheckReport, ContainerReport, ReleaseReport } from "./check-report.ts";
import type { ComposeProject } from "./project.ts";
import type { StackFile } from "./stack-file.ts";

/** Names as `up` would give them; a word in capitals stands for what only AWS knows. */
export function accountFreeNames({ environment, settings }: ComposeProject): Names {
  const place = { partition: "aws", region: settings.region ?? "REGION", accountId: "ACCOUNT" };
  return namesOf(settings.app, environment, place);
}

/** The report about the files of a project. */
export function checkReport(project: ComposeProject, file: ComposeFile, application: Application): CheckReport {
  const { environment, settings } = project;
  const names = accountFreeNames(project);
  const efs = new Set(file.volumes.filter((volume) => volume.efs !== undefined).map(({ name }) => name));
  const container = (one: Container) =>
    containerReport(one, { names, parameterNames: settings.parameterNames, efs, added: addedOf(one.name, file) });
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
      ...withWriter(application.releaseFiles[one.name], container),
    })),
    tests: withRole(file, "test"),
    people: withRole(file, "people"),
    policy: application.policy,
    ignored: application.ignored.map(({ key, reason, at }) => ({ ...at, key, reason })),
    notes: application.notes.map(({ at, message }) => ({ ...at, message })),
  };
}

/** For the environment's own service, the stack's counts win over those of the Compose file. */
function counts({ name, replicas = 1, scaling }: Task, settings: StackFile) {
  const own = name === "";
  const count = (own ? settings.desiredCount : undefined) ?? replicas;
  const maximumCount = own ? settings.maximumCount : scaling?.maximum;
  return { count, ...(maximumCount !== undefined && maximumCount > count && { maximumCount }) };
}

function withWriter(
  writer: Container | undefined,
  report: (one: Container) => ContainerReport,
): Pick<ReleaseReport, "writer"> {
  return writer === undefined ? {} : { writer: report(writer) };
}

function addedOf(name: string, { services }: ComposeFile): AddedContainer | undefined {
  const reader = services.find((one) => one.name === name)?.filesOf;
  const files = services.find((one) => one.name === reader)?.files ?? [];
  const places = files.map(({ at }) => at).toSorted((a, b) => a.line - b.line);
  return reader === undefined ? undefined : { for: reader, places };
}

interface Surroundings {
  readonly names: Names;
  readonly parameterNames: Readonly<Record<string, string>>;
  /** Volumes that are on EFS. */
  readonly efs: ReadonlySet<string>;
  readonly added: AddedContainer | undefined;
}

function containerReport(container: Container, { names, parameterNames, efs, added }: Surroundings): ContainerReport {
  const { name, image, cpu, ports, environment, secrets, mounts, tmpfs, files } = container;
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
    ...(tmpfs && { tmpfs: Object.fromEntries(tmpfs.map(({ path, sizeMiB }) => [path, sizeMiB])) }),
    ...(files && {
      files: Object.fromEntries(files.map(({ path, kind, name: from }) => [path, { kind, name: from }])),
    }),
    ...(added && { added }),
  };
}

const withRole = ({ services }: ComposeFile, role: "test" | "people"): readonly string[] =>
  services.filter((service) => service.role === role).map(({ name }) => name);
