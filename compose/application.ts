import { checkDependencies } from "./check-dependencies.ts";
import { draftOf, type Container, type Draft } from "./container.ts";
import { entriesOf } from "./entry.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { imagesOf, type Image } from "./image.ts";
import { collectProblems, type Report } from "./problem.ts";
import type { ComposeFile } from "./read.ts";
import { taskOf, volumesOf, type Task } from "./task.ts";
import { testsOf, type Tests } from "./tests.ts";

/** What a Compose file becomes on ECS. */
export interface Application {
  /** The task of each ECS service: the environment's own first, where it has containers, then those of `x-ecs` by name. */
  readonly services: readonly Task[];
  /** Services with `profiles: [release]`, in file order: one-off tasks before a deployment. */
  readonly release: readonly Container[];
  /** Services with `profiles: [test]`, which a build may run before it pushes. */
  readonly tests: Tests;
  /** Images built here, sorted by name. */
  readonly images: readonly Image[];
}

/** The most services that one look at ECS tells of (DescribeServices, API reference). */
const mostServices = 10;

/** The application a Compose file describes; throws a ComposeError where ECS cannot run it. */
export function toApplication(file: ComposeFile): Application {
  return collectProblems(file.files, (report) => translate(file, report));
}

/** The same, reporting each problem. */
export function translate(file: ComposeFile, report: Report): Application {
  const translated = ["task", "release"].flatMap((role) => file.services.filter((service) => service.role === role));
  const { images, sources } = imagesOf(translated, report);
  const drafts = translated.map((service) =>
    draftOf(service, sources.get(service.name) ?? { reference: "" }, file, report),
  );
  const running = drafts.filter(({ service }) => service.role === "task");
  const release = drafts.filter(({ service }) => service.role === "release");
  checkDependencies(drafts, file, report);
  checkRelease(release, running, report);
  const groups = grouped(running);
  checkVolumes(groups, report);
  const [beyond] = groups[mostServices]?.[1] ?? [];
  if (beyond !== undefined)
    report(
      beyond.service.at,
      `an environment has at most ${mostServices} ECS services, not ${groups.length}; put some together`,
    );
  const entries = entriesOf(groups, report);
  const connected = groups.length > 1;
  return {
    services: groups.map(([name, group]) =>
      taskOf({ name, drafts: group, entry: entries.get(name), connected }, report),
    ),
    release: release.map((draft) => alone(draft, report)),
    tests: testsOf(file.services, report),
    images,
  };
}

/** The drafts of each ECS service, the environment's own first. */
function grouped(drafts: readonly Draft[]): readonly (readonly [string, readonly Draft[]])[] {
  const names = new Set(drafts.map(({ service }) => service.ecs.service));
  return [...names]
    .toSorted()
    .map((name) => [name, drafts.filter(({ service }) => service.ecs.service === name)] as const);
}

function alone(draft: Draft, report: Report): Container {
  const { container, service, replicas } = draft;
  if (replicas !== undefined) report(replicas.at, 'a release task runs once; remove "replicas"');
  if (service.ecs.service !== "") report(service.at, 'a release task runs alone, in no ECS service; remove "x-ecs"');
  const around = { size: container.size, volumes: volumesOf([draft]), entry: undefined, replicas: undefined };
  return { ...container, fingerprint: fingerprintOf(container, around) };
}

/** A release service and an ECS service of one name would share a task definition family. */
function checkRelease(release: readonly Draft[], running: readonly Draft[], report: Report): void {
  const taken = new Set(running.map(({ service }) => service.ecs.service));
  for (const { service } of release) {
    if (taken.has(service.name))
      report(service.at, `"${service.name}" is an ECS service of "x-ecs", too; give one of them another name`);
  }
}

function checkVolumes(groups: readonly (readonly [string, readonly Draft[]])[], report: Report): void {
  const users = new Map<string, string>();
  for (const [name, drafts] of groups) {
    for (const { service, container } of drafts) {
      for (const { volume } of container.mounts) {
        const other = users.get(volume) ?? name;
        if (other !== name) {
          report(
            service.at,
            `volume "${volume}" lives in one task, but ECS services ${said(other)} and ${said(name)} both use it; give each its own`,
          );
        }
        users.set(volume, other);
      }
    }
  }
}

const said = (service: string): string => (service === "" ? "of no name" : `"${service}"`);
