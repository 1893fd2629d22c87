import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { engineTurn } from "./engine-turn.ts";
import { exportedVariables } from "./environment.ts";
import { buildFolder, say, sourceFolder, type Access, type Job } from "./job.ts";
import { PhaseFailure, type BuildStatus, type PhaseContext, type PhaseType } from "./phases.ts";
import { prepare } from "./prepare.ts";
import { provision } from "./provision.ts";
import { collectReports } from "./reports.ts";
import { openShell, type Shell } from "./shell.ts";
import { uploadArtifacts } from "./transfer.ts";
import { phaseNames, type Buildspec, type PhaseName } from "./buildspec-types.ts";

/** A variable that the build hands to the pipeline. */
export interface ExportedVariable {
  readonly name: string;
  readonly value: string;
}

/** How a build ended. */
export interface Outcome {
  readonly status: BuildStatus;
  readonly exportedVariables: readonly ExportedVariable[];
}

/** Runs a build from its first phase to its last; never throws: failures are noted in its phases. */
export async function runBuild(job: Job): Promise<Outcome> {
  await runPhase(job, "SUBMITTED", () => mkdir(sourceFolder(job), { recursive: true }));
  await runPhase(job, "QUEUED", () => Promise.resolve());
  const access = await runPhase(job, "PROVISIONING", () => provision(job));
  const turn = access !== undefined && job.project.privilegedMode ? await engineTurn(job.stop) : undefined;
  const exported = access === undefined ? [] : await runWithAccess(job, access);
  await turn?.end();
  await runPhase(job, "FINALIZING", () => job.log.flush());
  access?.clients.close();
  await rm(buildFolder(job), { recursive: true, force: true });
  job.phases.begin("COMPLETED");
  return { status: verdict(job), exportedVariables: exported };
}

/** A failed phase fails the build, even when `on-failure` let the build continue. */
function verdict(job: Job): BuildStatus {
  if (stopped(job)) return stopStatus(job);
  return job.phases.list().some(({ phaseStatus }) => phaseStatus === "FAILED") ? "FAILED" : "SUCCEEDED";
}

async function runWithAccess(job: Job, access: Access): Promise<readonly ExportedVariable[]> {
  const prepared = await runPhase(job, "DOWNLOAD_SOURCE", () => prepare(job, access));
  if (prepared === undefined) return [];
  const { buildspec, environment, parameters } = prepared;
  const scratch = join(buildFolder(job), "shell");
  await mkdir(scratch);
  const directory = sourceFolder(job);
  const shell = openShell({ program: buildspec.shell, directory, environment, scratch, onLine: job.log.line });
  const end = () => shell.close(2000);
  const onStop = () => {
    void end();
  };
  job.stop.addEventListener("abort", onStop);
  const next = await runCommands(job, shell, buildspec);
  const exported = exportedVariables(buildspec.exportedVariables, shell.environment(), parameters);
  if (next === "UPLOAD_ARTIFACTS" && (job.output !== undefined || buildspec.reports.length > 0)) {
    await runPhase(job, "UPLOAD_ARTIFACTS", async () => {
      await collectReports(job, access, buildspec.reports);
      await uploadArtifacts(job, access.clients.s3, buildspec.artifacts);
    });
  }
  job.stop.removeEventListener("abort", onStop);
  await shell.close(stopped(job) ? 2000 : 0);
  return exported;
}

/** Runs the phases that have commands; the outcome of each decides which follows. */
async function runCommands(job: Job, shell: Shell, buildspec: Buildspec): Promise<Next> {
  let next: Next = phaseNames[0];
  while (isCommandPhase(next) && !stopped(job)) {
    const name: PhaseName = next;
    const type = name.toUpperCase() as Uppercase<PhaseName>;
    const succeeded = await runPhase(job, type, () => runCommandPhase(job, shell, buildspec, name).then(() => true));
    if (succeeded === undefined) await shell.run("export CODEBUILD_BUILD_SUCCEEDING=0");
    next = nextPhase(buildspec, name, succeeded ?? false);
  }
  return stopped(job) ? "FINALIZING" : next;
}

function isCommandPhase(next: Next): next is PhaseName {
  return (phaseNames as readonly string[]).includes(next);
}

/** The first command that fails ends `commands`; `finally` runs all the same. Source: "Buildspec syntax", finally. */
async function runCommandPhase(job: Job, shell: Shell, buildspec: Buildspec, name: PhaseName): Promise<void> {
  const phase = buildspec.phases[name];
  const failures = [
    ...(await runList(job, shell, phase?.commands ?? [])),
    ...(await runList(job, shell, phase?.finally ?? [])),
  ];
  if (failures[0] !== undefined) throw failures[0];
}

async function runList(job: Job, shell: Shell, commands: readonly string[]): Promise<readonly PhaseFailure[]> {
  for (const command of commands) {
    if (stopped(job)) return [];
    const shown = command.trimEnd();
    say(job, `Running command ${shown}`);
    const code = await shell.run(command);
    if (code !== 0 && !stopped(job)) {
      say(job, `Command did not exit successfully ${shown} exit status ${code}`);
      await shell.run("export CODEBUILD_BUILD_SUCCEEDING=0");
      const reason = `Error while executing command: ${shown}. Reason: exit status ${code}`;
      return [new PhaseFailure("COMMAND_EXECUTION_ERROR", reason)];
    }
  }
  return [];
}

/** Runs one phase and notes it; returns undefined when it failed or the build was stopped meanwhile. */
async function runPhase<Result>(job: Job, type: PhaseType, act: () => Promise<Result>): Promise<Result | undefined> {
  job.phases.begin(type);
  say(job, `Entering phase ${type}`);
  let result: Result | undefined;
  let contexts: readonly PhaseContext[] = [];
  try {
    result = await act();
  } catch (error) {
    contexts = [error instanceof PhaseFailure ? error.context : { statusCode: "CLIENT_ERROR", message: String(error) }];
  }
  const cut = stopped(job) && type !== "FINALIZING";
  if (cut && stopStatus(job) === "TIMED_OUT") {
    contexts = [{ statusCode: "BUILD_TIMED_OUT", message: "Build has timed out." }];
  }
  const status = cut ? stopStatus(job) : contexts.length > 0 ? "FAILED" : "SUCCEEDED";
  say(job, `Phase complete: ${type} State: ${status}`);
  for (const { statusCode, message } of contexts) {
    say(job, `Phase context status code: ${statusCode} Message: ${message}`);
  }
  job.phases.end(status, contexts);
  return status === "SUCCEEDED" ? result : undefined;
}

function stopped(job: Job): boolean {
  return job.stop.aborted;
}

function stopStatus(job: Job): BuildStatus {
  return job.stop.reason === "TIMED_OUT" ? "TIMED_OUT" : "STOPPED";
}

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
