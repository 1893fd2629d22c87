import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PutParameterCommand, SSMClient, type SSMClientConfig } from "@aws-sdk/client-ssm";
import { collectProblems } from "../../compose/index.ts";
import { type LocalCloud, type Run, startPostgres } from "../../local-cloud/index.ts";
import { readStackFile } from "../../scripts/compose/stack-file.ts";

/** The parameters that the stack's file declares and a person has to set. */
export function declaredParameters(checkout: string, app: string, stack: string): readonly string[] {
  const file = `Pulumi.${stack}.yaml`;
  const text = readFileSync(join(checkout, file), "utf8");
  const project = { name: "compose-ecs-pipeline", app, applicationDirectory: "." };
  const read = collectProblems([file], (report) => readStackFile(stack, { file, text }, project, report));
  return Object.keys(read.parameterNames).filter((variable) => !read.urls.includes(variable));
}

/** Where a database runs, and where its URL is kept. */
interface DatabasePlace {
  readonly cloud: LocalCloud;
  readonly run: Run;
  readonly client: SSMClientConfig;
}

/** Starts a database and puts its URL into Parameter Store before the first `up`, as a person does. */
export async function startDatabase(
  { cloud, run, client }: DatabasePlace,
  app: string,
  environment: string,
): Promise<void> {
  const password = randomBytes(16).toString("hex");
  const database = await startPostgres({
    network: cloud.world.network,
    labels: run.labels,
    alias: "database",
    password,
  });
  await new SSMClient(client).send(
    new PutParameterCommand({
      Name: `/${app}/${environment}/DATABASE_URL`,
      Type: "SecureString",
      Value: database.url(`${app}_${environment}`),
    }),
  );
}
