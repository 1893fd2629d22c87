import { type Environment } from "./environment.ts";
import { StepError } from "./step-error.ts";

/**
 * The format of what `up` and the steps of a pipeline hand to each other: the variables of the build project, the plan
 * of a build, and release.json. A new number means that an older program cannot read them. buildspec.yml and
 * components/build/steps/common.sh have it, too.
 */
export const buildFormat = 1;

/** The format of release.json, which one run's Build writes and its later steps read. A new number means that older steps cannot read it. */
export const releaseFormat = 1;

/** Throws a StepError if the variables of the build project are of another format than this program reads. */
export function requireFormat(environment: Environment): void {
  const format = environment["BUILD_FORMAT"] ?? "";
  if (format === String(buildFormat)) return;
  throw new StepError([
    `BUILD_FORMAT: it is "${format}", but this program reads format ${buildFormat}; run "pulumi up" for the stack`,
  ]);
}
