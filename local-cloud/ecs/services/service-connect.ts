import { AwsError } from "../../kit/service.ts";
import type { Input } from "../../kit/service.ts";
import type { Definition, Endpoint, Service, State } from "../kit/state.ts";

/** What this ECS reads of a `serviceConnectConfiguration`. */
interface ServiceConnect {
  readonly enabled?: boolean;
  readonly namespace?: string;
  readonly services?: readonly {
    readonly portName: string;
    readonly clientAliases?: readonly { readonly port: number; readonly dnsName?: string }[];
  }[];
}

/** The endpoint of a service, which exists from the service's creation; undefined when the service has no name. */
export function endpointOf({ arn, settings }: Pick<Service, "arn" | "settings">): Endpoint | undefined {
  const { enabled, services = [] } = configuration(settings);
  const aliases = services.flatMap(({ clientAliases = [] }) => clientAliases);
  const names = [...new Set(aliases.flatMap(({ dnsName }) => dnsName ?? []))].toSorted();
  if (enabled !== true || names.length === 0) return undefined;
  const ports = [...new Set(aliases.map(({ port }) => port))].toSorted((a, b) => a - b);
  return { serviceArn: arn, names, ports };
}

/**
 * The endpoints that the tasks of a new deployment can resolve, whether or not a task runs behind them: those of the
 * service's namespace. "Existing tasks and replacement tasks continue to behave the same as they did after the most
 * recent deployment" (ECS developer guide, "Amazon ECS Service Connect components"), so a deployment keeps this list.
 */
export function endpointsFor(state: State, service: Service): readonly Endpoint[] {
  if (configuration(service.settings).enabled !== true) return [];
  const others = [...state.services.values()].filter(({ arn, status }) => arn !== service.arn && status !== "INACTIVE");
  return [service, ...others]
    .filter((each) => namespaceOf(each) === namespaceOf(service))
    .flatMap((each) => endpointOf(each) ?? []);
}

/**
 * Refuses a Service Connect service whose port has no such name in the task definition, or another port than its alias.
 */
export function checkServiceConnect(input: Input, { containerDefinitions }: Definition): void {
  const mappings = containerDefinitions.flatMap(({ portMappings = [] }) => portMappings);
  for (const { portName, clientAliases = [] } of configuration(input).services ?? []) {
    const mapping = mappings.find(({ name }) => name === portName);
    if (mapping === undefined) {
      throw new AwsError(
        "InvalidParameterException",
        `Invalid service connect configuration: portName(${portName}) does not refer to any named PortMapping in the task definition.`,
      );
    }
    // On AWS, the proxy in a client's task translates ports; the relay here does not.
    for (const { port } of clientAliases) {
      if (port !== mapping.containerPort)
        throw new AwsError("InvalidParameterException", `the local cloud serves ${portName} at its own port only`);
    }
  }
}

/** The namespace that a service names, or else its cluster's. */
const namespaceOf = ({ cluster, settings }: Service): string =>
  configuration(settings).namespace ?? `of cluster ${cluster}`;

const configuration = (from: Input): ServiceConnect => from["serviceConnectConfiguration"] ?? {};
