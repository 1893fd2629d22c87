import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Credentials, World } from "../kit/service.ts";
import { PhaseFailure } from "./phases.ts";

/**
 * Decrypted values by parameter name, read with the build's role; throws a PhaseFailure for one that is missing or may
 * not be read.
 */
export async function parameterValues(
  world: World,
  credentials: Credentials,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  const ssm = new SSMClient({ endpoint: world.endpointUrl, region: world.region, credentials });
  try {
    // GetParameters accepts ten names
    for (let at = 0; at < names.length; at += 10) {
      const command = new GetParametersCommand({ Names: names.slice(at, at + 10), WithDecryption: true });
      const { Parameters = [], InvalidParameters = [] } = await ssm.send(command).catch(fail);
      if (InvalidParameters.length > 0) {
        throw new PhaseFailure(failed, `parameter does not exist: ${InvalidParameters.join(", ")}`);
      }
      for (const { Name, Value } of Parameters) values.set(Name ?? "", Value ?? "");
    }
  } finally {
    ssm.destroy();
  }
  return values;
}

/** CodeBuild's status code for parameters that it cannot read. */
const failed = "Decrypted Variables Error";

function fail(error: unknown): never {
  throw new PhaseFailure(failed, String(error));
}
