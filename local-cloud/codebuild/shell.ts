import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { rememberProcess } from "../kit/leftovers.ts";

/** One shell for all commands of a build: variables and the working folder stay from command to command. */
export interface Shell {
  /** Runs one command, of one or several lines; returns its exit code. */
  run(command: string): Promise<number>;
  /** Exported variables as the last command left them. */
  environment(): Readonly<Record<string, string>>;
  /** Ends the shell and all processes that it has started; kills them after so many milliseconds. */
  close(graceMs: number): Promise<void>;
}

/** What a shell is started with. */
export interface ShellOptions {
  readonly program: "bash" | "sh";
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Folder for the shell's own files. */
  readonly scratch: string;
  readonly onLine: (line: string) => void;
}

/**
 * A shell that reads the names of command files. When a command ends the shell (`exit`, `exec`, `set -e`), the next
 * command gets a new shell with the same variables and folder. Source: CodeBuild user guide, "Buildspec versions": 0.2
 * runs all commands in the same instance of the shell.
 */
export function openShell(options: ShellOptions): Shell {
  const state = join(options.scratch, "environment");
  const folder = join(options.scratch, "folder");
  const file = join(options.scratch, "script.sh");
  const groups: number[] = [];
  let current: Instance | undefined;
  const environment = () => (existsSync(state) ? readEnvironment(state) : options.environment);
  return {
    async run(command) {
      if (current === undefined || current.ended()) {
        const directory = existsSync(folder) ? readFileSync(folder, "utf8").replace(/\n$/, "") : options.directory;
        current = start(options, directory, environment(), driver(state, folder));
        groups.push(current.group);
      }
      writeFileSync(file, `${command}\n`);
      return current.run(file);
    },
    environment,
    async close(graceMs) {
      if (graceMs > 0)
        groups.forEach((group) => {
          signal(group, "SIGTERM");
        });
      for (let left = graceMs / 100; left > 0 && groups.some((group) => signal(group, 0)); left--) await sleep(100);
      groups.forEach((group) => {
        signal(group, "SIGKILL");
      });
      // A killed process ends a moment later.
      for (let left = 200; left > 0 && groups.some((group) => signal(group, 0)); left--) await sleep(10);
    },
  };
}

interface Instance {
  readonly group: number;
  ended(): boolean;
  run(file: string): Promise<number>;
}

/**
 * The loop that the shell runs. Commands get neither its input nor the copy of its output that exit codes are written
 * to.
 */
function driver(state: string, folder: string): string {
  return `exec 2>&1 5>&1
while IFS= read -r __codebuild_file; do
  trap '/usr/bin/env -0 >${quote(state)}; pwd >${quote(folder)}' EXIT
  . "$__codebuild_file" </dev/null 5>&-
  __codebuild_status=$?
  /usr/bin/env -0 >${quote(state)}; pwd >${quote(folder)}
  printf '\\000%s %s\\000' "$__codebuild_token" "$__codebuild_status" >&5
done`;
}

function start(
  options: ShellOptions,
  directory: string,
  environment: Readonly<Record<string, string>>,
  script: string,
): Instance {
  const token = randomUUID();
  // a separate process group, so that a stopped build leaves no process behind
  const child = spawn(
    options.program,
    [...(options.program === "bash" ? ["--norc"] : []), "-c", `__codebuild_token=${token}\n${script}`],
    {
      cwd: directory,
      env: environment,
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  // After a crash, a later run ends the processes that a build has left.
  rememberProcess(options.scratch, token, child.pid);
  let settle: (code: number) => void = () => undefined;
  let ended = false;
  const output = readOutput(token, options.onLine, (code) => {
    settle(code);
  });
  child.stdout.on("data", output.add);
  child.stderr.on("data", output.add);
  child.stdin.on("error", () => undefined);
  child.on("error", (error) => {
    options.onLine(`${options.program}: ${error.message}`);
    ended = true;
    settle(127);
  });
  child.on("exit", (code) => {
    ended = true;
    // a background process may keep the output open
    void Promise.race([closed(child), sleep(250)]).then(() => {
      output.flush();
      settle(code ?? 137);
    });
  });
  return {
    group: child.pid ?? 0,
    ended: () => ended,
    run: (file) =>
      new Promise((resolve) => {
        settle = resolve;
        child.stdin.write(`${file}\n`);
      }),
  };
}

/**
 * Splits the output into lines, and takes out the exit codes, which are on the same stream so that they stay in order.
 */
function readOutput(token: string, onLine: (line: string) => void, onStatus: (code: number) => void) {
  const status = new RegExp(`\0${token} (\\d+)\0`);
  const decoder = new TextDecoder();
  let rest = "";
  const flush = () => {
    if (rest !== "") onLine(rest);
    rest = "";
  };
  const lines = (text: string) => {
    const parts = text.split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) onLine(line.replace(/\r$/, ""));
  };
  const add = (data: Buffer) => {
    const text = rest + decoder.decode(data, { stream: true });
    const match = status.exec(text);
    if (match === null) {
      lines(text);
      return;
    }
    lines(text.slice(0, match.index));
    flush();
    rest = text.slice(match.index + match[0].length);
    onStatus(Number(match[1]));
  };
  return { add, flush };
}

function closed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) =>
    child.once("close", () => {
      resolve();
    }),
  );
}

/** The variables that `env -0` wrote. */
function readEnvironment(file: string): Readonly<Record<string, string>> {
  const entries = readFileSync(file, "utf8")
    .split("\0")
    .filter((entry) => entry.includes("="));
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
}

/** Whether the process group exists; signal 0 only asks. */
function signal(group: number, name: NodeJS.Signals | 0): boolean {
  if (group <= 0) return false;
  try {
    process.kill(-group, name);
    return true;
  } catch {
    return false;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
