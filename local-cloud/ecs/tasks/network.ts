import { docker, labelArguments } from "../../kit/docker.ts";
import type { World } from "../../kit/service.ts";
import { taskHost } from "./relays.ts";
import type { Definition } from "../kit/state.ts";

const pauseImage = "debian:bookworm-slim";

/** The network namespace that the containers of one task share, as on Fargate. */
export interface TaskNetwork {
  /** Container that holds the namespace. */
  readonly pause: string;
  readonly address: string;
  /** Port of 127.0.0.1 by container port. */
  readonly hostPorts: Readonly<Record<number, number>>;
}

/** What a task's network needs: its ports, and the names that it can resolve. */
export interface Networked {
  readonly definition: Definition;
  /** The service whose relay finds it; undefined for a task without a service. */
  readonly serviceArn: string | undefined;
  /** What Service Connect resolves in it: on AWS, too, these are lines of the containers' /etc/hosts. */
  readonly hosts: readonly { readonly name: string; readonly address: string }[];
}

/** Starts a task's pause container with the task's ports published on this machine only. */
export async function createNetwork(
  world: World,
  { definition, serviceArn, hosts }: Networked,
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
    ...(serviceArn === undefined ? [] : ["--network-alias", taskHost(serviceArn)]),
    ...hosts.flatMap(({ name, address }) => ["--add-host", `${name}:${address}`]),
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
