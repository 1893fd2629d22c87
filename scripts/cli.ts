import { verbCommand } from "../components/plain.ts";
import { parseArgs } from "node:util";
import { problemOf } from "./kit/aws-problem.ts";
import { costVerb } from "./up/cost.ts";
import { approveVerb, rejectVerb } from "./release/decide.ts";
import { execVerb } from "./tasks/exec.ts";
import { doctorVerb } from "./doctor/doctor.ts";
import { initVerb } from "./init/init.ts";
import { destroyVerb } from "./up/destroy.ts";
import { logsVerb } from "./tasks/logs.ts";
import { parametersVerb } from "./parameters/parameters.ts";
import { previewVerb } from "./up/preview.ts";
import { applicationCheckout } from "./pulumi/application-checkout.ts";
import { project } from "./pulumi/project.ts";
import { UsageError } from "./kit/refusal.ts";
import { pauseVerb } from "./release/pause.ts";
import { rehearseVerb } from "./rehearse/rehearse.ts";
import { releaseVerb } from "./release/release.ts";
import { runVerb } from "./tasks/run.ts";
import { resumeVerb } from "./release/resume.ts";
import { revisionsVerb } from "./status/revisions.ts";
import { rollbackVerb } from "./rollback/rollback.ts";
import { stackNames } from "./pulumi/stack-names.ts";
import { statusVerb } from "./status/status.ts";
import { awsClients, type Surroundings } from "./verb/surroundings.ts";
import { terminal } from "./verb/terminal.ts";
import { thisProcess } from "./pulumi/this-process.ts";
import { upVerb } from "./up/up.ts";
import type { Option, Verb, Words } from "./verb/verb.ts";
import { verifyVerb } from "./status/verify.ts";

const verbs: Readonly<Record<string, Verb | undefined>> = {
  init: initVerb,
  rehearse: rehearseVerb,
  doctor: doctorVerb,
  preview: previewVerb,
  up: upVerb,
  status: statusVerb,
  release: releaseVerb,
  approve: approveVerb,
  reject: rejectVerb,
  logs: logsVerb,
  run: runVerb,
  exec: execVerb,
  parameters: parametersVerb,
  rollback: rollbackVerb,
  resume: resumeVerb,
  pause: pauseVerb,
  revisions: revisionsVerb,
  verify: verifyVerb,
  destroy: destroyVerb,
  cost: costVerb,
};

/** Runs one command line and returns its exit code (docs/verbs.md). */
export async function run(args: readonly string[], around: Surroundings): Promise<number> {
  const [name = "", ...rest] = args;
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (name === "--help" || splitCommand(rest).own.includes("--help")) {
    around.say(verb === undefined ? usage() : usageOf(name, verb));
    return 0;
  }
  try {
    if (verb === undefined)
      throw new UsageError(isOption(name) ? "no verb is given" : `${name}: there is no such verb`);
    const { values, ...given } = parsed(name, verb, rest);
    return await verb.run(values, around, given);
  } catch (error) {
    around.warn(problemOf(error));
    if (!(error instanceof UsageError)) return 1;
    around.warn(verb === undefined ? usage() : usageOf(name, verb));
    return 2;
  }
}

const isOption = (name: string): boolean => name === "" || name.startsWith("-");

function parsed(name: string, { options, positionals }: Verb, args: readonly string[]) {
  const { own, command } = splitCommand(args);
  const { values, positionals: words } = parseOptions(name, {
    args: own,
    options,
    allowPositionals: positionals !== undefined,
  });
  const surplus = words[positionals?.most ?? 0];
  if (surplus !== undefined) throw new UsageError(`${name}: "${surplus}" is an argument too many`);
  if (command !== undefined && positionals?.command !== true)
    throw new UsageError(`${name}: it takes no command after --`);
  return { values, words, command };
}

/** What follows `--` is a command of the user's: its words are not options of the verb. */
function splitCommand(args: readonly string[]): {
  readonly own: readonly string[];
  readonly command: Words["command"];
} {
  const at = args.indexOf("--");
  return at < 0 ? { own: args, command: undefined } : { own: args.slice(0, at), command: args.slice(at + 1) };
}

function parseOptions(
  name: string,
  {
    args,
    options,
    ...how
  }: Pick<Verb, "options"> & { readonly args: readonly string[]; readonly allowPositionals: boolean },
) {
  try {
    return parseArgs({ ...how, args: [...args], options: { ...options } });
  } catch (error) {
    throw new UsageError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function usage(): string {
  const lines = Object.entries(verbs).map(([name, verb]) => `  ${name.padEnd(12)}${verb?.help ?? ""}`);
  return [`usage: ${verbCommand} VERB [OPTION]...`, "", ...lines, "", "VERB --help lists its options"].join("\n");
}

function usageOf(name: string, { help, options, positionals }: Verb): string {
  const heads = Object.entries(options).map(([option, { value }]: [string, Option]) =>
    value === undefined ? `--${option}` : `--${option} ${value}`,
  );
  const width = Math.max(20, ...heads.map((head) => head.length + 1));
  const lines = Object.values(options).map(({ help }: Option, index) =>
    `  ${heads[index]?.padEnd(width) ?? ""}${help}`.trimEnd(),
  );
  const words = positionals === undefined ? "" : ` ${positionals.usage}`;
  return [`usage: ${verbCommand} ${name} [OPTION]...${words}`, "", `${name}: ${help}`, "", ...lines].join("\n");
}

/** Runs the command line of this process. */
export const main = (args: readonly string[]): Promise<number> =>
  run(args, {
    ...terminal(),
    locate: (stack) => stackNames(stack),
    clients: awsClients,
    project: project(),
    git: applicationCheckout,
    now: () => new Date(),
    self: thisProcess(),
  });
