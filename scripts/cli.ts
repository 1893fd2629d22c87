import { existsSync, realpathSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { ECSClient } from "@aws-sdk/client-ecs";
import { approveVerb, rejectVerb } from "./decide-verb.ts";
import { gitIn } from "./git.ts";
import { releaseVerb } from "./release-verb.ts";
import { stackPipeline } from "./stack-pipeline.ts";
import type { Options, Surroundings, Verb } from "./verb.ts";

const verbs: Readonly<Record<string, Verb | undefined>> = {
  release: releaseVerb,
  approve: approveVerb,
  reject: rejectVerb,
};

const common: readonly (keyof Options)[] = ["stack", "pipeline", "region", "yes"];

const usage = `usage: npm run release -- VERB [OPTION]...

${Object.entries(verbs)
  .map(([name, verb]) => `  ${name.padEnd(10)}${verb?.does ?? ""}`)
  .join("\n")}

  --stack NAME       the environment, as in Pulumi.NAME.yaml
  --pipeline NAME    the pipeline itself, where Pulumi is not at hand
  --region REGION    its region (default: the stack's, else the shell's)
  --commit SHA       release: this commit instead of the newest one
  --follow           release: tell what becomes of the run until it has ended
  --dry-run          release: say what would be done, and do nothing
  --summary TEXT     approve, reject: what is noted with the answer, at most 512 characters
  --yes              do not ask`;

/** A command line that is not understood. */
class UsageError extends Error {}

/** Runs one command line; 0 is done, 1 refused or failed, 2 not understood. */
export async function run(args: readonly string[], around: Surroundings): Promise<number> {
  try {
    const { verb, options } = understand(args);
    await verb.run(options, around);
    return 0;
  } catch (error) {
    around.warn(error instanceof Error ? error.message : String(error));
    if (error instanceof UsageError) around.warn(usage);
    return error instanceof UsageError ? 2 : 1;
  }
}

function understand(args: readonly string[]): { readonly verb: Verb; readonly options: Options } {
  const { values, positionals } = parsed(args);
  const [name = "", ...more] = positionals;
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb === undefined) throw new UsageError(name === "" ? "no verb is given" : `${name}: there is no such verb`);
  if (more.length > 0) throw new UsageError(`${more.join(" ")}: ${name} takes options only`);
  const foreign = (Object.keys(values) as (keyof Options)[]).filter(
    (key) => ![...common, ...verb.options].includes(key),
  );
  if (foreign.length > 0) throw new UsageError(`${name} takes no --${foreign.join(", --")}`);
  if ((values.stack === undefined) === (values.pipeline === undefined)) {
    throw new UsageError(`${name}: give either --stack or --pipeline`);
  }
  if ((values.summary ?? "").length > 512) throw new UsageError("--summary: CodePipeline takes at most 512 characters");
  return { verb, options: values };
}

function parsed(args: readonly string[]) {
  const options = {
    stack: { type: "string" },
    pipeline: { type: "string" },
    region: { type: "string" },
    summary: { type: "string" },
    commit: { type: "string" },
    follow: { type: "boolean" },
    "dry-run": { type: "boolean" },
    yes: { type: "boolean" },
  } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
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

// import.meta.main came with Node 24.
const [, started = ""] = process.argv;
if (existsSync(started) && realpathSync(started) === import.meta.filename) {
  const at = (region: string | undefined) => (region === undefined ? {} : { region });
  process.exitCode = await run(process.argv.slice(2), {
    say: (line) => void process.stdout.write(`${line}\n`),
    warn: (line) => void process.stderr.write(`${line}\n`),
    ask: process.stdin.isTTY ? askHere : undefined,
    locate: (stack) => stackPipeline(stack),
    client: (region) => new CodePipelineClient(at(region)),
    ecs: (region) => new ECSClient(at(region)),
    git: gitIn(process.cwd()),
    pause: () => sleep(5000),
  });
}
