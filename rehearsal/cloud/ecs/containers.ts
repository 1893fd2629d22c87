import type { KeyValuePair } from "@aws-sdk/client-ecs";
import { labelArguments } from "../../docker.ts";
import type { Container, ContainerState, Definition, Health, StopReason, Task } from "./state.ts";

/** What a container is created with, besides its definition. */
export interface ContainerSurroundings {
  /** Reference that docker is to run. */
  readonly image: string;
  /** Container whose network namespace it joins. */
  readonly pause: string;
  readonly labels: Readonly<Record<string, string>>;
  /** File of `NAME=value` lines. */
  readonly environmentFile: string;
  /** Variables whose values have line breaks: an environment file cannot hold them. */
  readonly inherited: readonly string[];
  readonly command?: readonly string[];
  /** Docker volume by the definition's volume name. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Paths that the image declares as VOLUME. */
  readonly declaredVolumes: readonly string[];
  /** Of the task, where the container has no limit of its own. */
  readonly memoryMiB?: number;
}

/** `docker create` of one container of a task; no value of an environment variable is among the arguments. */
export function createArguments(container: Container, around: ContainerSurroundings): readonly string[] {
  const memory = container.memory ?? around.memoryMiB;
  const [entryPoint, ...leading] = container.entryPoint ?? [];
  return [
    "create",
    ...labelArguments({ ...container.dockerLabels, ...around.labels }),
    ...["--network", `container:${around.pause}`, "--env-file", around.environmentFile],
    ...around.inherited.flatMap((name) => ["--env", name]),
    ...option("--user", container.user),
    ...option("--workdir", container.workingDirectory),
    ...(container.readonlyRootFilesystem === true ? ["--read-only"] : []),
    ...(container.linuxParameters?.initProcessEnabled === true ? ["--init"] : []),
    ...option("--memory", memory === undefined ? undefined : `${memory}m`),
    ...option("--memory-reservation", container.memoryReservation && `${container.memoryReservation}m`),
    ...option("--cpu-shares", container.cpu === undefined ? undefined : `${Math.max(container.cpu, 2)}`),
    ...mountArguments(container, around),
    ...healthArguments(container),
    ...option("--entrypoint", entryPoint),
    around.image,
    ...leading,
    ...(around.command ?? container.command ?? []),
  ];
}

function option(name: string, value: string | number | undefined): readonly string[] {
  return value === undefined || value === "" || value === 0 ? [] : [name, String(value)];
}

// Fargate's bind mounts belong to root unless the image declares the path as VOLUME: only then its content is copied.
function mountArguments(container: Container, around: ContainerSurroundings): readonly string[] {
  return (container.mountPoints ?? []).flatMap(({ sourceVolume = "", containerPath = "", readOnly }) => [
    "--mount",
    [
      `type=volume,source=${around.volumes[sourceVolume] ?? ""},target=${containerPath}`,
      ...(readOnly === true ? ["readonly"] : []),
      ...(around.declaredVolumes.includes(containerPath) ? [] : ["volume-nocopy"]),
    ].join(","),
  ]);
}

// ECS does not look at a HEALTHCHECK of the image.
function healthArguments({ healthCheck }: Container): readonly string[] {
  const [kind, ...words] = healthCheck?.command ?? [];
  if (healthCheck === undefined || kind === undefined || kind === "NONE") return ["--no-healthcheck"];
  return [
    ...[
      "--health-cmd",
      kind === "CMD-SHELL" ? words.join(" ") : (kind === "CMD" ? words : [kind, ...words]).map(quoted).join(" "),
    ],
    ...["--health-interval", `${healthCheck.interval ?? 30}s`, "--health-timeout", `${healthCheck.timeout ?? 5}s`],
    ...[
      "--health-retries",
      String(healthCheck.retries ?? 3),
      "--health-start-period",
      `${healthCheck.startPeriod ?? 0}s`,
    ],
  ];
}

// docker's command line takes a health check only in shell form.
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Environment of a container: the definition's, the secrets', then the overrides'. */
export function environmentOf(
  container: Container,
  secrets: Readonly<Record<string, string>>,
  overrides: readonly KeyValuePair[] = [],
): Readonly<Record<string, string>> {
  const pairs = (list: readonly KeyValuePair[]) =>
    Object.fromEntries(list.map(({ name, value }) => [name ?? "", value ?? ""]));
  return { ...pairs(container.environment ?? []), ...secrets, ...pairs(overrides) };
}

/** Whether a container's dependencies are met, can never be met, or have to be waited for. */
export function dependencies(
  container: Container,
  states: readonly ContainerState[],
): "met" | "impossible" | "waiting" {
  const each = (container.dependsOn ?? []).map(({ containerName, condition }) => {
    const state = states.find(({ name }) => name === containerName);
    if (state === undefined) return "impossible";
    const { status, exitCode, health } = state;
    if (condition === "START") return status === "PENDING" ? "waiting" : "met";
    if (condition === "HEALTHY") {
      if (status === "STOPPED" || health === "UNHEALTHY") return "impossible";
      return health === "HEALTHY" ? "met" : "waiting";
    }
    if (status !== "STOPPED") return "waiting";
    return condition === "COMPLETE" || exitCode === 0 ? "met" : "impossible";
  });
  return each.includes("impossible") ? "impossible" : each.includes("waiting") ? "waiting" : "met";
}

/** Whether the end of this container ends its task. */
export function isEssential(container: Container | undefined): boolean {
  return container?.essential !== false;
}

/** A task's health after ECS's rule: that of its essential containers that have a health check, the worst first. */
export function taskHealth(definition: Definition, states: readonly ContainerState[]): Health {
  const checked = definition.containerDefinitions.filter(
    (container) => isEssential(container) && container.healthCheck?.command?.length,
  );
  const healths = checked.map(({ name }) => states.find((state) => state.name === name)?.health ?? "UNKNOWN");
  if (healths.includes("UNHEALTHY")) return "UNHEALTHY";
  return healths.length === 0 || healths.includes("UNKNOWN") ? "UNKNOWN" : "HEALTHY";
}

/** Whether no health check of its essential containers is still to pass. */
export function containersAreHealthy({ definition, containers }: Task): boolean {
  const unchecked = definition.containerDefinitions.every(
    (container) => !isEssential(container) || !container.healthCheck?.command?.length,
  );
  return unchecked || taskHealth(definition, containers) === "HEALTHY";
}

/** The container reason that ECS gives a container killed for its memory. */
export const outOfMemory = "OutOfMemoryError: Container killed due to memory usage";

/** Why the end of an essential container ends its task. */
export const essentialExited: StopReason = {
  code: "EssentialContainerExited",
  reason: "Essential container in task exited",
  failure: true,
};

/** Names of the containers that must have stopped before the container is: those that depend on it. */
export function dependants(definition: Definition, name: string): readonly string[] {
  return definition.containerDefinitions
    .filter(({ dependsOn }) => dependsOn?.some(({ containerName }) => containerName === name))
    .map((container) => container.name);
}
