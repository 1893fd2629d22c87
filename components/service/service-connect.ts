import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Task } from "../../compose/index.ts";

/** Whether ECS services reach each other by name; a single service has no other to reach. */
export const isConnected = (services: readonly Pick<Task, "connected">[]): boolean =>
  services.some(({ connected }) => connected);

/** The name of a container's port in Service Connect (PortMapping, API reference: lower case). */
export const portName = (container: string, port: number): string => `${container.toLowerCase()}-${port}`;

/** Every port that a container of the environment listens on, in ascending order. */
export function servedPorts(services: readonly Pick<Task, "containers">[]): readonly number[] {
  const ports = services.flatMap(({ containers }) => containers.flatMap((container) => container.ports));
  return [...new Set(ports)].toSorted((a, b) => a - b);
}

/**
 * The configuration that makes each container reachable at its Compose name and its own port (ECS developer guide,
 * "Service Connect").
 */
export function serviceConnect(
  task: Pick<Task, "containers">,
  namespace: pulumi.Input<string>,
): aws.types.input.ecs.ServiceServiceConnectConfiguration {
  return {
    enabled: true,
    namespace,
    services: task.containers.flatMap(({ name, ports }) =>
      ports.map((port) => ({
        portName: portName(name, port),
        discoveryName: portName(name, port),
        clientAlias: [{ port, dnsName: name }],
      })),
    ),
  };
}
