import { readFileSync } from "node:fs";
import { readApplication } from "../../compose/index.ts";
import { composeFiles, composeVariables, required, type Environment } from "../kit/environment.ts";
import { requireFormat } from "../kit/format.ts";
import { StepError } from "../kit/step-error.ts";
import { changesOf, type Description } from "./comparison.ts";
import { planBuild, type BuildPlan } from "./plan.ts";
import { copiesOf, copyLines, looksIn } from "./promotion.ts";

const usage =
  "usage: program.cjs [promote FOLDER | compare service:NAME=REVISION.json ... release:NAME=REVISION.json ...]";

/**
 * The three calls of the buildspec: prints the plan, prints the copies of a promotion, or compares the commit with what
 * runs.
 */
export function buildCode([verb, ...revisions]: readonly string[], environment: Environment): void {
  requireFormat(environment);
  const files = composeFiles(environment);
  const { application } = readApplication({ files, variables: composeVariables(environment), readFile });
  const plan = planBuild(application, environment);
  if (verb === undefined) process.stdout.write(`${JSON.stringify(plan, null, 2)}\n`);
  else if (verb === "promote" && revisions[0] !== undefined && plan.promotion !== null) {
    process.stdout.write(
      copyLines(copiesOf(plan.promotion, required(environment, "IMAGE_TAG"), looksIn(revisions[0]))),
    );
  } else if (verb === "compare" && revisions.length > 0) compare(files.join(", "), plan, revisions);
  else throw new StepError([usage]);
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function compare(file: string, plan: BuildPlan, revisions: readonly string[]): void {
  const running = { services: described(revisions, "service:"), release: described(revisions, "release:") };
  const released = [...Object.values(plan.imageDefinitions).flat(), ...plan.release.images];
  const images = Object.fromEntries(released.map(({ name, imageUri }) => [name, imageUri]));
  const changes = changesOf(plan.fingerprints, running, images);
  if (changes.length === 0) return;
  throw new StepError([
    `${file}: this commit changes the task definition (${changes.join("; ")}); run "pulumi up" for the stack from this commit, then "release"`,
  ]);
}

/** The given task definitions of one kind, by name. */
function described(revisions: readonly string[], kind: string): Readonly<Record<string, Description>> {
  const pairs = revisions.filter((one) => one.startsWith(kind)).map((one) => one.slice(kind.length).split(/=(.*)/));
  return Object.fromEntries(pairs.map(([name = "", path = ""]) => [name, description(path)]));
}

function description(path: string): Description {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Description;
  } catch {
    throw new StepError([`${path}: not a task definition; give the output of "aws ecs describe-task-definition"`]);
  }
}
