import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { ownModule } from "../kit/own-module.ts";
import { projectDirectory as nearestProject } from "./project-directory.ts";

/** An operation of Pulumi on a stack; the two previews change nothing. */
export type Operation = "up" | "preview" | "refresh" | "destroy" | "preview-destroy";

export interface StackRun {
  readonly operation: Operation;
  /** The stack's name: the environment. */
  readonly stack: string;
  /**
   * Folder with Pulumi.yaml, Pulumi.<stack>.yaml and the program. @default - the nearest one, from the current folder
   * upwards
   */
  readonly projectDirectory?: string;
  /** Configuration to write to the stack's file first, by key. @default - none */
  readonly configuration?: Configuration;
  /** Whether the state is refreshed from AWS before an `up` or `preview`. @default - false */
  readonly refresh?: boolean;
  /** Folder of a policy pack whose rules apply to an `up` or `preview`. @default - none */
  readonly policyPack?: string | undefined;
  /** Called with each event of the engine, once, as it happens. @default - events are dropped */
  readonly onEvent?: (event: EngineEvent) => void;
  /** Environment of the engine and the program. @default - this process's */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /**
   * Aborting it ends the operation in an orderly way: what has begun is finished and recorded. @default - it is never
   * aborted
   */
  readonly signal?: AbortSignal | undefined;
}

/** Values by configuration key: plain, a list, or a secret, which is encrypted. */
export type Configuration = Readonly<Record<string, string | readonly string[] | { readonly secret: string }>>;

/** How many resources were, or would be, changed in each way. */
export interface Changes {
  readonly create: number;
  readonly same: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
}

export interface StackResult {
  readonly changes: Changes;
  /** The stack's outputs in plain text, without secret ones; empty after a preview. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Warnings and other messages of the engine and the program, one line each. */
  readonly diagnostics: readonly string[];
}

/** A failed operation; the message is that of the engine and the program, without stack traces. */
class StackError extends Error {
  readonly diagnostics: readonly string[];

  constructor(message: string, diagnostics: readonly string[]) {
    super(message);
    this.diagnostics = diagnostics;
  }
}

/**
 * Runs one operation on the real engine, in a separate process: a program is a module, and a process runs it only once.
 */
export async function runStack(run: StackRun): Promise<StackResult> {
  const projectDirectory = run.projectDirectory ?? nearestProject();
  const refusal = missingConfiguration(run.stack, (file) => existsSync(join(projectDirectory, file)));
  if (refusal !== undefined) throw new StackError(refusal, []);

  const { operation, stack, configuration = {}, refresh = false, policyPack } = run;
  const answer = await ask({ operation, stack, projectDirectory, configuration, refresh, policyPack }, run);
  if ("error" in answer) throw new StackError(answer.error, answer.diagnostics);
  return answer;
}

/** Why a stack cannot be run: it has no configuration. */
function missingConfiguration(stack: string, exists: (file: string) => boolean): string | undefined {
  const file = `Pulumi.${stack}.yaml`;
  if (exists(file)) return undefined;
  return `${file}: no configuration for stack ${stack}; copy Pulumi.staging.yaml to it and set what differs`;
}

async function ask(request: ProgramRequest, run: StackRun): Promise<ProgramAnswer> {
  const program = ownModule(new URL("program.ts", import.meta.url));
  const child = fork(program, {
    cwd: request.projectDirectory,
    execArgv: [...nodeOptions],
    env: run.environment ?? process.env,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // In a separate process group, it gets Ctrl-C only from here and only once; if this process dies, it ends in an
    // orderly way.
    detached: true,
  });
  const cancel = (): void => {
    if (child.connected) child.send({ cancel: true });
  };
  run.signal?.addEventListener("abort", cancel, { once: true });
  const noise: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => noise.push(text));
  let answer: ProgramAnswer | undefined;
  child.on("message", (message: { readonly event: EngineEvent } | { readonly answer: ProgramAnswer }) => {
    if ("event" in message) run.onEvent?.(message.event);
    else answer = message.answer;
  });
  child.send(request);
  if (run.signal?.aborted === true) cancel();
  const [code] = (await once(child, "exit")) as [number | null];
  run.signal?.removeEventListener("abort", cancel);
  const ended = `pulumi ${request.operation}: its process ended with ${code ?? "a signal"}; ${noise.join("").trim()}`;
  return answer ?? { error: ended, diagnostics: [] };
}

/**
 * Options for a Node that runs this project's TypeScript in another folder: they check its version. A child would
 * otherwise inherit this process's options, which may contain paths relative to the current folder.
 */
export const nodeOptions: readonly string[] = [
  "--require",
  fileURLToPath(new URL("../require-node.cjs", import.meta.url)),
];

/** The request to the process that runs one operation. */
export interface ProgramRequest {
  readonly operation: Operation;
  readonly stack: string;
  readonly projectDirectory: string;
  readonly configuration: Configuration;
  readonly refresh: boolean;
  readonly policyPack: string | undefined;
}

/** Its answer: the result, or why there is none. */
export type ProgramAnswer = StackResult | { readonly error: string; readonly diagnostics: readonly string[] };
