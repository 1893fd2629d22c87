import {
  DescribeParametersCommand,
  GetParametersCommand,
  PutParameterCommand,
  type ParameterStringFilter,
  type ParameterType,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { Refusal } from "../kit/refusal.ts";

/** A parameter without its value. */
export interface ParameterView {
  readonly name: string;
  /** String, StringList or SecureString. */
  readonly type: string;
  readonly version: number;
  readonly changedAt: Date | undefined;
  /** The KMS key that encrypts it: the alias, id or ARN that it was written with; undefined if it is not encrypted. */
  readonly keyId: string | undefined;
}

/** The parameters directly below a path, sorted by name, without their values. */
export const readParametersBelow = (client: SSMClient, path: string): Promise<readonly ParameterView[]> =>
  describe(client, { Key: "Path", Option: "OneLevel", Values: [path] });

/** Those of the named parameters that exist, without their values. */
export async function readParametersNamed(
  client: SSMClient,
  names: readonly string[],
): Promise<readonly ParameterView[]> {
  const found: ParameterView[] = [];
  // A filter takes at most 50 values (SSM API reference, ParameterStringFilter).
  for (let start = 0; start < names.length; start += 50) {
    found.push(...(await describe(client, { Key: "Name", Option: "Equals", Values: names.slice(start, start + 50) })));
  }
  return found;
}

async function describe(client: SSMClient, filter: ParameterStringFilter): Promise<readonly ParameterView[]> {
  const found: ParameterView[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new DescribeParametersCommand({ ParameterFilters: [filter], MaxResults: 50, NextToken }),
    );
    for (const { Name = "", Type = "", Version = 0, LastModifiedDate, KeyId } of page.Parameters ?? []) {
      found.push({ name: Name, type: Type, version: Version, changedAt: LastModifiedDate, keyId: KeyId });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The values of those of these parameters that exist, by name. They are for comparison only and are never printed. */
export async function readValues(
  client: SSMClient,
  names: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  // One call takes ten names (Systems Manager API reference, GetParameters).
  for (let at = 0; at < names.length; at += 10) {
    const { Parameters = [] } = await client.send(
      new GetParametersCommand({ Names: names.slice(at, at + 10), WithDecryption: true }),
    );
    for (const { Name = "", Value = "" } of Parameters) found[Name] = Value;
  }
  return found;
}

/** Writes a value and returns the new version. An existing KMS key is kept, and no error contains the value. */
export async function putValue(
  client: SSMClient,
  {
    name,
    type,
    value,
    there,
  }: {
    readonly name: string;
    readonly type: ParameterType;
    readonly value: string;
    readonly there: ParameterView | undefined;
  },
): Promise<number> {
  try {
    const { Version = 0 } = await client.send(
      new PutParameterCommand({
        Name: name,
        Type: type,
        Value: value,
        Overwrite: there !== undefined,
        KeyId: type === "SecureString" ? there?.keyId : undefined,
      }),
    );
    return Version;
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes(value)) throw error;
    // A stack trace would contain the message, too.
    throw new Refusal(`${name}: ${error.name}; its message contains the value and is not shown; check the value`);
  }
}
