import { labelArguments } from "../../kit/docker.ts";
import type { Container } from "../kit/state.ts";

/** What a container is created with, in addition to its definition. */
export interface ContainerSurroundings {
  /** Reference of the image that docker runs. */
  readonly image: string;
  /** Container whose network namespace it joins. */
  readonly pause: string;
  readonly labels: Readonly<Record<string, string>>;
  /** File of `NAME=value` lines. */
  readonly environmentFile: string;
  /** Variables whose values have line breaks, which an environment file cannot hold. */
  readonly inherited: readonly string[];
  readonly command?: readonly string[];
  /** Docker volume by the definition's volume name. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Paths that the image declares as VOLUME. */
  readonly declaredVolumes: readonly string[];
  /** The task's memory, for a container without a limit. */
  readonly memoryMiB?: number;
  /** Whether the task's `pidMode` is `task`. @default - false */
  readonly sharesProcesses?: boolean;
}

/** `docker create` of one container of a task; no value of an environment variable is among the arguments. */
export function createArguments(container: Container, around: ContainerSurroundings): readonly string[] {
  const memory = container.memory ?? around.memoryMiB;
  const [entryPoint, ...leading] = container.entryPoint ?? [];
  return [
    "create",
    ...labelArguments({ ...container.dockerLabels, ...around.labels }),
    ...["--network", `container:${around.pause}`, "--env-file", around.environmentFile],
    ...(around.sharesProcesses === true ? ["--pid", `container:${around.pause}`] : []),
    ...around.inherited.flatMap((name) => ["--env", name]),
    ...option("--user", container.user),
    ...option("--workdir", container.workingDirectory),
    ...(container.readonlyRootFilesystem === true ? ["--read-only"] : []),
    ...linuxArguments(container),
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

function linuxArguments(container: Container): readonly string[] {
  const { initProcessEnabled, capabilities = {}, tmpfs } = container.linuxParameters ?? {};
  const each = (name: string, values: readonly string[] = []) => values.flatMap((value) => [name, value]);
  return [
    ...(initProcessEnabled === true ? ["--init"] : []),
    ...(container.interactive === true ? ["--interactive"] : []),
    ...(container.pseudoTerminal === true ? ["--tty"] : []),
    ...each(
      "--tmpfs",
      tmpfs?.map(
        ({ containerPath = "", size = 0, mountOptions = [] }) =>
          `${containerPath}:${[`size=${size}m`, ...mountOptions].join(",")}`,
      ),
    ),
    ...each("--cap-add", capabilities.add),
    ...each("--cap-drop", capabilities.drop),
    ...each(
      "--ulimit",
      container.ulimits?.map(({ name, softLimit, hardLimit }) => `${name ?? ""}=${softLimit ?? 0}:${hardLimit ?? 0}`),
    ),
    ...each(
      "--sysctl",
      container.systemControls?.map(({ namespace = "", value = "" }) => `${namespace}=${value}`),
    ),
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

/** Shell command of a container's health check; undefined where it has none. */
export function healthCommand({ healthCheck }: Container): string | undefined {
  const [kind, ...words] = healthCheck?.command ?? [];
  if (kind === undefined || kind === "NONE") return undefined;
  return kind === "CMD-SHELL" ? words.join(" ") : (kind === "CMD" ? words : [kind, ...words]).map(quoted).join(" ");
}

// ECS does not look at a HEALTHCHECK of the image.
function healthArguments(container: Container): readonly string[] {
  const { healthCheck } = container;
  const command = healthCommand(container);
  if (healthCheck === undefined || command === undefined) return ["--no-healthcheck"];
  return [
    ...["--health-cmd", command],
    ...["--health-interval", `${healthCheck.interval ?? 30}s`, "--health-timeout", `${healthCheck.timeout ?? 5}s`],
    ...[
      "--health-retries",
      String(healthCheck.retries ?? 3),
      "--health-start-period",
      `${healthCheck.startPeriod ?? 0}s`,
    ],
  ];
}

// docker's command line accepts a health check only in shell form.
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
