import { AwsError } from "../service.ts";
import type { Input } from "../service.ts";
import type { Definition, Service } from "./state.ts";

/** What this ECS reads of a `serviceConnectConfiguration`. */
interface ServiceConnect {
  readonly enabled?: boolean;
  readonly services?: readonly {
    readonly portName: string;
    readonly clientAliases?: readonly { readonly port: number; readonly dnsName?: string }[];
  }[];
}

/** The names by which tasks of other services reach this one's (ECS developer guide, "Service Connect", client alias). */
export function namesIn(service: Pick<Service, "settings"> | undefined): readonly string[] {
  const { enabled, services = [] } = configuration(service?.settings ?? {});
  if (enabled !== true) return [];
  const names = services.flatMap(({ clientAliases = [] }) => clientAliases.flatMap(({ dnsName }) => dnsName ?? []));
  return [...new Set(names)].toSorted();
}

/** Refuses a Service Connect service whose port has no such name in the task definition, or another port than its alias. */
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
    // The proxy beside a client translates ports on AWS; Docker's DNS does not.
    for (const { port } of clientAliases) {
      if (port !== mapping.containerPort)
        throw new AwsError("InvalidParameterException", `the local ECS reaches ${portName} at its own port only`);
    }
  }
}

const configuration = (from: Input): ServiceConnect => from["serviceConnectConfiguration"] ?? {};
