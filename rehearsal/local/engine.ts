import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  type Credentials,
  type LocalCloud,
  rootCredentials,
  type Run,
  serverVariables,
} from "../../local-cloud/index.ts";

/**
 * Variables with which Pulumi saves a stack's state at the end of an operation, and not after each resource, which takes
 * several seconds of a first `up`. A killed operation then leaves no trace in the state, so they are for states that no one
 * needs afterwards. The CLI has that setting only together with the second one (sdk/go/common/env).
 */
export const stateSavedAtTheEnd = { PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_EXPERIMENTAL: "true" } as const;

/** The environment of engine, program and providers: the local cloud instead of AWS, and a separate state. */
export function engineVariables(cloud: LocalCloud, run: Run): Readonly<Record<string, string | undefined>> {
  const [state, home] = [join(run.directory, "state"), join(run.directory, "pulumi")];
  for (const folder of [state, home]) mkdirSync(folder, { recursive: true });
  // A person who works with AWS on this machine has profiles, tokens or endpoints; none of them may be used.
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
    ...stateSavedAtTheEnd,
  };
}

/** The credentials of a process, as variables of its environment. */
export const credentialVariables = (
  credentials: Partial<Credentials>,
): Readonly<Record<string, string | undefined>> => ({
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
});

/** Region, endpoint and credentials for clients of the local cloud. */
export function clientSettings(cloud: LocalCloud) {
  const { region, endpointUrl: endpoint } = cloud.world;
  return { region, endpoint, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
}
