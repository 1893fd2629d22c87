import { fork } from "node:child_process";
import { once } from "node:events";
import { ownModule } from "../kit/own-module.ts";
import { nodeOptions } from "./stack.ts";
import { stackFileName } from "../kit/stack-file-name.ts";

/** What the program reads for a stack before any request to AWS. */
export interface ProgramReading {
  /** `aws:region` of the stack's file. */
  readonly region: string | undefined;
  /** `aws:allowedAccountIds`; empty allows every account. */
  readonly allowedAccounts: readonly string[];
  readonly settings: ProgramSettings | Unread;
  /** What the Compose files describe; undefined if the settings, which name the files, could not be read. */
  readonly application: ProgramApplication | Unread | undefined;
}

/** Why something could not be read: lines of `where: what; remedy`. */
export interface Unread {
  readonly problem: string;
}

/** The settings that doctor needs. */
export interface ProgramSettings {
  readonly composeFiles: readonly string[];
  /** What `up` reports as a warning. */
  readonly notes: readonly string[];
  /** Path of a buildspec in the repository; undefined if nothing is built, or with the buildspec of this program. */
  readonly buildspec: string | undefined;
  readonly testReports: boolean;
  /** The repository's folder, relative to the project's: the path of the buildspec starts there. */
  readonly repository: string;
  readonly source: string;
  /** Whether the source is reached through a connection. */
  readonly connected: boolean;
  /** The connection in the settings; undefined if the stack creates its own. */
  readonly connectionArn: string | undefined;
  /** NAT gateways of the VPC that the stack creates; undefined if it uses an existing VPC. */
  readonly natGateways: "none" | "single" | "perZone" | undefined;
  readonly parameters: readonly ProgramParameter[];
  /** The KMS keys, other than Parameter Store's own, that may encrypt them. */
  readonly parameterKmsKeyArns: readonly string[];
}

/** A variable of the Compose file that is a parameter. */
export interface ProgramParameter {
  readonly variable: string;
  readonly name: string;
  /** The type with which `up` creates it; undefined if it must exist before. */
  readonly made: "String" | "SecureString" | undefined;
}

/** The names in the Compose files. */
export interface ProgramApplication {
  readonly services: readonly ProgramService[];
  readonly images: readonly string[];
  /** What the load balancer reaches; undefined if no container publishes a port. */
  readonly entry: ProgramEntry | undefined;
}

export interface ProgramService {
  /** The ECS service's name. */
  readonly name: string;
  readonly containers: readonly string[];
  /** The file from which the pipeline reads its images; undefined if none of them is built. */
  readonly imageDefinitions: string | undefined;
}

/** The container that the load balancer reaches. */
export interface ProgramEntry {
  readonly container: string;
  /** The image as `docker compose build` tags it, or as the file names it. */
  readonly image: string;
  readonly port: number;
  /** The path of the load balancer's health check. */
  readonly healthPath: string;
  readonly entryPoint: readonly string[] | undefined;
  readonly command: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** Whether something could be read. */
export const isRead = <Found extends object>(found: Found | Unread | undefined): found is Found =>
  found !== undefined && !("problem" in found);

/**
 * Reads what the program would read, with the program's own code, in a separate process, since the configuration
 * applies to a whole process.
 */
export async function readProgram(stack: string, projectDirectory: string): Promise<ProgramReading> {
  const child = fork(ownModule(new URL("../doctor/read-program.ts", import.meta.url)), [stack], {
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

/** The result if nothing could be read. */
export const unread = (problem: string): ProgramReading => ({
  region: undefined,
  allowedAccounts: [],
  settings: { problem },
  application: undefined,
});
