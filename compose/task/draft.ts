import type { ContainerFile } from "../files/container-file.ts";
import type { Dependency, Written } from "../files/depends-on.ts";
import type { FargateSize } from "../keys/fargate-size.ts";
import type { HealthCheck } from "../keys/health-check.ts";
import type { ImageSource } from "../keys/image.ts";
import type { Capabilities, OpenFiles } from "../keys/linux.ts";
import type { Mount } from "../keys/mounts.ts";
import type { Ports } from "../keys/ports.ts";
import type { Processor } from "../keys/platform.ts";
import type { Restart } from "../keys/restart.ts";
import type { SharedProcesses } from "../keys/shared-processes.ts";
import type { WrittenUpdate } from "../keys/update.ts";
import type { Resources } from "../keys/resources.ts";
import type { Tmpfs } from "../keys/tmpfs.ts";
import type { Service } from "../keys/service.ts";
/** A container of a task, as the Compose file describes it. */
export interface Container {
  /** The name of the Compose service. */
  readonly name: string;
  readonly image: ImageSource;
  /** @default - the image's; Compose's one-line form is split as a shell would split it */
  readonly command?: readonly string[];
  /** @default - the image's */
  readonly entryPoint?: readonly string[];
  readonly workingDirectory?: string;
  readonly user?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Compose variables that are parameters, by the name under which the container sees each. */
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
  /** Files from `secrets` and `configs`, by path; another container of its task writes them. @default - none */
  readonly files?: readonly ContainerFile[];
  /** Docker labels, in addition to this project's own. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** When ECS restarts it in its task. @default - ECS replaces the task */
  readonly restart?: Omit<Restart, "at">;
  /** @default - Docker's */
  readonly capabilities?: Capabilities;
  /** @default - Fargate's: 65535 */
  readonly openFiles?: OpenFiles;
  /** Kernel parameters. @default - none */
  readonly systemControls?: Readonly<Record<string, string>>;
  /** Options of the log driver, in addition to the environment's. @default - none */
  readonly logging?: Readonly<Record<string, string>>;
  /** The processor its image is for. @default - the stack's */
  readonly processor?: Processor;
  /** Whether its standard input is kept open. @default - false */
  readonly interactive?: boolean;
  /** Whether it has a terminal. @default - false */
  readonly terminal?: boolean;
  /** Size of a task that has only this container. */
  readonly size: FargateSize;
  readonly fingerprint: Fingerprint;
}

/** A container before its task is known, with what decides its task. */
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

/**
 * Digest (8 hex digits) of each key of a container's Compose part, so that a difference can be reported by key. It does
 * not depend on the stack's configuration: parameters are in it by variable name, and images that are built are not in
 * it.
 */
export type Fingerprint = Readonly<Record<string, string>>;
