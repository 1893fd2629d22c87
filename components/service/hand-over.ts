import type { ContainerTemplate, TaskTemplate } from "./task-template.ts";

/** What a service runs now, read before the program decides anything. Plain data, no Outputs. */
export interface Running {
  readonly taskDefinitionArn: string;
  /** Hash of the template that the running revision was created from; undefined if the revision has no such label. */
  readonly templateHash: string | undefined;
  /** Image of each container of the running revision. */
  readonly images: Readonly<Record<string, string>>;
  readonly desiredCount: number;
  /** ID of the service's primary deployment. */
  readonly deploymentId: string;
  /** Whether a person has rolled back and holds that revision. */
  readonly held: boolean;
}

/** What this `up` does to the service: see docs/hand-over.md for every case. */
export interface HandOver {
  /** Why the running revision stays as it is, or is replaced. */
  readonly verdict: "first" | "same" | "held" | "waiting" | "changed";
  /** Whether Pulumi leaves the task definition, and the service's reference to it, unchanged. */
  readonly leaveRunning: boolean;
  /** Image of each container that the pipeline builds; missing before the first build. */
  readonly images: Readonly<Record<string, string>>;
  /** Containers for which no commit's image has been built yet, while others run. */
  readonly waitingFor: readonly string[];
  /** Docker labels that make the revision of this change different from every other one. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whether the service has been released and has tasks; a service whose tasks its schedule has ended counts, too. */
  readonly released: boolean;
  /** Whether its schedule has ended its tasks. @default - false */
  readonly asleep?: boolean;
}

export interface HandOverArgs {
  readonly template: TaskTemplate;
  /** What runs now; undefined at the first `up`. */
  readonly running: Running | undefined;
  /** Newest image in the repository of each container of which no image runs. */
  readonly lastBuilt: Readonly<Record<string, string>>;
  /** Whether a schedule ends the service's tasks at some hours. @default - false */
  readonly sleeps?: boolean;
}

/**
 * Decides what an `up` does to a service whose images the pipeline changes: Pulumi owns the template, the pipeline owns
 * the images, and neither undoes the other's work.
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
 * Whether the revision comes from a release: `up` creates a service's first revision with the tag `latest`, which no
 * release uses. A service without an image that is built here needs no release.
 */
const wasReleased = (running: Running, template: TaskTemplate): boolean =>
  template.containers
    .filter(({ built }) => built !== undefined)
    .every(({ name }) => running.images[name]?.endsWith(":latest") !== true);

/**
 * Docker label that holds the ID of the deployment that the revision follows. Without it, a template that was rolled
 * back and is tried again with the same images would be the same text that Pulumi already has in its state, and nothing
 * would happen.
 */
const followsLabel = "compose-ecs-pipeline.follows";

/** Containers that the pipeline builds and of which no image runs yet: they are new, or were not built here before. */
export function withoutRunningImage(running: Running, template: TaskTemplate): readonly ContainerTemplate[] {
  const images = builtHere(running, template);
  return template.containers.filter(({ name, built }) => built !== undefined && images[name] === undefined);
}

/** Running images that come from the repository in the template. If a container ran `redis:7` and is now built here, its running image does not count. */
function builtHere(running: Running, template: TaskTemplate): Readonly<Record<string, string>> {
  const own = template.containers.flatMap(({ name, repository }) => {
    const image = running.images[name];
    return image !== undefined && repository !== undefined && isFrom(repository, image) ? [[name, image]] : [];
  });
  return Object.fromEntries(own) as Record<string, string>;
}

/** Whether an image URI (`host/repository:tag` or `@digest`) belongs to that repository. */
const isFrom = (repository: string, image: string): boolean =>
  image.replace(/^[^/]+\//, "").replace(/(@.*|:[^/:]*)$/, "") === repository;

/** Properties of a task definition that come from the template: all except its family. */
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
