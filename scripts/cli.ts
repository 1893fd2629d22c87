import { existsSync, realpathSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { approve, pendingApproval, reject } from "./approval.ts";
import { Refusal } from "./refusal.ts";
import { stackPipeline, type StackPipeline } from "./stack-pipeline.ts";

/** What a verb needs of the world around it. */
export interface Surroundings {
  /** A line for people; the result. */
  readonly say: (line: string) => void;
  /** A line about what went wrong. */
  readonly warn: (line: string) => void;
  /** Asks a person; undefined where none is there to answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly locate: (stack: string) => Promise<StackPipeline>;
  readonly client: (region: string | undefined) => CodePipelineClient;
}

interface Options {
  readonly stack?: string | undefined;
  readonly pipeline?: string | undefined;
  readonly region?: string | undefined;
  readonly summary?: string | undefined;
  readonly yes?: boolean | undefined;
}

type Verb = (options: Options, around: Surroundings) => Promise<void>;

const usage = `usage: npm run release -- VERB [OPTION]...

  approve   let the run that waits for approval into Release
  reject    end the run that waits for approval

  --stack NAME       the environment, as in Pulumi.NAME.yaml
  --pipeline NAME    the pipeline itself, where Pulumi is not at hand
  --region REGION    its region (default: the stack's, else the shell's)
  --summary TEXT     what is noted with the answer, at most 512 characters
  --yes              do not ask`;

/** A command line that is not understood. */
class UsageError extends Error {}

const verbs: Readonly<Record<string, Verb | undefined>> = {
  approve: decide("approve", approve, "approved"),
  reject: decide("reject", reject, "rejected"),
};

/** Runs one command line; 0 is done, 1 refused or failed, 2 not understood. */
export async function run(args: readonly string[], around: Surroundings): Promise<number> {
  try {
    const { verb, options } = understand(args);
    await verb(options, around);
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
    yes: { type: "boolean" },
  } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A verb that answers a waiting approval: says which run it is, asks, answers. */
function decide(name: string, answer: typeof approve, done: string): Verb {
  return async ({ stack, pipeline, region, summary, yes }, { say, ask, locate, client }) => {
    const found = stack === undefined ? { pipeline: pipeline ?? "" } : await locate(stack);
    const codepipeline = client(region ?? found.region);
    const pending = await pendingApproval(codepipeline, found.pipeline);
    say(
      `${pending.pipeline}: run ${pending.executionId} waits for approval: ${pending.revision || "no revision is known"}`,
    );
    if (yes !== true) {
      if (ask === undefined) throw new Refusal(`${name}: nobody is there to ask; give --yes`);
      const reply = await ask(`${name} it? [y/N] `);
      if (!/^y(es)?$/i.test(reply.trim())) throw new Refusal(`${name}: nothing was done`);
    }
    await answer(codepipeline, pending, summary ?? `${done} by npm run release`);
    say(`${pending.pipeline}: ${done}`);
  };
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
  process.exitCode = await run(process.argv.slice(2), {
    say: (line) => void process.stdout.write(`${line}\n`),
    warn: (line) => void process.stderr.write(`${line}\n`),
    ask: process.stdin.isTTY ? askHere : undefined,
    locate: (stack) => stackPipeline(stack),
    client: (region) => new CodePipelineClient(region === undefined ? {} : { region }),
  });
}
