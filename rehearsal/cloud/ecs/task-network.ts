import { docker, labelArguments } from "../../docker.ts";
import type { World } from "../service.ts";
import type { Definition } from "./state.ts";

const pauseImage = "debian:bookworm-slim";

/** The network namespace that the containers of one task share, as on Fargate. */
export interface TaskNetwork {
  /** Container that holds the namespace. */
  readonly pause: string;
  readonly address: string;
  /** Port of 127.0.0.1 by container port. */
  readonly hostPorts: Readonly<Record<number, number>>;
}

/** A task that gets a network: what listens in it, and by which names other tasks reach it. */
export interface Networked {
  readonly definition: Definition;
  /** Names that Service Connect gives its service: Docker's DNS stands in for the proxy beside each task. */
  readonly aliases: readonly string[];
}

/** Starts a task's pause container with the task's ports published on this machine only. */
export async function createNetwork(
  world: World,
  { definition, aliases }: Networked,
  labels: Readonly<Record<string, string>>,
): Promise<TaskNetwork> {
  const ports = new Set(
    definition.containerDefinitions.flatMap(({ portMappings = [] }) =>
      portMappings.map(({ containerPort }) => containerPort),
    ),
  );
  const publish = [...ports].flatMap((port) => (port === undefined ? [] : ["--publish", `127.0.0.1::${port}`]));
  const pause = await docker([
    ...["run", "--detach", "--init", "--network", world.network, ...publish],
    ...aliases.flatMap((alias) => ["--network-alias", alias]),
    ...[...labelArguments(labels), pauseImage, "sleep", "infinity"],
  ]);
  const inspected = await docker(["inspect", "--format", "{{json .NetworkSettings}}", pause]);
  const settings = JSON.parse(inspected) as {
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>>;
    readonly Ports: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>> | null;
  };
  const hostPorts = Object.entries(settings.Ports ?? {}).flatMap(([name, bound]) =>
    bound?.[0] === undefined ? [] : [[parseInt(name, 10), Number(bound[0].HostPort)] as const],
  );
  const address = Object.values(settings.Networks)[0]?.IPAddress ?? "";
  return { pause, address, hostPorts: Object.fromEntries(hostPorts) };
}
