import type { FargateSize, PolicyStatement, Position, Problem, Spot, Task, Update } from "../../compose/index.ts";

/** What an environment's Compose files become. */
export interface CheckReport {
  readonly environment: string;
  readonly files: readonly string[];
  readonly architecture: "x86_64" | "arm64";
  readonly services: readonly ServiceReport[];
  /** One-off tasks before a deployment, in their order. */
  readonly release: readonly ReleaseReport[];
  /** Compose services that a build may run before it pushes. */
  readonly tests: readonly string[];
  /** Compose services that only people run. */
  readonly people: readonly string[];
  /** What containers may do on AWS. */
  readonly policy: readonly PolicyStatement[];
  /** Keys that change nothing on ECS, once each. */
  readonly ignored: readonly IgnoredKey[];
  /** What is allowed but probably a mistake. */
  readonly notes: readonly Problem[];
}

/** One ECS service. */
export interface ServiceReport {
  readonly name: string;
  readonly size: FargateSize;
  readonly count: number;
  /** Maximum number of tasks; missing if it does not scale. */
  readonly maximumCount?: number;
  /** The port that the load balancer reaches; missing if the service publishes none. */
  readonly entry?: Task["entry"];
  /** Which tasks run on Fargate Spot; missing if none does. */
  readonly spot?: Spot;
  /** How a deployment replaces tasks; missing if the Compose file does not say it. */
  readonly update?: Update;
  readonly containers: readonly ContainerReport[];
}

export interface ReleaseReport {
  readonly family: string;
  readonly size: FargateSize;
  readonly container: ContainerReport;
  /** The container that writes its files before it starts; missing if it has none. */
  readonly writer?: ContainerReport;
}

export interface ContainerReport {
  readonly name: string;
  /** The repository of an image that is built here, or the reference of another image. */
  readonly image: { readonly repository: string } | { readonly reference: string };
  /** CPU units that the container reserves; 1024 are one vCPU. */
  readonly cpu?: number;
  readonly memoryMiB?: number;
  readonly ports: readonly number[];
  /** Names of the environment's plain variables. */
  readonly environment: readonly string[];
  /** Name of the parameter behind each secret of the environment. */
  readonly secrets: Readonly<Record<string, string>>;
  /** By the path in the container; those on EFS outlive their task. */
  readonly volumes: Readonly<Record<string, { readonly name: string; readonly efs: boolean }>>;
  /** File systems in memory, in MiB by the path in the container; missing where there is none. */
  readonly tmpfs?: Readonly<Record<string, number>>;
  /** Files of `secrets` and `configs`, by the path in the container; missing where there is none. */
  readonly files?: Readonly<Record<string, { readonly kind: "secret" | "config"; readonly name: string }>>;
  /** Why a container was added that is in no Compose file; missing for all others. */
  readonly added?: AddedContainer;
}

/** A container that writes the files of another one. */
export interface AddedContainer {
  readonly for: string;
  /** The lines that ask for the files. */
  readonly places: readonly Position[];
}

export interface IgnoredKey extends Position {
  /** Its path from the top, as in `services.*.container_name`. */
  readonly key: string;
  readonly reason: string;
}
