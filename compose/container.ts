import { checkTmpfs } from "./check-tmpfs.ts";
import { seconds } from "./duration.ts";
import { optionsOf } from "./container-options.ts";
import { withoutPlace, type ContainerFile } from "./container-file.ts";
import type { Dependency, Written } from "./depends-on.ts";
import { environmentOf } from "./environment.ts";
import type { FargateSize } from "./fargate-size.ts";
import { field, flag, text } from "./fields.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { healthCheckOf, type HealthCheck } from "./health-check.ts";
import type { ImageSource } from "./image.ts";
import type { Capabilities, OpenFiles } from "./linux.ts";
import { mountsOf, type Mount } from "./mounts.ts";
import { portNumbers, portsOf, type Ports } from "./ports.ts";
import type { Report } from "./problem.ts";
import type { Processor } from "./platform.ts";
import { present } from "./present.ts";
import type { ComposeFile, Service } from "./read.ts";
import { restartOf, type Restart } from "./restart.ts";
import { sharedProcesses, type SharedProcesses } from "./shared-processes.ts";
import { updateOf, type WrittenUpdate } from "./update.ts";
import { resourcesOf, type Resources } from "./resources.ts";
import { sizeOf } from "./task-size.ts";
import { tmpfsOf, type Tmpfs } from "./tmpfs.ts";
import type { Value } from "./tree.ts";
import { waitsOf, writtenFor } from "./waits.ts";
import { commandWords } from "./words.ts";

/** A container of a task, as the Compose file describes it. */
export interface Container {
  /** The Compose service's. */
  readonly name: string;
  readonly image: ImageSource;
  /** @default - the image's; Compose's one-line form is split as a shell would */
  readonly command?: readonly string[];
  /** @default - the image's */
  readonly entryPoint?: readonly string[];
  readonly workingDirectory?: string;
  readonly user?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The Compose variable, a parameter, by the name under which the container sees it. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Container ports, published or exposed, ascending. */
  readonly ports: readonly number[];
  readonly healthCheck?: HealthCheck;
  /** Other containers of the same task; none for a release task, which runs alone. */
  readonly dependsOn: readonly Dependency[];
  readonly readOnlyRoot: boolean;
  readonly init: boolean;
  readonly stopTimeoutSeconds?: number;
  /** CPU units; 1024 are one vCPU. */
  readonly cpu?: number;
  readonly memoryMiB?: number;
  readonly memoryReservationMiB?: number;
  readonly mounts: readonly Mount[];
  /** File systems in memory, by path. @default - none */
  readonly tmpfs?: readonly Tmpfs[];
  /** What `secrets` and `configs` put into it, by path: another container of its task writes it. @default - nothing */
  readonly files?: readonly ContainerFile[];
  /** Docker labels, beside this project's own. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** When ECS restarts it in its task. @default - ECS replaces the task */
  readonly restart?: Omit<Restart, "at">;
  /** @default - Docker's */
  readonly capabilities?: Capabilities;
  /** @default - Fargate's: 65535 */
  readonly openFiles?: OpenFiles;
  /** Kernel parameters. @default - none */
  readonly systemControls?: Readonly<Record<string, string>>;
  /** Options of the log driver, beside the environment's. @default - none */
  readonly logging?: Readonly<Record<string, string>>;
  /** The processor its image is for. @default - the stack's */
  readonly processor?: Processor;
  /** Whether its standard input is kept open. @default - false */
  readonly interactive?: boolean;
  /** Whether it has a terminal. @default - false */
  readonly terminal?: boolean;
  /** Of a task with this container alone. */
  readonly size: FargateSize;
  readonly fingerprint: Fingerprint;
}

/** A container before its task is known, with what its task is decided from. */
export interface Draft {
  readonly service: Service;
  readonly container: Omit<Container, "fingerprint">;
  readonly ports: Ports;
  readonly dependencies: readonly Written[];
  readonly replicas: Resources["replicas"];
  readonly update: WrittenUpdate | undefined;
  readonly restart: Restart | undefined;
  /** The service whose processes it sees, as `pid: service:NAME` says. */
  readonly sharesWith: SharedProcesses | undefined;
}

/** The container of a service. */
export function draftOf(service: Service, image: ImageSource, file: ComposeFile, report: Report): Draft {
  const { keys } = service;
  const read = (key: string): Value | undefined => field(keys, key)?.value;
  const optional = <T>(key: string, reader: (value: Value, what: string, report: Report) => T): T | undefined => {
    const value = read(key);
    return value && reader(value, `"${key}"`, report);
  };
  const ports = portsOf(keys, report);
  const dependencies = writtenFor(service, file, report);
  const environment = environmentOf(read("environment"), report);
  const { replicas, ...limits } = resourcesOf(keys, report);
  const restart = restartOf(keys, report);
  const tmpfs = tmpfsOf(keys, report);
  const mounts = mountsOf(keys, report);
  checkTmpfs(tmpfs ?? [], { mounts, ...limits }, report);
  const container = {
    name: service.name,
    image,
    command: optional("command", commandWords),
    entryPoint: optional("entrypoint", commandWords),
    workingDirectory: optional("working_dir", text),
    user: optional("user", text),
    environment: environment.plain,
    secrets: environment.secrets,
    ports: portNumbers(ports),
    healthCheck: healthCheckOf(read("healthcheck"), report),
    dependsOn: waitsOf(dependencies, service, file),
    readOnlyRoot: optional("read_only", flag) ?? false,
    init: optional("init", flag) ?? false,
    stopTimeoutSeconds: optional("stop_grace_period", (value, what) => seconds(value, what, [2, 120], report)),
    ...limits,
    mounts,
    tmpfs: tmpfs?.map(({ path, sizeMiB, options }) => ({ path, sizeMiB, options })),
    files: service.files?.map(withoutPlace),
    ...optionsOf(keys, restart, report),
  };
  return {
    service,
    container: { ...present(container), size: sizeOf([container], service, report) },
    ports,
    dependencies,
    replicas,
    update: updateOf(keys, report),
    restart,
    sharesWith: sharedProcesses(keys, report),
  };
}
