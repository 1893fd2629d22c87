import { GetParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";

/** Why a rollback is held, as whoever set it wrote; undefined while no hold is set. */
export async function readHold(client: SSMClient, name: string): Promise<string | undefined> {
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    return Parameter?.Value ?? "";
  } catch (error) {
    if (error instanceof Error && error.name === "ParameterNotFound") return undefined;
    throw error;
  }
}
