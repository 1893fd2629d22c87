import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { lastPart } from "../../build/verdict/arn.ts";
import { lostKeys, type LostKeys } from "../../build/verdict/lost-keys.ts";
import { stateOf } from "../../build/verdict/verdict.ts";
import { partsOf, commitOf, type ImageView } from "../kit/image-view.ts";
import { labelOf, type RunView } from "../look/pipeline-view.ts";
import type { RevisionView } from "../look/revision-view.ts";
import type { ServiceDeployment, ServiceView, TaskView } from "../look/service-view.ts";

/** The state of an environment. */
export interface Status {
  readonly stack: string;
  readonly url: string | undefined;
  readonly services: readonly ServiceStatus[];
  /** The run in Release. */
  readonly inRelease: RunView | undefined;
  /** The run that waits for approval. */
  readonly approval: RunView | undefined;
  /** The run that waits before Release. */
  readonly beforeRelease: RunView | undefined;
  /** Why no run enters Release; undefined while its transition is enabled. */
  readonly closed: string | undefined;
  /** Why a rollback is held; undefined while none is. */
  readonly hold: string | undefined;
}

export interface ServiceStatus {
  readonly name: string;
  readonly revision: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly containers: readonly ContainerStatus[];
  /** The newest service deployments, newest first. */
  readonly deployments: readonly ServiceDeployment[];
  /** Differences between what runs and what should run, one line each. */
  readonly drift: readonly string[];
}

export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  /** The commit that it was built from; undefined if no tag of its image is a commit. */
  readonly commit: string | undefined;
  /** When the image was pushed; undefined if ECR does not have it. */
  readonly pushedAt: Date | undefined;
}

/** What was read of one service. */
export interface ServiceFacts {
  readonly service: ServiceView;
  readonly revision: RevisionView;
  /** The same revision, as ECS has it. */
  readonly definition: TaskDefinition;
  readonly tasks: readonly TaskView[];
  readonly deployments: readonly ServiceDeployment[];
  /** The images in ECR, by their names in the revision. */
  readonly images: Readonly<Record<string, ImageView | undefined>>;
  /** Hash of the template of the last `up`; undefined if the outputs do not have it. */
  readonly template: string | undefined;
  /**
   * The revision that Pulumi created last; undefined if it is the service's own, no longer exists, or is not in the
   * outputs.
   */
  readonly made?: TaskDefinition | undefined;
}

/** The state of a service, from what was read of it. */
export function serviceStatus(facts: ServiceFacts): ServiceStatus {
  const { service, revision, deployments, images } = facts;
  const { name, desired, running, pending } = service;
  return {
    name,
    revision: service.revision,
    desired,
    running,
    pending,
    containers: revision.containers.map(({ name: container, image }) => ({
      name: container,
      image,
      commit: commitOf(image, images[image]?.tags),
      pushedAt: images[image]?.pushedAt,
    })),
    deployments,
    drift: driftOf(facts),
  };
}

const driftOf = (facts: ServiceFacts): readonly string[] => [
  ...templateDrift(facts),
  ...changedKeys(facts).heavy,
  ...changedKeys(facts).light,
  ...runningDrift(facts),
];

/** Why a revision is not from the template of the last `up`; empty if it is. */
export function templateDrift({ revision, template }: Pick<ServiceFacts, "revision" | "template">): readonly string[] {
  const hashes = new Set(revision.containers.map((container) => container.template));
  if (hashes.size > 1)
    return [`${revision.name}: its containers come from different templates; someone edited it by hand`];
  if (template === undefined) return [];
  return hashes.has(template)
    ? []
    : [`${revision.name} was not made from the template of the last \`up\`; run \`pulumi preview\``];
}

/**
 * How a revision differs from the one that `up` created from the same template, by the weight of the keys. A revision
 * that a person has edited keeps its label, and so does one to which CodePipeline's ECS action did not copy all keys.
 */
export function changedKeys({ revision, definition, made, images }: ServiceFacts): LostKeys {
  const built = revision.containers.filter(({ image }) => image in images).map(({ name }) => name);
  const found = made && lostKeys(made, definition, built);
  const said = (key: string): string =>
    `${revision.name} differs from ${lastPart(made?.taskDefinitionArn)}, which \`up\` created: ${key}; a person or CodePipeline's ECS action changed it`;
  return { heavy: (found?.heavy ?? []).map(said), light: (found?.light ?? []).map(said) };
}

/**
 * Differences between the running tasks and the service with its revision; while a deployment is in progress, only
 * other images.
 */
export function runningDrift({ service, revision, tasks, images }: ServiceFacts): readonly string[] {
  const lines: string[] = [];
  if (service.deployments.length === 1) {
    if (service.running !== service.desired)
      lines.push(`${service.running} task(s) run, ${service.desired} are wanted`);
    const others = tasks.filter((task) => task.revision !== service.revision);
    if (others.length > 0)
      lines.push(`${others.length} task(s) run ${[...new Set(others.map((task) => task.revision))].join(", ")}`);
  }
  for (const { name, image } of revision.containers) {
    const digest = partsOf(image).digest ?? images[image]?.digest;
    const own = tasks.filter((task) => task.revision === service.revision && task.digests[name]);
    const wrong = own.filter((task) => digest !== undefined && task.digests[name] !== digest);
    if (wrong.length > 0) lines.push(`${name}: ${wrong.length} task(s) run an image other than ${image}`);
  }
  return lines;
}

/** The lines of a status. */
export function statusLines(status: Status, now: Date): readonly string[] {
  const run = (what: string, found: RunView | undefined): readonly string[] =>
    found === undefined ? [] : [`${what}: run ${found.id}${labelOf(found) === "" ? "" : ` ${labelOf(found)}`}`];
  return [
    `${status.stack}${status.url === undefined ? "" : `  ${status.url}`}`,
    ...status.services.flatMap((service) => serviceLines(service, now)),
    ...run("in Release", status.inRelease),
    ...run("waits for approval", status.approval),
    ...run("waits before Release", status.beforeRelease),
    ...(status.closed === undefined ? [] : [`no run enters Release: ${status.closed}`]),
    ...(status.hold === undefined ? [] : [`a rollback is held: ${status.hold}`]),
  ];
}

function serviceLines(
  { name, revision, desired, running, pending, ...service }: ServiceStatus,
  now: Date,
): readonly string[] {
  const starting = pending === 0 ? "" : `, ${pending} starting`;
  return [
    `${name}: ${revision}, ${running} of ${desired} task(s) run${starting}`,
    ...service.containers.map(
      ({ name: container, image, commit, pushedAt }) =>
        `  ${container}: ${commit ?? image}${pushedAt === undefined ? "" : `, built ${ageOf(pushedAt, now)} ago`}`,
    ),
    ...service.deployments.map(
      ({ status, reason, createdAt }) =>
        `  deployment${createdAt === undefined ? "" : ` ${ageOf(createdAt, now)} ago`}: ${stateOf({ status, statusReason: reason })}`,
    ),
    ...service.drift.map((line) => `  drift: ${line}`),
  ];
}

/** The time since a moment, in the largest unit that fits. */
export function ageOf(then: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - then.getTime()) / 1000));
  const units = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
  ] as const;
  const [unit, length] = units.find(([, each]) => seconds >= each) ?? ["s", 1];
  return `${Math.floor(seconds / length)} ${unit}`;
}
