import { createHash } from "node:crypto";
import type { ContainerFile } from "../files/container-file.ts";
import type { FargateSize } from "../keys/fargate-size.ts";
import type { Update } from "../keys/update.ts";
import type { EfsVolume } from "../keys/volumes.ts";
import type { Ecs } from "../keys/x-ecs.ts";
import type { Container, Fingerprint } from "./draft.ts";

/** Docker label of a container that holds its Fingerprint as JSON, keys sorted. */
export const composeLabel = "compose-ecs-pipeline.compose";

/** Docker label of a container that holds the hash of the whole template it came from. */
export const templateLabel = "compose-ecs-pipeline.template";

/** Docker label of a container that holds the version of each parameter it reads, as JSON by environment variable. */
export const parametersLabel = "compose-ecs-pipeline.parameters";

/** The parts of its task that belong to a container's fingerprint. */
export interface Surroundings {
  readonly size: FargateSize;
  readonly volumes: readonly string[];
  /** The port that the balancer reaches, if this is the entry. */
  readonly entry: number | undefined;
  readonly replicas: number | undefined;
  /** Which of the volumes are on EFS, and how. @default - none */
  readonly efs?: Readonly<Record<string, EfsVolume>> | undefined;
  /** How a deployment replaces tasks, if this service says so. @default - as ECS does */
  readonly update?: Update | undefined;
  /** Whether containers see each other's processes. @default - false */
  readonly sharesProcesses?: boolean;
  /** Settings of this service under `x-ecs`. @default - none */
  readonly ecs?: Ecs;
  /** Fingerprint of the container that writes the files of a release task. @default - there is none */
  readonly files?: Fingerprint | undefined;
}

/** The fingerprint of a container; keys that the file leaves out have no digest. */
export function fingerprintOf(container: Omit<Container, "fingerprint">, around: Surroundings): Fingerprint {
  const { environment, secrets, ports } = container;
  const parts: Readonly<Record<string, unknown>> = {
    cap_add: unlessEmpty(container.capabilities?.add ?? []),
    cap_drop: unlessEmpty(container.capabilities?.drop ?? []),
    command: container.command,
    configs: filesOf(container, "config"),
    cpus: container.cpu,
    depends_on: unlessEmpty(container.dependsOn),
    deploy: around.update ? { replicas: around.replicas, update: around.update } : around.replicas,
    entrypoint: container.entryPoint,
    environment: unlessEmpty(Object.keys(environment).concat(Object.keys(secrets))) && { environment, secrets },
    files: around.files,
    healthcheck: container.healthCheck,
    image: "reference" in container.image ? container.image.reference : undefined,
    init: container.init || undefined,
    labels: container.labels,
    logging: container.logging,
    mem_limit: container.memoryMiB,
    mem_reservation: container.memoryReservationMiB,
    pid: around.sharesProcesses,
    platform: container.processor,
    ports: unlessEmpty(ports) && { ports, entry: around.entry },
    read_only: container.readOnlyRoot || undefined,
    restart: container.restart,
    secrets: filesOf(container, "secret"),
    size: around.size,
    stdin_open: container.interactive,
    stop_grace_period: container.stopTimeoutSeconds,
    sysctls: container.systemControls,
    tmpfs: container.tmpfs,
    tty: container.terminal,
    ulimits: container.openFiles,
    user: container.user,
    volumes: unlessEmpty(container.mounts),
    "volumes of the task": around.efs ? { volumes: around.volumes, efs: around.efs } : unlessEmpty(around.volumes),
    working_dir: container.workingDirectory,
    "x-ecs": around.ecs && extensionOf(around.ecs),
  };
  return Object.fromEntries(
    Object.entries(parts).flatMap(([key, part]) => (part === undefined ? [] : [[key, digest(part)]])),
  );
}

function filesOf({ files = [] }: Pick<Container, "files">, kind: ContainerFile["kind"]): unknown {
  return unlessEmpty(files.filter((one) => one.kind === kind));
}

/** The settings of `x-ecs` without the name of the ECS service; undefined if there are none. */
function extensionOf({ scaling, spot, balancer, grace, policy }: Ecs): unknown {
  const said = {
    ...withoutPlace(scaling),
    ...(spot && { spot: withoutPlace(spot) }),
    ...(balancer && { balancer: withoutPlace(balancer) }),
    ...(grace && { grace: grace.seconds }),
    ...(policy && { policy }),
  };
  return Object.keys(said).length === 0 ? undefined : said;
}

/** The object without its place in the file: the fingerprint does not change if a line moves. */
function withoutPlace(thing: object | undefined): object {
  return Object.fromEntries(Object.entries(thing ?? {}).filter(([key]) => key !== "at"));
}

/** The differences, container by container and key by key, such as `web: command, environment` or `worker: added`. */
export function changedKeys(
  wanted: Readonly<Record<string, Fingerprint>>,
  running: Readonly<Record<string, Fingerprint | undefined>>,
): readonly string[] {
  const names = new Set([...Object.keys(wanted), ...Object.keys(running)]);
  return [...names].toSorted().flatMap((name) => {
    const change = changeOf(wanted[name], running[name], Object.hasOwn(running, name));
    return change === "" ? [] : [`${name}: ${change}`];
  });
}

function changeOf(wanted: Fingerprint | undefined, running: Fingerprint | undefined, runs: boolean): string {
  if (wanted === undefined) return "removed";
  if (!runs) return "added";
  if (running === undefined) return `carries no label ${composeLabel}`;
  const keys = new Set([...Object.keys(wanted), ...Object.keys(running)]);
  return [...keys]
    .filter((key) => wanted[key] !== running[key])
    .toSorted()
    .join(", ");
}

function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function digest(part: unknown): string {
  return createHash("sha256").update(canonical(part)).digest("hex").slice(0, 8);
}

/** JSON with the keys of every object sorted. */
function canonical(part: unknown): string {
  if (Array.isArray(part)) return `[${part.map(canonical).join()}]`;
  if (typeof part !== "object" || part === null) return JSON.stringify(part);
  const entries = Object.entries(part).filter(([, value]) => value !== undefined);
  return `{${entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${JSON.stringify(key)}:${canonical(value)}`)
    .join()}}`;
}
