import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runStack, type Operation, type StackResult } from "../../scripts/pulumi/stack.ts";
import {
  type Credentials,
  type LocalCloud,
  rootCredentials,
  type Run,
  serverVariables,
} from "../../local-cloud/index.ts";
import type { Repository } from "../commits.ts";

/** The repository that the stacks are configured with; the local cloud maps it to one on this machine. */
export const sourceRepository = "acme/shop";

/** What engine, program and providers find in their environment: the local cloud instead of AWS, and a state of their own. */
export function engineVariables(cloud: LocalCloud, run: Run): Readonly<Record<string, string | undefined>> {
  const [state, home] = [join(run.directory, "state"), join(run.directory, "pulumi")];
  for (const folder of [state, home]) mkdirSync(folder, { recursive: true });
  // Whoever works with AWS on this machine has profiles, tokens or endpoints of their own; none of them may be used.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|PULUMI)_/.test(name));
  return {
    ...Object.fromEntries(inherited),
    AWS_ENDPOINT_URL: cloud.endpointUrl,
    AWS_REGION: cloud.world.region,
    ...credentialVariables(rootCredentials),
    [serverVariables.network]: cloud.world.network,
    [serverVariables.labels]: JSON.stringify(run.labels),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_HOME: home,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/** How a process is told as whom it asks AWS. */
export const credentialVariables = (
  credentials: Partial<Credentials>,
): Readonly<Record<string, string | undefined>> => ({
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
});

export interface StackRunsArgs {
  readonly environment: string;
  readonly repository: Repository;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Those that the stack declares. */
  readonly parameters: readonly string[];
}

/** Runs an operation from the checkout; the first one writes what a person would have configured. */
export function stackRuns({
  environment,
  repository,
  variables,
  parameters,
}: StackRunsArgs): (operation: Operation) => Promise<StackResult> {
  let configuration: Readonly<Record<string, string | { readonly secret: string }>> = {
    "compose-ecs-pipeline:sourceRepository": sourceRepository,
    "compose-ecs-pipeline:pollSeconds": "1",
    ...(parameters.includes("SECRET_KEY_BASE") && {
      "secrets:SECRET_KEY_BASE": { secret: randomBytes(64).toString("hex") },
    }),
  };
  return async (operation: Operation): Promise<StackResult> => {
    const asked = configuration;
    configuration = {};
    return runStack({
      operation,
      stack: environment,
      projectDirectory: repository.checkout,
      configuration: asked,
      environment: variables,
    });
  };
}
