import { parse } from "yaml";
import { ownBuildspec } from "./own-buildspec.ts";

/** A verb of the program that is a step of the pipeline by itself. */
export type StepVerb = "images" | "migrate" | "verify";

/**
 * The buildspec of a step that runs the program: it gets the program with the same commands as buildspec.yml, and runs
 * one verb of it. `files` are the step's artifact.
 */
export function stepBuildspec(verb: StepVerb, files: readonly string[] = []): string {
  return JSON.stringify({
    version: "0.2",
    env: { shell: "bash" },
    phases: { install: gettingTheProgram(), build: { commands: [`node "$PLAN/program.cjs" ${verb}`] } },
    ...(files.length > 0 && { artifacts: { files } }),
  });
}

/** The phase `install` of buildspec.yml up to the command that compares the program's SHA-256. */
function gettingTheProgram(): InstallPhase {
  const { phases } = parse(ownBuildspec()) as { readonly phases: { readonly install: InstallPhase } };
  const { commands, "runtime-versions": versions } = phases.install;
  const last = commands.findIndex((command) => command.includes("RELEASE_PROGRAM_SHA256"));
  return { "runtime-versions": versions, commands: commands.slice(0, last + 1) };
}

interface InstallPhase {
  readonly "runtime-versions": Readonly<Record<string, number>>;
  readonly commands: readonly string[];
}
