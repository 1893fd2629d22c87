import { existsSync, realpathSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { problemOf } from "./aws-problem.ts";
import { approveVerb, rejectVerb } from "./decide.ts";
import { checkout } from "./git.ts";
import { destroyVerb } from "./destroy.ts";
import { previewVerb } from "./preview.ts";
import { project } from "./project.ts";
import { UsageError } from "./refusal.ts";
import { pauseVerb } from "./pause.ts";
import { releaseVerb } from "./release.ts";
import { resumeVerb } from "./resume.ts";
import { revisionsVerb } from "./revisions.ts";
import { rollbackVerb } from "./rollback.ts";
import { stackNames } from "./stack-names.ts";
import { statusVerb } from "./status.ts";
import { awsClients, type Surroundings } from "./surroundings.ts";
import { thisProcess } from "./this-process.ts";
import { upVerb } from "./up.ts";
import type { ExitCode, Option, Verb } from "./verb.ts";
import { verifyVerb } from "./verify.ts";

const verbs: Readonly<Record<string, Verb | undefined>> = {
  preview: previewVerb,
  up: upVerb,
  status: statusVerb,
  release: releaseVerb,
  approve: approveVerb,
  reject: rejectVerb,
  rollback: rollbackVerb,
  resume: resumeVerb,
  pause: pauseVerb,
  revisions: revisionsVerb,
  verify: verifyVerb,
  destroy: destroyVerb,
};

/** Runs one command line; docs/verbs.md tells the exit codes. */
export async function run(args: readonly string[], around: Surroundings): Promise<ExitCode> {
  const [name = "", ...rest] = args;
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (name === "--help" || rest.includes("--help")) {
    around.say(verb === undefined ? usage() : usageOf(name, verb));
    return 0;
  }
  try {
    if (verb === undefined)
      throw new UsageError(isOption(name) ? "no verb is given" : `${name}: there is no such verb`);
    return await verb.run(parsed(name, verb, rest), around);
  } catch (error) {
    around.warn(problemOf(error));
    if (!(error instanceof UsageError)) return 1;
    around.warn(verb === undefined ? usage() : usageOf(name, verb));
    return 2;
  }
}

const isOption = (name: string): boolean => name === "" || name.startsWith("-");

function parsed(name: string, { options }: Verb, args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { ...options } }).values;
  } catch (error) {
    throw new UsageError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function usage(): string {
  const lines = Object.entries(verbs).map(([name, verb]) => `  ${name.padEnd(11)}${verb?.help ?? ""}`);
  return ["usage: npm run release -- VERB [OPTION]...", "", ...lines, "", "VERB --help tells its options"].join("\n");
}

function usageOf(name: string, { help, options }: Verb): string {
  const lines = Object.entries(options).map(([option, { value, help }]: [string, Option]) =>
    `  ${`--${option}${value === undefined ? "" : ` ${value}`}`.padEnd(20)}${help}`.trimEnd(),
  );
  return [`usage: npm run release -- ${name} [OPTION]...`, "", `${name}: ${help}`, "", ...lines].join("\n");
}

/** Asks on the terminal. */
async function askHere(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

/** The first Ctrl-C asks the verb to end and to say how things stand; the second one ends the process. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => {
    controller.abort();
  });
  return controller.signal;
}

/** Clears the terminal, then writes. */
function redraw(lines: readonly string[]): void {
  process.stdout.write(`\u001b[H\u001b[J${lines.join("\n")}\n`);
}

// import.meta.main came with Node 24.
const [, started = ""] = process.argv;
if (existsSync(started) && realpathSync(started) === import.meta.filename) {
  process.exitCode = await run(process.argv.slice(2), {
    say: (line) => void process.stdout.write(`${line}\n`),
    warn: (line) => void process.stderr.write(`${line}\n`),
    ask: process.stdin.isTTY ? askHere : undefined,
    redraw: process.stdout.isTTY ? redraw : undefined,
    locate: (stack) => stackNames(stack),
    clients: awsClients,
    project: project(),
    git: checkout(process.cwd()),
    now: () => new Date(),
    self: thisProcess(),
    pause: () => sleep(5000),
    interruption,
  });
}
