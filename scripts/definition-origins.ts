import { ignoredBecause } from "./compose-check.ts";

/** Where a key of a container definition comes from. */
export interface Origin {
  /** Keys of the Compose service, as in `deploy.resources.limits.cpus`; the name stands for the service itself. */
  readonly from: readonly string[];
  /** Why it is there although none of them is written. @default - ECS's or Compose's default */
  readonly otherwise?: string;
}

const limits = "deploy.resources.limits";
const reservations = "deploy.resources.reservations";

/** Which keys of a Compose service decide each key of its container definition (ContainerDefinition, ECS API reference). */
export const definitionOrigins: Readonly<Record<string, Origin>> = {
  name: { from: [], otherwise: "the service's name" },
  image: { from: ["image", "build"] },
  essential: { from: [], otherwise: "false where another waits for its end" },
  command: { from: ["command"] },
  entryPoint: { from: ["entrypoint"] },
  workingDirectory: { from: ["working_dir"] },
  user: { from: ["user"] },
  environment: { from: ["environment"] },
  secrets: { from: ["environment"] },
  portMappings: { from: ["ports", "expose"] },
  healthCheck: { from: ["healthcheck"] },
  dependsOn: { from: ["depends_on"] },
  readonlyRootFilesystem: { from: ["read_only"] },
  linuxParameters: { from: ["init"] },
  stopTimeout: { from: ["stop_grace_period"] },
  cpu: { from: ["cpus", `${limits}.cpus`, `${reservations}.cpus`], otherwise: "no share of its own" },
  memory: { from: ["mem_limit", `${limits}.memory`] },
  memoryReservation: { from: ["mem_reservation", `${reservations}.memory`] },
  mountPoints: { from: ["volumes"] },
  volumesFrom: { from: [] },
  systemControls: { from: [] },
  logConfiguration: { from: [], otherwise: "every container logs to the environment's log group" },
  dockerLabels: { from: [], otherwise: "what `up` and builds compare with" },
};

/** What becomes of a key of a service that no container definition has. */
export function fateOf(key: string): string {
  const reason = ignoredBecause(key);
  if (reason !== undefined) return `ignored: ${reason}`;
  if (Object.hasOwn(fates, key)) return fates[key] ?? "";
  return key.startsWith("x-")
    ? "changes nothing: it is there for others, or for anchors"
    : "part of the ECS service, not of the container";
}

/** What becomes of keys that are about the service rather than its container. */
export const fates: Readonly<Record<string, string>> = {
  profiles: "where it runs: release, once before each deployment",
  "x-ecs": "which ECS service holds it, and how that scales",
  "deploy.replicas": "how many tasks the ECS service has",
};
