import { randomBytes } from "node:crypto";
import { PutParameterCommand, SSMClient, type SSMClientConfig } from "@aws-sdk/client-ssm";
import { type LocalCloud, type Run, startPostgres } from "../../local-cloud/index.ts";

/** Where a database runs, and where its URL is kept. */
interface DatabasePlace {
  readonly cloud: LocalCloud;
  readonly run: Run;
  readonly client: SSMClientConfig;
}

/**
 * Starts a PostgreSQL and puts the URL of the database `name` into a parameter, as a person does before `up`. Of that
 * name, only `database` exists; the application may create another one.
 */
export async function startDatabase(
  { cloud, run, client }: DatabasePlace,
  parameter: string,
  name: string,
  database?: string,
): Promise<void> {
  const password = randomBytes(16).toString("hex");
  const { network } = cloud.world;
  const postgres = await startPostgres({
    network,
    labels: run.labels,
    alias: "database",
    password,
    ...(database !== undefined && { database }),
  });
  await putParameter(client, parameter, postgres.url(name));
}

/** Writes a secret parameter. */
export async function putParameter(client: SSMClientConfig, Name: string, Value: string): Promise<void> {
  await new SSMClient(client).send(new PutParameterCommand({ Name, Type: "SecureString", Value }));
}
