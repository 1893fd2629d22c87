import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { rootCredentials } from "../../../local-cloud/access/identity.ts";
import type { Clients } from "../../../scripts/verb/surroundings.ts";
import { accountId, region, type LocalEndpoint } from "./local-endpoint.ts";

/** A running moto: an emulator of AWS's API that shares no code with the local cloud. */
export interface Moto {
  readonly clients: Pick<Clients, "ecs" | "ecr" | "ssm" | "logs">;
  /** A subnet of the default VPC, where tasks can be started. */
  readonly ec2: EC2Client;
  readonly close: () => Promise<void>;
}

/** Starts moto on a port of 127.0.0.1 that it chooses itself; `running` tasks run of every ECS service. */
export async function startMoto({ running }: { readonly running: number }): Promise<Moto> {
  const directory = await mkdtemp(join(tmpdir(), "compose-ecs-moto-"));
  const env = {
    PATH: process.env["PATH"],
    HOME: directory,
    NO_COLOR: "1",
    MOTO_ACCOUNT_ID: accountId,
    MOTO_ECS_SERVICE_RUNNING: String(running),
  };
  const command = join(import.meta.dirname, "../../../.tools/bin/moto_server");
  const child = spawn(command, ["--host", "127.0.0.1", "--port", "0"], { env, stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => {
      resolve();
    });
    child.once("close", () => {
      resolve();
    });
  });
  const lastResort = () => void child.kill("SIGKILL");
  process.once("exit", lastResort);
  const close = async () => {
    child.kill();
    await ended;
    process.off("exit", lastResort);
    await rm(directory, { recursive: true });
  };
  try {
    const settings = { endpoint: await addressOf(child), region, credentials: rootCredentials };
    return { clients: clientsOf(settings), ec2: new EC2Client(settings), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The address that a server prints; its later output is read, too, so that it never blocks. */
async function addressOf({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error("moto_server: its output is not read");
  const said: string[] = [];
  const lines = createInterface(stderr);
  return await new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      said.push(line);
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
    lines.once("close", () => {
      reject(new Error(`moto_server: it did not start: ${said.join("\n")}; run \`bin/setup moto\``));
    });
  });
}

function clientsOf(settings: LocalEndpoint["asRoot"]): Moto["clients"] {
  const ecs = new ECSClient(settings);
  // moto reads no `sort`, and lists revisions as they were registered.
  ecs.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args);
        const newestFirst = "sort" in args.input && args.input.sort === "DESC";
        if (commandName !== "ListTaskDefinitionsCommand" || !newestFirst) return answer;
        const { taskDefinitionArns = [], ...rest } = answer.output as { readonly taskDefinitionArns?: string[] };
        return { ...answer, output: { ...rest, taskDefinitionArns: taskDefinitionArns.toReversed() } as never };
      },
    { step: "initialize", name: "moto-sort" },
  );
  const logs = new CloudWatchLogsClient(settings);
  // CloudWatch Logs always sorts the events of all streams by time (API reference, FilterLogEvents); moto does so only
  // on request.
  logs.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        next(
          commandName === "FilterLogEventsCommand" ? { ...args, input: { ...args.input, interleaved: true } } : args,
        ),
    { step: "initialize", name: "moto-interleaved" },
  );
  return { ecs, logs, ecr: new ECRClient(settings), ssm: new SSMClient(settings) };
}
