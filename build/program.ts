import { setTimeout as sleep } from "node:timers/promises";
import { ComposeError } from "../compose/index.ts";
import { compareCode } from "./code/compare-step.ts";
import { planCode } from "./code/plan-step.ts";
import { promoteCode } from "./code/promote-step.ts";
import { tagCopies } from "./code/tag-copies-step.ts";
import { clientsOf } from "./kit/clients.ts";
import { newBuildspec, requireFormat } from "./kit/format.ts";
import { StepError } from "./kit/step-error.ts";
import type { Surroundings } from "./kit/surroundings.ts";
import { images } from "./release/images.ts";
import { migrate } from "./release/migrate.ts";
import { verify } from "./release/verify.ts";

// The program that the builds of a pipeline run: `up` bundles it into one file, which Node 20 and later runs without any
// package.

/** A step of a run, and what it is called with besides its name. */
type Step = (around: Surroundings, words: readonly string[]) => Promise<void>;

/** The verbs of the program: those of the Build step, and a step of the pipeline each. */
const steps: Readonly<Record<string, Step>> = {
  plan: planCode,
  promote: promoteCode,
  "tag-copies": tagCopies,
  compare: compareCode,
  images,
  migrate,
  verify,
};

async function main([verb = "", ...words]: readonly string[]): Promise<void> {
  const step = steps[verb];
  if (step === undefined)
    throw new StepError([`program.cjs: "${verb}" is not one of ${Object.keys(steps).join(", ")}; ${newBuildspec}`]);
  requireFormat(process.env);
  await step(surroundings(), words);
}

const surroundings = (): Surroundings => ({
  environment: process.env,
  clients: clientsOf(),
  folder: process.cwd(),
  say: (line) => process.stdout.write(`${line}\n`),
  pause: (milliseconds) => sleep(milliseconds),
  now: () => performance.now(),
});

function fail(error: unknown): void {
  const expected = error instanceof StepError || error instanceof ComposeError;
  // Node would print the line of a bundled file in which an error is thrown: that is the whole program.
  const text = error instanceof Error && !expected ? error.stack : undefined;
  process.stderr.write(`${text ?? (error instanceof Error ? error.message : String(error))}\n`);
  process.exitCode = 1;
}

// A CommonJS file cannot await here.
main(process.argv.slice(2)).catch(fail);
