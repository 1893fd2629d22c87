import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { Refusal } from "../kit/refusal.ts";

/** The user's terminal, files and programs. */
export interface Desk {
  /** Name of the user. */
  readonly person: string;
  /** Whether input and output are a terminal. */
  readonly interactive: boolean;
  /** Whether a program of that name is on the PATH. */
  readonly has: (program: string) => boolean;
  /** Runs a program on this terminal; returns its exit code. */
  readonly runHere: (program: string, args: readonly string[]) => Promise<number>;
  readonly readFile: (file: string) => Promise<string>;
  /** A text from standard input; at a terminal it asks for the text and does not show it. */
  readonly readSecret: (question: string) => Promise<string>;
  /** A text that is written in the user's editor. */
  readonly editSecret: () => Promise<string>;
}

/** The desk of this process. */
export const thisDesk: Desk = {
  person: userInfo().username,
  interactive: process.stdin.isTTY && process.stdout.isTTY,
  has: (program) => (process.env["PATH"] ?? "").split(delimiter).some((folder) => isProgram(join(folder, program))),
  runHere,
  readFile: (file) => readFile(file, "utf8"),
  readSecret: (question) => (process.stdin.isTTY ? askUnseen(question) : text(process.stdin)),
  editSecret,
};

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function runHere(program: string, args: readonly string[]): Promise<number> {
  // Ctrl-C is for the other program.
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  try {
    const child = spawn(program, args, { stdio: "inherit" });
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        resolve(code ?? 1);
      });
    });
  } finally {
    process.off("SIGINT", ignore);
  }
}

/** Asks for a line at the terminal without showing what is typed. */
async function askUnseen(question: string): Promise<string> {
  process.stderr.write(question);
  process.stdin.setRawMode(true);
  process.stdin.setEncoding("utf8");
  let line = "";
  try {
    for await (const chunk of process.stdin as AsyncIterable<string>) {
      for (const sign of chunk) {
        if (sign === "\u0003") throw new Refusal("Ctrl-C: nothing was done");
        if (sign === "\r" || sign === "\n" || sign === "\u0004") return line;
        line = sign === "\u007f" || sign === "\b" ? line.slice(0, -1) : line + sign;
      }
    }
    return line;
  } finally {
    process.stdin.setRawMode(false);
    process.stderr.write("\n");
  }
}

/** The file is in a folder that only the user may enter, and is deleted afterwards, also if the editor failed. */
async function editSecret(): Promise<string> {
  const editor = process.env["VISUAL"] ?? process.env["EDITOR"];
  if (editor === undefined || editor === "") throw new Refusal("--edit: EDITOR is not set; set it to a program");
  const folder = await mkdtemp(join(tmpdir(), "parameter-"));
  const file = join(folder, "value");
  try {
    await writeFile(file, "", { mode: 0o600 });
    const code = await runHere("sh", ["-c", `${editor} "$1"`, "sh", file]);
    if (code !== 0) throw new Refusal(`--edit: ${editor} ended with exit code ${code}; nothing was done`);
    return await readFile(file, "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
