import type { ContainerTemplate, TaskTemplate } from "./task-template.ts";

/** What an environment's service runs now, read before the program decides anything. Plain data, no Outputs. */
export interface Running {
  readonly taskDefinitionArn: string;
  /** Hash of the template that the running revision was made from; undefined where nobody labelled it. */
  readonly templateHash: string | undefined;
  /** Image of each container of the running revision. */
  readonly images: Readonly<Record<string, string>>;
  readonly desiredCount: number;
  /** Id of the service's primary deployment. */
  readonly deploymentId: string;
  /** Whether somebody rolled back and holds that revision. */
  readonly held: boolean;
}

/** Who moves the service at this `up`: see docs/hand-over.md for every case. */
export interface HandOver {
  /** Why the running revision stays as it is, or becomes another. */
  readonly verdict: "first" | "same" | "held" | "waiting" | "changed";
  /** Whether Pulumi leaves the task definition, and the service's pointer to it, alone. */
  readonly leaveRunning: boolean;
  /** Image of each container the pipeline builds; missing before the first build. */
  readonly images: Readonly<Record<string, string>>;
  /** Containers for which no commit's image was ever built, while others run. */
  readonly waitingFor: readonly string[];
  /** Docker labels that make the revision of this change unlike any other. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whether the service has been released at least once and is not scaled to nothing, but by its schedule. */
  readonly released: boolean;
  /** Whether its schedule has ended its tasks. @default - false */
  readonly asleep?: boolean;
}

export interface HandOverArgs {
  readonly template: TaskTemplate;
  /** What runs now; undefined before the first `up`. */
  readonly running: Running | undefined;
  /** Newest image in the repository of each container that has none running. */
  readonly lastBuilt: Readonly<Record<string, string>>;
  /** Whether a schedule ends the service's tasks at some hours. @default - false */
  readonly sleeps?: boolean;
}

/**
 * Decides what an `up` does to a service whose images the pipeline moves: the template is Pulumi's, the images are the
 * pipeline's, and neither undoes the other.
 */
export function handOver({ template, running, lastBuilt, sleeps = false }: HandOverArgs): HandOver {
  const none = { images: {}, waitingFor: [], labels: {} };
  if (running === undefined) return { ...none, verdict: "first", leaveRunning: false, released: false };

  const images = { ...lastBuilt, ...builtHere(running, template) };
  const asleep = running.desiredCount === 0 && sleeps && wasReleased(running, template);
  const released = running.desiredCount > 0 || asleep;
  const leave = { images, waitingFor: [], labels: {}, leaveRunning: true, released, ...(asleep && { asleep }) };
  if (running.held) return { ...leave, verdict: "held" };
  if (running.templateHash === template.hash) return { ...leave, verdict: "same" };

  const without = template.containers.filter(({ name, built }) => built !== undefined && images[name] === undefined);
  const waitingFor = released ? without.map(({ name }) => name) : [];
  if (waitingFor.length > 0) return { ...leave, waitingFor, verdict: "waiting" };
  return { ...leave, leaveRunning: false, labels: { [followsLabel]: running.deploymentId }, verdict: "changed" };
}

/**
 * Whether the revision comes from a release: `up` makes a service's first one with the tag `latest`, which nothing is
 * released by. A service of which nothing is built here needs no release.
 */
const wasReleased = (running: Running, template: TaskTemplate): boolean =>
  template.containers
    .filter(({ built }) => built !== undefined)
    .every(({ name }) => running.images[name]?.endsWith(":latest") !== true);

/**
 * Docker label that names the deployment a revision was made to follow. Without it, a template that was rolled back and
 * is tried again with the same images would be the very text Pulumi already has in its state, and nothing would happen.
 */
const followsLabel = "compose-ecs-pipeline.follows";

/** Containers that the pipeline builds and of which nothing runs yet: added since, or not built here until now. */
export function withoutRunningImage(running: Running, template: TaskTemplate): readonly ContainerTemplate[] {
  const images = builtHere(running, template);
  return template.containers.filter(({ name, built }) => built !== undefined && images[name] === undefined);
}

/** Running images that come from the repository which the template wants: a `redis:7` that is built here now is none. */
function builtHere(running: Running, template: TaskTemplate): Readonly<Record<string, string>> {
  const own = template.containers.flatMap(({ name, repository }) => {
    const image = running.images[name];
    return image !== undefined && repository !== undefined && isFrom(repository, image) ? [[name, image]] : [];
  });
  return Object.fromEntries(own) as Record<string, string>;
}

/** Whether an image URI (`host/repository:tag` or `@digest`) is of that repository. */
const isFrom = (repository: string, image: string): boolean =>
  image.replace(/^[^/]+\//, "").replace(/(@.*|:[^/:]*)$/, "") === repository;

/** Properties of a task definition that the template decides: all but its family. */
export const templateProperties = [
  "containerDefinitions",
  "cpu",
  "memory",
  "volumes",
  "executionRoleArn",
  "taskRoleArn",
  "pidMode",
  "runtimePlatform",
] as const;
