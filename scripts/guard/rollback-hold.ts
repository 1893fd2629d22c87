import { GetParameterCommand, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { isAwsError } from "../../build/verdict/aws-error.ts";

/** The hold of a rollback, as the verb writes it into its parameter; a person may write any other text there. */
export interface HoldRecord {
  /** For people: what the rollback went to, and who did it. */
  readonly text: string;
  /**
   * Revision that each ECS service was rolled back to, as `family:revision`; a second `rollback` continues with these.
   */
  readonly to: Readonly<Record<string, string>>;
}

/** Why a rollback is held, for people; undefined while no hold is set. */
export async function readHold(client: SSMClient, name: string): Promise<string | undefined> {
  const value = await readHoldValue(client, name);
  return recordOf(value)?.text ?? value;
}

/** The value of the parameter that holds a rollback; undefined while there is none. */
export async function readHoldValue(client: SSMClient, name: string): Promise<string | undefined> {
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    return Parameter?.Value ?? "";
  } catch (error) {
    if (isAwsError(error, "ParameterNotFound")) return undefined;
    throw error;
  }
}

/** Sets the hold, or replaces it by that of another rollback. */
export async function writeHold(client: SSMClient, name: string, record: HoldRecord): Promise<void> {
  await client.send(
    new PutParameterCommand({ Name: name, Type: "String", Value: JSON.stringify(record), Overwrite: true }),
  );
}

/** What the verb wrote; undefined if there is no hold, or a person wrote it. */
export function recordOf(value: string | undefined): HoldRecord | undefined {
  try {
    const { text, to } = JSON.parse(value ?? "") as Partial<HoldRecord>;
    return text === undefined || to === undefined ? undefined : { text, to };
  } catch {
    return undefined;
  }
}

/** The revision that each ECS service is held at, as far as the hold contains it. */
export const heldRevisions = (value: string | undefined): Readonly<Record<string, string | undefined>> =>
  recordOf(value)?.to ?? {};
