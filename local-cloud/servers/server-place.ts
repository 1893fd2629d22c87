/** Where a server runs: a container in the network of the tasks. */
export interface ServerPlace {
  /** Docker network. */
  readonly network: string;
  /** Labels of the container. */
  readonly labels: Readonly<Record<string, string>>;
  /** Host name within the network. */
  readonly alias: string;
}

/**
 * Variables of the provider's environment: where it starts servers (the Docker network, and the labels as JSON), and
 * whether it records resources of types that the local cloud does not know.
 */
export const serverVariables = {
  network: "REHEARSAL_NETWORK",
  labels: "REHEARSAL_LABELS",
  recordsUnknown: "REHEARSAL_RECORDS_UNKNOWN",
} as const;

/** Network and labels of a server's container, as the environment says. */
export function serverPlace(): Omit<ServerPlace, "alias"> {
  const network = process.env[serverVariables.network];
  if (network === undefined) {
    throw new Error(`${serverVariables.network}: not set; it names the Docker network that databases and caches join`);
  }
  return {
    network,
    labels: JSON.parse(process.env[serverVariables.labels] ?? "{}") as ServerPlace["labels"],
  };
}
