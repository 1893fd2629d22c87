import { checkDefinitionSize } from "./checks/definition-size.ts";
import { checkDependencies } from "./checks/dependencies.ts";
import { checkVolumes } from "./checks/volumes.ts";
import { draftOf } from "./container.ts";
import { buildSecretsOf } from "../keys/build-secrets.ts";
import type { Ignored } from "../support/classify.ts";
import { entriesOf } from "./entry.ts";
import { field } from "../tree/fields.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { ignoredValues } from "../keys/ignored-values.ts";
import { imagesOf, type Image } from "../keys/image.ts";
import { lenderNotes, type Note } from "../keys/lenders.ts";
import type { Position, Report } from "../tree/problem.ts";
import { checkNeighbours } from "./neighbours.ts";
import type { PolicyStatement } from "../keys/policy.ts";
import { taskOf, volumesOf, type Task } from "./task.ts";
import { testsOf, type Tests } from "../keys/tests.ts";
import type { EfsVolume } from "../keys/volumes.ts";
import type { ComposeFile } from "../keys/service.ts";
import type { Container, Draft } from "./draft.ts";

/** What a Compose file becomes on ECS. */
export interface Application {
  /**
   * The task of each ECS service: the environment's own first, where it has containers, then those of `x-ecs` by name.
   */
  readonly services: readonly Task[];
  /** Services with `profiles: [release]`, in file order: one-off tasks before a deployment. */
  readonly release: readonly Container[];
  /** The container that writes the files of a release task before it starts, by that task's service. */
  readonly releaseFiles: Readonly<Record<string, Container>>;
  /** Services with `profiles: [test]`, which a build may run before it pushes. */
  readonly tests: Tests;
  /** Images built here, sorted by name. */
  readonly images: readonly Image[];
  /** Images of containers that are pulled as they are, in the order of the file. */
  readonly pulled: readonly PulledImage[];
  /** Volumes on EFS that containers use, by name. */
  readonly efs: Readonly<Record<string, EfsVolume>>;
  /** Variables that builds read as secrets. */
  readonly buildSecrets: readonly string[];
  /** What containers may do on AWS, in the order of the file. */
  readonly policy: readonly PolicyStatement[];
  /** Keys that change nothing on ECS, once each. */
  readonly ignored: readonly Ignored[];
  /** What is allowed but probably a mistake, in the order of the services. */
  readonly notes: readonly Note[];
}

/** An image that is not built here. */
export interface PulledImage {
  readonly reference: string;
  /** The place in the file that names it or makes it necessary. */
  readonly at: Position;
  /** The key by which another image can be named. */
  readonly key: "image" | "files_image";
}

/** The maximum number of services in one call (DescribeServices, API reference). */
const mostServices = 10;

/** The application that a Compose file describes; reports each problem that keeps ECS from running it. */
export function translate(file: ComposeFile, report: Report): Application {
  const translated = ["task", "release"].flatMap((role) => file.services.filter((service) => service.role === role));
  const { images, sources, notes } = imagesOf(translated, report);
  const drafts = translated.map((service) =>
    draftOf(service, sources.get(service.name) ?? { reference: "" }, file, report),
  );
  const running = drafts.filter(({ service }) => service.role === "task");
  const inRelease = drafts.filter(({ service }) => service.role === "release");
  const release = inRelease.filter(({ service }) => service.filesOf === undefined);
  const releaseFiles = new Map(
    inRelease.flatMap((draft) => {
      const { filesOf } = draft.service;
      return filesOf === undefined ? [] : [[filesOf, alone(draft, file, undefined, report)] as const];
    }),
  );
  checkDependencies(drafts, file, report);
  checkRelease(release, running, report);
  checkWriters(drafts, report);
  for (const { service } of release)
    checkDefinitionSize(
      inRelease.filter((draft) => [draft.service.name, draft.service.filesOf].includes(service.name)),
      report,
    );
  checkNeighbours(file.services, report);
  const groups = grouped(running);
  checkVolumes(groups, file, report);
  const [beyond] = groups[mostServices]?.[1] ?? [];
  if (beyond !== undefined)
    report(
      beyond.service.at,
      `an environment has at most ${mostServices} ECS services, not ${groups.length}; combine some`,
    );
  const entries = entriesOf(groups, report);
  const connected = groups.length > 1;
  return {
    services: groups.map(([name, group]) =>
      taskOf({ name, drafts: group, declared: file.volumes, entry: entries.get(name), connected }, report),
    ),
    release: release.map((draft) => alone(draft, file, releaseFiles.get(draft.service.name), report)),
    releaseFiles: Object.fromEntries(releaseFiles),
    tests: testsOf(file.services, report),
    images,
    pulled: drafts.flatMap(pulledBy),
    efs: volumesOf(drafts, file.volumes).efs ?? {},
    buildSecrets: buildSecretsOf(translated, file),
    policy: translated.flatMap(({ ecs }) => ecs.policy ?? []),
    ignored: [...file.ignored, ...ignoredValues(file.services)].toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    notes: [...lenderNotes(file.services), ...notes],
  };
}

