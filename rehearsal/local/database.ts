import { randomBytes } from "node:crypto";
import { PutParameterCommand, SSMClient, type SSMClientConfig } from "@aws-sdk/client-ssm";
import { type LocalCloud, type Run, startPostgres } from "../../local-cloud/index.ts";

/** Where a database runs, and where its URL is kept. */
interface DatabasePlace {
  readonly cloud: LocalCloud;
  readonly run: Run;
  readonly client: SSMClientConfig;
}

/** Starts a PostgreSQL and puts the URL of a database into the parameter of that name, as a person does before `up`. */
export async function startDatabase(
  { cloud, run, client }: DatabasePlace,
  parameter: string,
  name: string,
): Promise<void> {
  const password = randomBytes(16).toString("hex");
  const { network } = cloud.world;
  const database = await startPostgres({ network, labels: run.labels, alias: "database", password });
  await putParameter(client, parameter, database.url(name));
}

/** Writes a secret parameter. */
export async function putParameter(client: SSMClientConfig, Name: string, Value: string): Promise<void> {
  await new SSMClient(client).send(new PutParameterCommand({ Name, Type: "SecureString", Value }));
}
