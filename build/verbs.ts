import { compareCode } from "./code/compare-step.ts";
import { planCode } from "./code/plan-step.ts";
import { promoteCode } from "./code/promote-step.ts";
import { tagCopies } from "./code/tag-copies-step.ts";
import { newBuildspec, requireFormat } from "./kit/format.ts";
import { StepError } from "./kit/step-error.ts";
import type { Surroundings } from "./kit/surroundings.ts";
import { images } from "./release/images.ts";
import { migrate } from "./release/migrate.ts";
import { verify } from "./release/verify.ts";

/** A step of a run, and what it is called with besides its name. */
type Step = (around: Surroundings, words: readonly string[]) => Promise<void>;

/** The verbs of the program. */
const steps: Readonly<Record<string, Step>> = {
  plan: planCode,
  promote: promoteCode,
  "tag-copies": tagCopies,
  compare: compareCode,
  images,
  migrate,
  verify,
};

/** Runs the verb that the first word names. */
export async function runVerb([verb = "", ...words]: readonly string[], around: Surroundings): Promise<void> {
  const step = steps[verb];
  if (step === undefined)
    throw new StepError([`program.cjs: "${verb}" is not one of ${Object.keys(steps).join(", ")}; ${newBuildspec}`]);
  requireFormat(around.environment);
  await step(around, words);
}
