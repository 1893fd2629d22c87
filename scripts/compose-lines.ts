import type { FargateSize } from "../compose/index.ts";
import type { CheckReport, ContainerReport, IgnoredKey, ServiceReport } from "./compose-check.ts";

/** A report as lines for people. */
export function checkLines(report: CheckReport): readonly string[] {
  const { environment, files, services, release, tests, people, architecture } = report;
  const tasks = release.length === 0 ? "" : ` and ${counted(release.length, "release task")}`;
  const also = (what: string, names: readonly string[]) => (names.length === 0 ? [] : [`${what}: ${names.join(", ")}`]);
  return [
    `${files.join(", ")}: no problems; ${environment} becomes ${counted(services.length, "ECS service")}${tasks} on ${architecture}`,
    ...services.flatMap((service) => ["", ...serviceLines(service)]),
    ...release.flatMap(({ family, size, container }) => [
      "",
      `release task ${family}: ${sizeText(size)}; runs once before each deployment`,
      ...containerLines(container),
    ]),
    ...[...also("a build may run", tests), ...also("for people only", people), ...ignoredLines(report.ignored)].map(
      (line, index) => (index === 0 ? `\n${line}` : line),
    ),
  ].flatMap((line) => line.split("\n"));
}

/** A size in words, as in `0.5 vCPU, 1 GiB`. */
export function sizeText({ cpu, memoryMiB }: FargateSize): string {
  return `${vcpu(cpu)}, ${memory(memoryMiB)}`;
}

const vcpu = (units: number): string => `${Math.round((units / 1024) * 1000) / 1000} vCPU`;
const memory = (mebibytes: number): string =>
  mebibytes >= 1024 ? `${Math.round((mebibytes / 1024) * 10) / 10} GiB` : `${mebibytes} MiB`;
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

function serviceLines({ name, size, count, maximumCount, entry, containers }: ServiceReport): readonly string[] {
  const tasks = maximumCount === undefined ? counted(count, "task") : `${count} to ${maximumCount} tasks`;
  const reached = entry === undefined ? "" : `; the load balancer reaches ${entry.container} at port ${entry.port}`;
  return [`ECS service ${name}: ${tasks} of ${sizeText(size)}${reached}`, ...containers.flatMap(containerLines)];
}

function containerLines(container: ContainerReport): readonly string[] {
  const { name, image, cpu, memoryMiB, ports, environment, secrets, volumes } = container;
  const limits = [...(cpu === undefined ? [] : [vcpu(cpu)]), ...(memoryMiB === undefined ? [] : [memory(memoryMiB)])];
  const facts: readonly (readonly [what: string, values: readonly string[]])[] = [
    ["image", ["repository" in image ? `${image.repository}, built here` : image.reference]],
    ["size", limits],
    ["ports", ports.map(String)],
    ["variables", environment],
    ["secrets", Object.entries(secrets).map(([key, parameter]) => `${key} (${parameter})`)],
    ["volumes", Object.entries(volumes).map(([path, volume]) => `${volume} at ${path}`)],
  ];
  const told = facts.filter(([, values]) => values.length > 0);
  return [`  ${name}`, ...told.map(([what, values]) => `    ${what.padEnd(10)}${values.join(", ")}`)];
}

/** Each reason once, with all places that it is about. */
function ignoredLines(ignored: readonly IgnoredKey[]): readonly string[] {
  const told = new Map<string, IgnoredKey[]>();
  for (const key of ignored)
    told.set(`"${key.key}" is ignored: ${key.reason}`, [
      ...(told.get(`"${key.key}" is ignored: ${key.reason}`) ?? []),
      key,
    ]);
  return [...told].map(
    ([line, keys]) => `${line} (${keys.map(({ file, line: at, column }) => `${file}:${at}:${column}`).join(", ")})`,
  );
}
