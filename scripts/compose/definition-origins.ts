import { levels, type Level } from "../../compose/index.ts";

/** Where a key of a container definition comes from. */
export interface Origin {
  /** Keys of the Compose service, such as `deploy.resources.limits.cpus`, or items of a list by `type`. */
  readonly from: readonly string[];
  /** Why it is there if none of them is written. @default - ECS's or Compose's default */
  readonly otherwise?: string;
}

const limits = "deploy.resources.limits";
const reservations = "deploy.resources.reservations";

/**
 * Which keys of a Compose service decide each key of its container definition (ContainerDefinition, ECS API
 * reference).
 */
export const definitionOrigins: Readonly<Record<string, Origin>> = {
  name: { from: [], otherwise: "the service's name" },
  image: { from: ["image", "build"] },
  essential: { from: [], otherwise: "false if another container waits for its end" },
  command: { from: ["command"] },
  entryPoint: { from: ["entrypoint"] },
  workingDirectory: { from: ["working_dir"] },
  user: { from: ["user"] },
  environment: { from: ["environment"] },
  secrets: { from: ["environment"] },
  portMappings: { from: ["ports", "expose"] },
  healthCheck: { from: ["healthcheck"] },
  dependsOn: { from: ["depends_on", "secrets", "configs"] },
  readonlyRootFilesystem: { from: ["read_only"] },
  linuxParameters: { from: ["init", "cap_add", "cap_drop", "tmpfs", "volumes[tmpfs]"] },
  ulimits: { from: ["ulimits"] },
  restartPolicy: { from: ["restart", "deploy.restart_policy"] },
  interactive: { from: ["stdin_open"] },
  pseudoTerminal: { from: ["tty"] },
  stopTimeout: { from: ["stop_grace_period"] },
  cpu: { from: ["cpus", `${limits}.cpus`, `${reservations}.cpus`], otherwise: "no reserved CPU" },
  memory: { from: ["mem_limit", `${limits}.memory`] },
  memoryReservation: { from: ["mem_reservation", `${reservations}.memory`] },
  mountPoints: { from: ["volumes[volume]", "secrets", "configs"] },
  volumesFrom: { from: [] },
  systemControls: { from: ["sysctls"] },
  logConfiguration: { from: ["logging"], otherwise: "every container logs to the environment's log group" },
  dockerLabels: { from: ["labels"], otherwise: "what `up` and builds compare with" },
};

/** What a key of a service becomes, such as `deploy.update_config`, if no container definition has it. */
export function fateOf(path: string): string {
  if (path === "x-ecs") return "the ECS service that holds it, and what Compose has no key for";
  if (path.startsWith("x-")) return "nothing: other tools or anchors use it";
  const fate = fateAt(path.split("."), levels.named?.["services"]);
  if (typeof fate !== "object") return fate ?? "";
  return `ignored: ${"ignored" in fate ? fate.ignored : fate.rejected}`;
}

function fateAt([key = "", ...rest]: readonly string[], level: Level | undefined): Level["keys"][string] | undefined {
  return rest.length === 0 ? level?.keys[key] : fateAt(rest, level?.below?.[key]);
}
