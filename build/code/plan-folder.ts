import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { unsetParameters, type Environment } from "../kit/environment.ts";
import { buildFormat, newBuildspec } from "../kit/format.ts";
import { StepError } from "../kit/step-error.ts";
import type { Surroundings } from "../kit/surroundings.ts";
import type { BuildPlan, PlannedImage } from "./plan.ts";
import type { Copy } from "./promotion.ts";
import { movingTag } from "./tag.ts";

/** The folder that a verb of the Build step is called with; throws a StepError if it is called with anything else. */
export function planFolder({ folder }: Surroundings, verb: string, words: readonly string[]): string {
  const [given, ...more] = words;
  if (given === undefined || more.length > 0)
    throw new StepError([`program.cjs ${verb}: it needs one folder, but got "${words.join(" ")}"; ${newBuildspec}`]);
  return resolve(folder, given);
}

/**
 * The files of a plan's folder, by their names: plan.json for the other verbs, the rest for the shell of the buildspec,
 * one thing a line, its parts separated by tabs. `toBuild` are the images that ECR does not have yet.
 */
export function filesOf(
  plan: BuildPlan,
  toBuild: readonly PlannedImage[],
  environment: Environment,
): Readonly<Record<string, string>> {
  const tests = toBuild.length > 0 ? plan.tests : { services: [], builds: [] };
  // Tests may need any of the images, also one that is in ECR already.
  const built = tests.services.length > 0 ? plan.images : toBuild;
  return {
    "plan.json": `${JSON.stringify(plan, null, 2)}\n`,
    "override.json": `${JSON.stringify(plan.override, null, 2)}\n`,
    "image-tag": lines([plan.tag]),
    // The commit's tag comes last: where it is, the whole image has arrived.
    tags: lines(new Set([movingTag, plan.tag])),
    "unset-parameters": lines(unsetParameters(environment)),
    registries: lines(plan.registries),
    "base-images": lines(plan.baseImages.map(({ image, reference }) => `${image}\t${reference}`)),
    builder: lines(plan.builder === null ? [] : [plan.builder]),
    "compose-files": lines(plan.composeFiles.flatMap((file) => ["-f", file])),
    "services-to-build": lines([...built.map(({ service }) => service), ...tests.builds]),
    tests: lines(tests.services),
    "to-push": lines(toBuild.map(({ local, repository }) => `${local}\t${repository}`)),
    copies: "",
  };
}

/** Writes files into a folder, which is created if there is none. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

/** The plan that `plan` has written into a folder; throws a StepError if there is none, or one of another version. */
export function readPlan(folder: string): BuildPlan {
  const file = join(folder, "plan.json");
  const found = parsed(file);
  if (isPlan(found)) return found;
  throw new StepError([
    found === undefined
      ? `${file}: there is no plan; run "program.cjs plan FOLDER" before, with the same folder`
      : `${file}: it is not a plan of format ${buildFormat}; ${newBuildspec}`,
  ]);
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Only this program writes the file, so its format says what it is. */
const isPlan = (found: unknown): found is BuildPlan =>
  typeof found === "object" && found !== null && "format" in found && found.format === buildFormat;

/** The file of the copies to make, for the shell of the buildspec and for `tag-copies`. */
export const copiesFile = (copies: readonly Copy[]): Readonly<Record<string, string>> => ({
  copies: lines(copies.map(({ name, source, repository, digest }) => [name, source, repository, digest].join("\t"))),
});

/** The copies that `promote` has written into a folder. */
export function readCopies(folder: string): readonly Copy[] {
  const rows = readFileSync(join(folder, "copies"), "utf8").split("\n");
  return rows.flatMap((row) => {
    const [name = "", source = "", repository = "", digest = ""] = row.split("\t");
    return name === "" ? [] : [{ name, source, repository, digest }];
  });
}

const lines = (all: Iterable<string>): string => [...all].map((line) => `${line}\n`).join("");