function pulledBy({ container: { image }, service }: Draft): readonly PulledImage[] {
  if ("built" in image) return [];
  const key = service.filesOf === undefined ? "image" : "files_image";
  return [{ reference: image.reference, at: field(service.keys, "image")?.value.at ?? service.at, key }];
}

/** The drafts of each ECS service, the environment's own first. */
function grouped(drafts: readonly Draft[]): readonly (readonly [string, readonly Draft[]])[] {
  const names = new Set(drafts.map(({ service }) => service.ecs.service));
  return [...names]
    .toSorted()
    .map((name) => [name, drafts.filter(({ service }) => service.ecs.service === name)] as const);
}

/**
 * The container of a release task, which runs once and in no ECS service; `writer` is the container that writes its
 * files.
 */
function alone(draft: Draft, file: ComposeFile, writer: Container | undefined, report: Report): Container {
  const { container, service, replicas, restart, update, sharesWith } = draft;
  const once = (at: Position | undefined, key: string): void => {
    if (at !== undefined) report(at, `a release task runs once; remove "${key}"`);
  };
  once(replicas?.at, "replicas");
  once(restart?.at, "restart");
  once(update?.at, "update_config");
  if (sharesWith !== undefined) report(sharesWith.at, 'a release task runs alone; remove "pid"');
  const { at, policy, service: name, ...more } = service.ecs;
  if (name !== "" || Object.keys(more).some((key) => key !== "filesImage"))
    report(
      at ?? service.at,
      'a release task runs alone, in no ECS service; keep only "policy" and "files_image" in "x-ecs"',
    );
  const around = {
    ...volumesOf([draft], file.volumes),
    size: container.size,
    entry: undefined,
    replicas: undefined,
    files: writer?.fingerprint,
    ...(policy && { ecs: { service: "", policy } }),
  };
  return { ...container, fingerprint: fingerprintOf(container, around) };
}

/** Reports a release service and an ECS service of the same name: they would share a task definition family. */
function checkRelease(release: readonly Draft[], running: readonly Draft[], report: Report): void {
  const taken = new Set(running.map(({ service }) => service.ecs.service));
  for (const { service } of release) {
    if (taken.has(service.name))
      report(service.at, `"${service.name}" is an ECS service of "x-ecs", too; give one of them another name`);
  }
}

/**
 * Reports a `files_image` that is built here: the container that writes files gets its image by reference, not from
 * the build.
 */
function checkWriters(drafts: readonly Draft[], report: Report): void {
  for (const { service, container } of drafts) {
    const image = field(service.keys, "image")?.value;
    if (service.filesOf !== undefined && image !== undefined && "built" in container.image)
      report(
        image.at,
        `"files_image" names "${container.image.built}", which is built here; name an image that exists already`,
      );
  }
}
