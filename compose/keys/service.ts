import type { Ignored } from "../support/classify.ts";
import type { WrittenFile } from "../files/container-file.ts";
import type { Position } from "../tree/problem.ts";
import type { Role } from "../files/role.ts";
import type { Mapping } from "../tree/tree.ts";
import type { Volume } from "./volumes.ts";
import type { Ecs } from "./x-ecs.ts";
/** The content of an environment's Compose files: services and volumes, with checked keys and replaced variables. */
export interface ComposeFile {
  /** The names of the files in messages. */
  readonly files: readonly string[];
  readonly services: readonly Service[];
  /** The volumes declared at the top. */
  readonly volumes: readonly Volume[];
  /** Variables behind secrets declared at the top, by the secret's name. */
  readonly secretVariables: Readonly<Record<string, string>>;
  /** Keys that change nothing on ECS, once each, sorted. */
  readonly ignored: readonly Ignored[];
}

/** A Compose service in Compose's own long forms. */
export interface Service {
  readonly name: string;
  readonly at: Position;
  readonly role: Role;
  /** Its ECS service, and other settings that Compose has no key for. */
  readonly ecs: Ecs;
  readonly keys: Mapping;
  /** What its `secrets` and `configs` put into the container. @default - nothing */
  readonly files?: readonly WrittenFile[];
  /**
   * The service whose files this one writes. Such a service is added here and is in no Compose file. @default - none:
   * the user wrote it
   */
  readonly filesOf?: string;
}
