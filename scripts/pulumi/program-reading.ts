import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { nodeOptions } from "./stack.ts";
import { stackFileName } from "../kit/stack-file-name.ts";

/** What the program reads for a stack before it asks AWS for anything. */
export interface ProgramReading {
  /** `aws:region` of the stack's file. */
  readonly region: string | undefined;
  /** `aws:allowedAccountIds`; empty allows every account. */
  readonly allowedAccounts: readonly string[];
  readonly settings: ProgramSettings | Unread;
  /** What the Compose files describe; undefined where the settings do not say which they are. */
  readonly application: ProgramApplication | Unread | undefined;
}

/** Why something could not be read: one `where: what; remedy` a line. */
export interface Unread {
  readonly problem: string;
}

/** The settings that doctor needs. */
export interface ProgramSettings {
  readonly composeFiles: readonly string[];
  /** Path of the buildspec; undefined where nothing is built. */
  readonly buildspec: string | undefined;
  readonly testReports: boolean;
  readonly source: string;
  /** Whether the source is reached through a connection. */
  readonly connected: boolean;
  /** The connection that the stack is given; undefined where it makes its own. */
  readonly connectionArn: string | undefined;
  /** NAT gateways of the VPC that the stack makes; undefined where it is given one. */
  readonly natGateways: "none" | "single" | "perZone" | undefined;
  readonly parameters: readonly ProgramParameter[];
  /** KMS keys, other than Parameter Store's own, that encrypt some of them. */
  readonly parameterKmsKeyArns: readonly string[];
}

/** A variable of the Compose file that is a parameter. */
export interface ProgramParameter {
  readonly variable: string;
  readonly name: string;
  /** The type it is made with by `up`; undefined where it must be there already. */
  readonly made: "String" | "SecureString" | undefined;
}

/** What the Compose files name. */
export interface ProgramApplication {
  readonly services: readonly ProgramService[];
  readonly images: readonly string[];
  /** What the load balancer reaches; undefined where no container publishes a port. */
  readonly entry: ProgramEntry | undefined;
}

export interface ProgramService {
  /** The ECS service's name. */
  readonly name: string;
  readonly containers: readonly string[];
  /** The file that gives the pipeline its images; undefined where none of them is built. */
  readonly imageDefinitions: string | undefined;
}

/** The container that the load balancer reaches. */
export interface ProgramEntry {
  readonly container: string;
  /** The image as `docker compose build` tags it, or as the file names it. */
  readonly image: string;
  readonly port: number;
  /** What the load balancer asks for. */
  readonly healthPath: string;
  readonly entryPoint: readonly string[] | undefined;
  readonly command: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** Whether something was read. */
export const isRead = <Found extends object>(found: Found | Unread | undefined): found is Found =>
  found !== undefined && !("problem" in found);

/** Reads what the program would read, by the program's own code in a process of its own: its configuration is the process's. */
export async function readProgram(stack: string, projectDirectory: string): Promise<ProgramReading> {
  const child = fork(fileURLToPath(new URL("../doctor/read-program.ts", import.meta.url)), [stack], {
    cwd: projectDirectory,
    execArgv: [...nodeOptions],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const noise: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => noise.push(text));
  let reading: ProgramReading | undefined;
  child.on("message", (message: ProgramReading) => {
    reading = message;
  });
  await once(child, "close");
  if (reading !== undefined) return reading;
  return unread(`${stackFileName(stack)}: it could not be read; ${noise.join("").trim()}`);
}

/** A reading of nothing, for this reason. */
export const unread = (problem: string): ProgramReading => ({
  region: undefined,
  allowedAccounts: [],
  settings: { problem },
  application: undefined,
});
