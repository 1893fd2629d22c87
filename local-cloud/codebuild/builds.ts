import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { World } from "../kit/service.ts";
import { openBuildLog, type BuildLog } from "./build-log.ts";
import type { EnvironmentVariable } from "./environment.ts";
import { logStream, uniquePart, type Job, type Location, type Report } from "./job.ts";
import { recordPhases, type BuildPhase, type BuildStatus } from "./phases.ts";
import type { Project } from "./project.ts";
import { runBuild, type ExportedVariable } from "./run-build.ts";

/** What a build is started with, besides its project. */
export interface BuildRequest {
  readonly initiator: string;
  readonly environmentOverrides?: readonly EnvironmentVariable[];
  readonly source?: Location;
  /** Further sources, by the identifier in CODEBUILD_SRC_DIR_<identifier>. */
  readonly secondary?: Readonly<Record<string, Location>>;
  /** @default - the buildspec's artifacts are not looked at */
  readonly output?: Location;
  readonly sourceVersion?: string;
  readonly resolvedSourceVersion?: string;
}

/** The result of a build. */
export interface BuildResult {
  readonly status: BuildStatus;
  readonly phases: readonly BuildPhase[];
  /** Where the artifact was written, if it was. */
  readonly artifact: Location | undefined;
  readonly exportedVariables: readonly ExportedVariable[];
  readonly logTail: readonly string[];
  readonly reports: readonly Report[];
}

/** A build that is under way or has ended. */
export interface Build {
  readonly job: Job;
  readonly done: Promise<BuildResult>;
  /** Undefined while the build is under way. */
  readonly result: () => BuildResult | undefined;
  readonly stop: () => void;
}

/** How builds are run. */
export interface BuildSettings {
  readonly surroundings: NodeJS.ProcessEnv;
  readonly buildVariables: Readonly<Record<string, string>>;
  /** Milliseconds in a minute of a project's time-out. */
  readonly minuteMs: number;
  readonly onLine: (buildId: string, line: string) => void;
}

/** Starts a build; its `done` rejects only after a fault of the runner itself. */
export function launch(
  world: World,
  settings: BuildSettings,
  project: Project,
  buildNumber: number,
  request: BuildRequest,
): Build {
  const buildId = `${project.name}:${randomUUID()}`;
  const stop = new AbortController();
  const file = join(world.directory, "codebuild", "logs", project.name, `${uniquePart(buildId)}.log`);
  const log = openBuildLog(file, (line) => {
    settings.onLine(buildId, line);
  });
  const job: Job = {
    world,
    project,
    buildId,
    buildNumber,
    startTime: Date.now(),
    initiator: request.initiator,
    overrides: request.environmentOverrides ?? [],
    source: request.source,
    secondary: request.secondary ?? {},
    output: request.output,
    sourceVersion: request.sourceVersion,
    resolvedSourceVersion: request.resolvedSourceVersion,
    surroundings: settings.surroundings,
    buildVariables: settings.buildVariables,
    phases: recordPhases(),
    log,
    reports: [],
    stop: stop.signal,
  };
  const timer = setTimeout(() => {
    stop.abort("TIMED_OUT");
  }, project.timeoutMinutes * settings.minuteMs);
  let result: BuildResult | undefined;
  const done = runBuild(job)
    .then((outcome) => (result = resultOf(job, log, outcome)))
    .finally(() => {
      clearTimeout(timer);
    });
  return {
    job,
    done,
    result: () => result,
    stop: () => {
      stop.abort("STOPPED");
    },
  };
}

function resultOf(job: Job, log: BuildLog, outcome: Awaited<ReturnType<typeof runBuild>>): BuildResult {
  const phases = job.phases.list();
  const uploaded = phases.some((phase) => phase.phaseType === "UPLOAD_ARTIFACTS" && phase.phaseStatus === "SUCCEEDED");
  return { ...outcome, phases, artifact: uploaded ? job.output : undefined, logTail: log.tail(), reports: job.reports };
}

/** A build as BatchGetBuilds shows it; for a parameter, only its name. */
export function describeBuild({ job, result }: Build): object {
  const ended = result();
  const phases = job.phases.list();
  const last = phases.at(-1);
  const stream = logStream(job.project, job.buildId);
  const { environment } = job.project.input as { readonly environment: object };
  return {
    id: job.buildId,
    arn: `arn:aws:codebuild:${job.world.region}:${job.world.accountId}:build/${job.buildId}`,
    buildNumber: job.buildNumber,
    projectName: job.project.name,
    startTime: job.startTime / 1000,
    ...(ended === undefined ? {} : { endTime: last?.endTime }),
    currentPhase: last?.phaseType,
    buildStatus: ended?.status ?? "IN_PROGRESS",
    buildComplete: ended !== undefined,
    phases,
    initiator: job.initiator,
    serviceRole: job.project.serviceRole,
    timeoutInMinutes: job.project.timeoutMinutes,
    encryptionKey: job.project.encryptionKey,
    sourceVersion: job.sourceVersion,
    resolvedSourceVersion: job.resolvedSourceVersion,
    source: job.project.input.source,
    environment: { ...environment, environmentVariables: variablesOf(job) },
    reportArns: job.reports.map(({ arn }) => arn),
    exportedEnvironmentVariables: ended?.exportedVariables ?? [],
    ...(stream === undefined ? {} : { logs: stream }),
  };
}

/** The project's variables, replaced by those of the start. */
function variablesOf(job: Job): readonly EnvironmentVariable[] {
  const byName = new Map([...job.project.variables, ...job.overrides].map((variable) => [variable.name, variable]));
  return [...byName.values()];
}
