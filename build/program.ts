import { setTimeout as sleep } from "node:timers/promises";
import { ComposeError } from "../compose/index.ts";
import { clientsOf } from "./kit/clients.ts";
import { StepError } from "./kit/step-error.ts";
import type { Surroundings } from "./kit/surroundings.ts";
import { runVerb } from "./verbs.ts";

// The program that the builds of a pipeline run: `up` bundles it into one file, which Node 20 and later runs without any
// package.

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
runVerb(process.argv.slice(2), surroundings()).catch(fail);
