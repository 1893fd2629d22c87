import { type Environment } from "./environment.ts";
import { StepError } from "./step-error.ts";

/**
 * The format of what `up` and the builds of a pipeline hand to each other: the variables of the projects, and the verbs
 * and files of the program. A new number means that an older buildspec cannot use them. buildspec.yml has it, too.
 */
export const buildFormat = 2;

/** The format of release.json, which one run's Build writes and its later steps read. A new number means that older steps cannot read it. */
export const releaseFormat = 1;

/** The remedy for a team's own buildspec that calls the program as an earlier version did. */
export const newBuildspec =
  'if the buildspec is your own, copy the lines of this version\'s buildspec.yml into it, or make the setting buildspec empty and run "pulumi up" for the stack';

/** Throws a StepError if the variables of the build project are of another format than this program reads. */
export function requireFormat(environment: Environment): void {
  const format = environment["BUILD_FORMAT"] ?? "";
  if (format === String(buildFormat)) return;
  throw new StepError([
    `BUILD_FORMAT: it is "${format}", but this program reads format ${buildFormat}; run "pulumi up" for the stack`,
  ]);
}
