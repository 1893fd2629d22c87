import { draftOf, sizeOf, type Container, type Draft } from "./container.ts";
import { reportCycles } from "./depends-on.ts";
import type { FargateSize } from "./fargate-size.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { imagesOf, type Image } from "./image.ts";
import { collectProblems, type Report } from "./problem.ts";
import type { ComposeFile } from "./read.ts";
import { testsOf, type Tests } from "./tests.ts";

/** What a Compose file becomes on ECS. */
export interface Task {
  /** Services without profiles, sorted by name: the containers of the one ECS task. */
  readonly containers: readonly Container[];
  /** Services with `profiles: [release]`, in file order: one-off tasks before a deployment. */
  readonly release: readonly Container[];
  /** Services with `profiles: [test]`, which a build may run before it pushes. */
  readonly tests: Tests;
  /** Images built here, sorted by name. */
  readonly images: readonly Image[];
  /** Task-scoped volumes that `containers` use, sorted. */
  readonly volumes: readonly string[];
  /** The smallest Fargate size that holds the containers' limits. */
  readonly size: FargateSize;
  /** `deploy.replicas` of the entry, or of the only service. */
  readonly replicas: number | undefined;
  /** What the balancer reaches: the one service that publishes `ports`, and its container port. */
  readonly entry: Entry | undefined;
}

interface Entry {
  readonly container: string;
  readonly port: number;
}

/** The task a Compose file describes; throws a ComposeError where ECS cannot run it. */
export function toTask(file: ComposeFile): Task {
  return collectProblems(file.file, (report) => translate(file, report));
}

/** The most containers a task definition may have. */
const mostContainers = 10;

/** The same, reporting each problem. */
export function translate(file: ComposeFile, report: Report): Task {
  const inTask = file.services.filter(({ role }) => role === "task");
  const inRelease = file.services.filter(({ role }) => role === "release");
  const { images, sources } = imagesOf([...inTask, ...inRelease], file.variables, report);
  const drafts = [...inTask, ...inRelease].map((service) =>
    draftOf(service, sources.get(service.name) ?? { reference: "" }, file, report),
  );
  const task = drafts
    .filter(({ service }) => service.role === "task")
    .toSorted((a, b) => (a.service.name < b.service.name ? -1 : 1));
  checkTask(task, report);
  checkDependencies(drafts, file, report);
  const entry = entryOf(task, report);
  const replicas = replicasOf(drafts, entry, report);
  const size = sizeOf(
    task.map(({ container }) => container),
    task[0]?.service ?? { at: { line: 1, column: 1 } },
    report,
  );
  const volumes = volumesOf(task);
  return {
    containers: task.map(({ container }) => {
      const own = entry?.container === container.name ? entry : undefined;
      const count = own !== undefined || task.length === 1 ? replicas : undefined;
      return {
        ...container,
        fingerprint: fingerprintOf(container, { size, volumes, entry: own?.port, replicas: count }),
      };
    }),
    release: drafts.filter(({ service }) => service.role === "release").map(alone),
    tests: testsOf(file.services, report),
    images,
    volumes,
    size,
    replicas,
    entry,
  };
}

function alone(draft: Draft): Container {
  const { container } = draft;
  const around = { size: container.size, volumes: volumesOf([draft]), entry: undefined, replicas: undefined };
  return { ...container, fingerprint: fingerprintOf(container, around) };
}

function volumesOf(drafts: readonly Draft[]): readonly string[] {
  const used = drafts.flatMap(({ container }) => container.mounts.map(({ volume }) => volume));
  return [...new Set(used)].toSorted();
}

function checkTask(task: readonly Draft[], report: Report): void {
  const beyond = task[mostContainers];
  if (beyond !== undefined) {
    report(
      beyond.service.at,
      `a task has at most ${mostContainers} containers, not ${task.length}; give services for people a profile`,
    );
  }
  const taken = new Map<number, string>();
  for (const { service, ports } of task.toSorted((a, b) => a.service.at.line - b.service.at.line)) {
    for (const { port, at } of [...ports.published, ...ports.exposed]) {
      const other = taken.get(port) ?? service.name;
      if (other !== service.name) {
        report(
          at,
          `"${other}" and "${service.name}" both listen on ${port}, but share one network; give one of them another port`,
        );
      }
      taken.set(port, other);
    }
  }
}

function entryOf(task: readonly Draft[], report: Report): Entry | undefined {
  const publishing = task
    .filter(({ ports }) => ports.published.length > 0)
    .toSorted((a, b) => a.service.at.line - b.service.at.line);
  const [first, ...others] = publishing;
  const [port, ...more] = first?.ports.published ?? [];
  if (first === undefined || port === undefined) return undefined;
  for (const { port: second, at } of more) {
    report(at, `the balancer reaches one port, and ${port.port} is published; write ${second} below "expose"`);
  }
  for (const { service, ports } of others) {
    const at = ports.published[0]?.at ?? service.at;
    report(
      at,
      `"${first.service.name}" and "${service.name}" both publish ports, but the balancer reaches one; write "expose" in the other`,
    );
  }
  return { container: first.service.name, port: port.port };
}

function replicasOf(drafts: readonly Draft[], entry: Entry | undefined, report: Report): number | undefined {
  const task = drafts.filter(({ service }) => service.role === "task");
  const deciding = entry?.container ?? (task.length === 1 ? task[0]?.service.name : undefined);
  for (const { service, replicas } of drafts) {
    if (replicas === undefined || service.name === deciding) continue;
    const remedy =
      deciding === undefined ? "remove it and set the count in the stack's configuration" : `set it in "${deciding}"`;
    if (service.role === "release") report(replicas.at, 'a release task runs once; remove "replicas"');
    else report(replicas.at, `the containers of a task have one count; ${remedy}`);
  }
  return drafts.find(({ service }) => service.name === deciding)?.replicas?.count;
}

function checkDependencies(drafts: readonly Draft[], file: ComposeFile, report: Report): void {
  const roles = new Map(file.services.map(({ name, role }) => [name, role]));
  const healthy = new Set(
    drafts.filter(({ container }) => container.healthCheck !== undefined).map(({ service }) => service.name),
  );
  const before = new Set<string>();
  for (const { service, dependencies } of drafts) {
    for (const { container, condition, at } of dependencies) {
      const role = roles.get(container);
      if (role === undefined)
        report(at, `"${service.name}" depends on "${container}", which is no service; correct or remove it`);
      else if (service.role === "task" && role !== "task") {
        report(
          at,
          `"${container}" has a profile and is not in the task of "${service.name}"; remove the dependency or the profile`,
        );
      } else if (service.role === "release" && role === "task") {
        report(at, `"${service.name}" runs alone, before "${container}" is deployed; remove the dependency`);
      } else if (
        service.role === "release" &&
        role === "release" &&
        !before.has(container) &&
        container !== service.name
      ) {
        report(at, `release services run in the order of the file; write "${container}" before "${service.name}"`);
      } else if (service.role === "task" && condition === "HEALTHY" && !healthy.has(container)) {
        report(at, `"${container}" has no health check to wait for; give it one or wait for service_started`);
      }
    }
    before.add(service.name);
  }
  for (const role of ["task", "release"]) {
    const alike = drafts.filter(({ service }) => service.role === role);
    reportCycles(new Map(alike.map(({ service, dependencies }) => [service.name, dependencies])), report);
  }
}
