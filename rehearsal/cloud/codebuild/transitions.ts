import { phaseNames, type Buildspec, type PhaseName } from "./buildspec-types.ts";
/** Where a build goes after a phase: to the next commands, to its artifacts, or straight to its end. */
export type Next = PhaseName | "UPLOAD_ARTIFACTS" | "FINALIZING";

/**
 * What follows a phase. Source: CodeBuild user guide, "Build phase transitions" (install and pre_build that fail end the
 * build, a build that fails still reaches post_build, artifacts are always attempted after it) and "Buildspec syntax"
 * (`on-failure`: ABORT ends the build, CONTINUE goes on to the next phase).
 */
export function nextPhase(buildspec: Buildspec, phase: PhaseName, succeeded: boolean): Next {
  const following = phaseNames[phaseNames.indexOf(phase) + 1] ?? "UPLOAD_ARTIFACTS";
  if (succeeded) return following;
  const onFailure = buildspec.phases[phase]?.onFailure;
  if (onFailure !== undefined) return onFailure === "ABORT" ? "FINALIZING" : following;
  return phase === "install" || phase === "pre_build" ? "FINALIZING" : following;
}
