import { required } from "./required.ts";

/** Where a rehearsal's servers are, as its surroundings say in the provider's environment. */
export const serverVariables = { network: "REHEARSAL_NETWORK", labels: "REHEARSAL_LABELS" } as const;

/** The network and the labels of a server's container. */
export function serverPlace() {
  return {
    network: required(process.env[serverVariables.network], serverVariables.network),
    labels: JSON.parse(process.env[serverVariables.labels] ?? "{}") as Readonly<Record<string, string>>,
  };
}
