import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { CodeStarConnectionsClient } from "@aws-sdk/client-codestar-connections";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { STSClient } from "@aws-sdk/client-sts";
import { projectDirectory as nearestProject } from "../pulumi/project-directory.ts";
import type { StackPlace } from "../pulumi/run-pulumi.ts";
import { readProgram, type ProgramReading } from "../pulumi/program-reading.ts";

/** What doctor needs of this machine, and of the AWS services that no other verb uses. */
export interface Machine {
  /** Reads what the program would read for a stack. */
  readonly program: (stack: string) => Promise<ProgramReading>;
  /** Runs a command to its end; undefined if it is not on the PATH. */
  readonly command: (name: string, ...args: readonly string[]) => Promise<CommandResult | undefined>;
  /** The text of a file, by its path from the folder of the project; undefined if it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
  /** The status of the HTTP answer; undefined if there is no answer. */
  readonly get: (url: string) => Promise<number | undefined>;
  readonly clients: (region: string | undefined) => MachineClients;
}

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Clients of the AWS services that only doctor uses. */
export interface MachineClients {
  readonly sts: STSClient;
  readonly ec2: EC2Client;
  readonly quotas: ServiceQuotasClient;
  readonly connections: CodeStarConnectionsClient;
  /** The region of the shell's environment and profile; undefined if there is none. */
  readonly shellRegion: () => Promise<string | undefined>;
}

/** This machine, with the project in a folder, by default the nearest one from the current folder upwards. */
export const thisMachine = ({ projectDirectory = nearestProject(), environment = {} }: StackPlace = {}): Machine => ({
  program: (stack) => readProgram(stack, projectDirectory),
  command: (name, ...args) => command(name, args, { cwd: projectDirectory, env: { ...process.env, ...environment } }),
  readFile: (path) => {
    try {
      return readFileSync(resolve(projectDirectory, path), "utf8");
    } catch {
      return undefined;
    }
  },
  get: async (url) => {
    try {
      return (await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(2000) })).status;
    } catch {
      return undefined;
    }
  },
  clients: (region) => {
    const settings = region === undefined ? {} : { region };
    return {
      sts: new STSClient(settings),
      ec2: new EC2Client(settings),
      quotas: new ServiceQuotasClient(settings),
      connections: new CodeStarConnectionsClient(settings),
      shellRegion: async () => {
        try {
          return await new STSClient({}).config.region();
        } catch {
          return undefined;
        }
      },
    };
  },
});

/** Runs a command from the shell's own PATH, without the folders that npm adds in front: Pulumi does not have those. */
function command(
  name: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<CommandResult | undefined> {
  const folders = (env["PATH"] ?? "").split(delimiter);
  const PATH = folders.filter((folder) => !folder.endsWith(join("node_modules", ".bin"))).join(delimiter);
  return new Promise((resolve) => {
    const options = { cwd, env: { ...env, PATH }, timeout: 30_000 };
    const child = execFile(name, [...args], options, (error, out, err) => {
      if (error?.code === "ENOENT") resolve(undefined);
      else if (error?.killed === true) resolve({ code: 1, out, err: "it did not answer within 30 s" });
      else resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : 1, out, err });
    });
    child.stdin?.end();
  });
}
