import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { rootCredentials } from "./identity.ts";
import { AwsError } from "../kit/service.ts";
import type { Caller, Grant, Identity, Input } from "../kit/service.ts";

/** The permissions on KMS keys that Parameter Store checks for its caller. */
export interface ParameterKeys {
  /** Refuses a caller who may not decrypt the values that a request reads. */
  readonly requireDecrypt: (caller: Caller, operation: string, input: Input) => Promise<void>;
  /** Refuses a caller who may not encrypt the value that a request writes. */
  readonly requireEncrypt: (caller: Caller, operation: string, input: Input) => Promise<void>;
}

interface ParameterKeysArgs {
  /** ministack's address. It notes each value's key, and encrypts nothing. */
  readonly upstream: string;
  readonly identity: Pick<Identity, "require">;
  readonly region: string;
  readonly accountId: string;
}

/** Keys are looked up as root; the caller's permissions on them are checked. */
export function parameterKeys({ upstream, identity, region, accountId }: ParameterKeysArgs): ParameterKeys {
  const client = { endpoint: upstream, region, credentials: rootCredentials };
  const [ssm, kms] = [new SSMClient(client), new KMSClient(client)];

  /** The grant of an action on a key; none for Parameter Store's own key, which the whole account may use. */
  async function grantOn(action: string, keyId: string, name: string): Promise<readonly Grant[]> {
    if (/^(arn:.*:)?alias\/aws\/ssm$/u.test(keyId)) return [];
    const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId: keyId })).catch((error: unknown) => {
      throw new AwsError("InvalidKeyId", error instanceof Error ? error.message : String(error));
    });
    const context = {
      "kms:ViaService": `ssm.${region}.amazonaws.com`,
      "kms:EncryptionContext:PARAMETER_ARN": `arn:aws:ssm:${region}:${accountId}:parameter/${name.replace(/^\//u, "")}`,
    };
    return [{ action, resource: key?.Arn ?? "", context }];
  }

  async function require(caller: Caller, grants: readonly Grant[]): Promise<void> {
    try {
      await identity.require(caller, grants);
    } catch (error) {
      throw error instanceof AwsError ? denialOf(error) : error;
    }
  }

  return {
    async requireDecrypt(caller, operation, input) {
      if (input["WithDecryption"] !== true) return;
      const filter = filterOf(operation, input);
      if (filter === undefined) return;
      const { Parameters = [] } = await ssm.send(
        new DescribeParametersCommand({ ParameterFilters: [filter], MaxResults: 50 }),
      );
      const grants = Parameters.map(async ({ Name = "", KeyId }) =>
        KeyId === undefined ? [] : await grantOn("kms:Decrypt", KeyId, Name),
      );
      await require(caller, (await Promise.all(grants)).flat());
    },

    async requireEncrypt(caller, operation, input) {
      const { Name, KeyId, Type, Tier } = input;
      if (operation !== "PutParameter" || Type !== "SecureString" || typeof KeyId !== "string" || KeyId === "") return;
      // KMS developer guide, "How AWS Systems Manager Parameter Store uses AWS KMS": permissions to encrypt and decrypt.
      const action = Tier === "Advanced" ? "kms:GenerateDataKey" : "kms:Encrypt";
      await require(caller, await grantOn(action, KeyId, String(Name)));
    },
  };
}

/** The filter of DescribeParameters for the parameters that a request reads; undefined when it reads none. */
function filterOf(operation: string, input: Input) {
  const named = (names: readonly unknown[]) => ({
    Key: "Name",
    Option: "Equals",
    // By name, by ARN, or with a version behind it.
    Values: names.map((name) =>
      String(name)
        .replace(/^arn:.*:parameter(?=\/)/u, "")
        .replace(/:[^:]+$/u, ""),
    ),
  });
  if (operation === "GetParameters") return named(input["Names"] as readonly unknown[]);
  if (operation === "GetParameter" || operation === "GetParameterHistory") return named([input["Name"]]);
  if (operation !== "GetParametersByPath") return undefined;
  const Option = input["Recursive"] === true ? "Recursive" : "OneLevel";
  return { Key: "Path", Option, Values: [String(input["Path"])] };
}

/**
 * KMS's message when the caller's policies deny an action. For a ciphertext it does not name the key (IAM Identity Center
 * user guide, "Troubleshoot customer managed keys": the same sentence of the same action).
 */
function denialOf({ code, message, status }: AwsError): AwsError {
  const [, action = ""] = /perform: (kms:\w+)/u.exec(message) ?? [];
  const said =
    action === "kms:Decrypt"
      ? message.replace(/on resource: .*/u, "on the resource associated with this ciphertext")
      : message;
  return new AwsError(code, `${said} because no identity-based policy allows the ${action} action`, status);
}
