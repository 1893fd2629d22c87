import { verbCommand } from "../../components/plain.ts";
import { GetConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { readActions, readPipeline } from "../look/pipeline-view.ts";
import type { Clients } from "../verb/surroundings.ts";
import { missing, ok, type Check } from "./check.ts";
import type { MachineClients } from "../verb/machine.ts";

/** A connection to the source, and the newest run if its source failed. */
export interface Connection {
  readonly stack: string;
  readonly name: string;
  readonly arn: string;
  /** PENDING, AVAILABLE or ERROR. */
  readonly status: string;
  /** The newest run, if its source has failed. */
  readonly failed: { readonly run: string; readonly error: string } | undefined;
}

/** Reads a connection: one call. */
export async function readConnection({ connections }: Pick<MachineClients, "connections">, arn: string) {
  const { Connection: found } = await connections.send(new GetConnectionCommand({ ConnectionArn: arn }));
  return { arn, name: found?.ConnectionName ?? arn, status: found?.ConnectionStatus ?? "" };
}

/** Reads why the newest run failed at its source; undefined if it did not. */
export async function readFailedSource(
  { codepipeline }: Pick<Clients, "codepipeline">,
  pipeline: string,
): Promise<Connection["failed"]> {
  const [source] = (await readPipeline(codepipeline, pipeline)).stages;
  if (source?.run?.status !== "Failed") return undefined;
  const actions = await readActions(codepipeline, pipeline, source.run.id);
  return { run: source.run.id, error: actions.find(({ status }) => status === "Failed")?.error ?? "" };
}

/** Checks whether someone has finished the connection's handshake, and which run failed without it. */
export function judgeConnection({ stack, name, arn, status, failed }: Connection): readonly Check[] {
  const said = failed && `run ${failed.run}: its source failed${failed.error === "" ? "" : ` (${failed.error})`}`;
  if (status === "AVAILABLE") {
    const again = `push, or \`${verbCommand} release --stack ${stack}\``;
    return [ok(`connection ${name}: AVAILABLE`), ...(said === undefined ? [] : [missing(`${said}; ${again}`)])];
  }
  const what =
    status === "PENDING"
      ? `PENDING; finish its handshake with "Update pending connection" at ${consoleOf(arn)}`
      : `${status}; look at ${consoleOf(arn)}`;
  return [
    missing(`connection ${name}: ${what}`),
    ...(said === undefined ? [] : [missing(`${said}; it can stay failed: the next push starts another run`)]),
  ];
}

/** The console's list of the connections in an ARN's partition and region. */
function consoleOf(arn: string): string {
  const [, partition = "aws", , region = ""] = arn.split(":");
  const hosts: Readonly<Record<string, string | undefined>> = {
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
  };
  const host = hosts[partition] ?? "console.aws.amazon.com";
  return `https://${host}/codesuite/settings/connections?region=${region}`;
}
