import type { FargateSize, PolicyStatement, Position } from "../../compose/index.ts";
import type { CheckReport, ContainerReport, IgnoredKey, ServiceReport } from "./check-report.ts";

/** The report as lines of text. */
export function checkLines(report: CheckReport): readonly string[] {
  const { environment, files, services, release, tests, people, policy, architecture } = report;
  const tasks = release.length === 0 ? "" : ` and ${counted(release.length, "release task")}`;
  const also = (what: string, names: readonly string[]) => (names.length === 0 ? [] : [`${what}: ${names.join(", ")}`]);
  return [
    `${files.join(", ")}: no problems; ${environment} becomes ${counted(services.length, "ECS service")}${tasks} on ${architecture}`,
    ...services.flatMap((service) => ["", ...serviceLines(service)]),
    ...release.flatMap(({ family, size, container, writer }) => [
      "",
      `release task ${family}: ${sizeText(size)}; runs once before each deployment`,
      ...containerLines(container),
      ...(writer === undefined ? [] : containerLines(writer)),
    ]),
    ...apart([...also("a build may run", tests), ...also("for people only", people), ...policy.map(policyLine)]),
    ...apart(report.ignored.map(ignoredLine)),
    ...apart(report.notes.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`)),
  ];
}

/** The lines with an empty line before them; nothing if there are none. */
const apart = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ["", ...lines]);

/** A size as text, such as `0.5 vCPU, 1 GiB`. */
export function sizeText({ cpu, memoryMiB }: FargateSize): string {
  return `${vcpu(cpu)}, ${memory(memoryMiB)}`;
}

const vcpu = (units: number): string => `${Math.round((units / 1024) * 1000) / 1000} vCPU`;
const memory = (mebibytes: number): string =>
  mebibytes >= 1024 ? `${Math.round((mebibytes / 1024) * 10) / 10} GiB` : `${mebibytes} MiB`;
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

function serviceLines({
  name,
  size,
  count,
  maximumCount,
  entry,
  spot,
  update,
  containers,
}: ServiceReport): readonly string[] {
  const tasks = maximumCount === undefined ? counted(count, "task") : `${count} to ${maximumCount} tasks`;
  const rule = entry?.rule === undefined ? "" : ` for ${[...entry.rule.hosts, ...entry.rule.paths].join(", ")}`;
  const exchanged = update?.parallelism === 0 ? "all at once" : `${update?.parallelism ?? 0} at a time`;
  const facts = [
    `${tasks} of ${sizeText(size)}`,
    ...(entry === undefined ? [] : [`the load balancer reaches ${entry.container} at port ${entry.port}${rule}`]),
    ...(spot === undefined
      ? []
      : [`${spot.percent} % on Fargate Spot${spot.base === 0 ? "" : ` beyond ${spot.base}`}`]),
    ...(update === undefined ? [] : [`a deployment replaces tasks ${update.order}, ${exchanged}`]),
  ];
  return [`ECS service ${name}: ${facts.join("; ")}`, ...containers.flatMap(containerLines)];
}

function containerLines(container: ContainerReport): readonly string[] {
  const {
    name,
    image,
    cpu,
    memoryMiB,
    ports,
    environment,
    secrets,
    volumes,
    tmpfs = {},
    files = {},
    added,
  } = container;
  const limits = [...(cpu === undefined ? [] : [vcpu(cpu)]), ...(memoryMiB === undefined ? [] : [memory(memoryMiB)])];
  const facts: readonly (readonly [what: string, values: readonly string[]])[] = [
    ["image", ["repository" in image ? `${image.repository}, built here` : image.reference]],
    ["size", limits],
    ["ports", ports.map(String)],
    ["variables", environment],
    ["secrets", Object.entries(secrets).map(([key, parameter]) => `${key} (${parameter})`)],
    [
      "volumes",
      Object.entries(volumes).map(([path, { name: volume, efs }]) => `${volume}${efs ? " (EFS)" : ""} at ${path}`),
    ],
    ["memory at", Object.entries(tmpfs).map(([path, size]) => `${path} (${memory(size)})`)],
    ["files", Object.entries(files).map(([path, { kind, name: from }]) => `${path} (${kind} ${from})`)],
    ["added", added === undefined ? [] : [`it writes the files of ${added.for} and ends: ${places(added.places)}`]],
  ];
  const told = facts.filter(([, values]) => values.length > 0);
  return [`  ${name}`, ...told.map(([what, values]) => `    ${what.padEnd(10)}${values.join(", ")}`)];
}

const places = (found: readonly Position[]): string =>
  [...new Set(found.map(({ file, line }) => `${file}:${line}`))].join(", ");

const policyLine = ({ actions, resources }: PolicyStatement): string =>
  `containers may: ${actions.join(", ")} on ${resources.join(", ")}`;

const ignoredLine = ({ file, line, column, key, reason }: IgnoredKey): string =>
  `${file}:${line}:${column}: "${key}" is ignored: ${reason}`;
