import { join } from "node:path";
import type { Credentials, World } from "../kit/service.ts";
import type { BuildLog, LogStream } from "./build-log.ts";
import type { EnvironmentVariable } from "./environment.ts";
import type { PhaseRecord } from "./phases.ts";
import type { Project } from "./project.ts";
import type { RoleClients } from "./role-clients.ts";

/** An object in S3. */
export interface Location {
  readonly bucket: string;
  readonly key: string;
}

/** Everything about one build. */
export interface Job {
  readonly world: World;
  readonly project: Project;
  /** `<project>:<uuid>` */
  readonly buildId: string;
  readonly buildNumber: number;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly initiator: string;
  readonly overrides: readonly EnvironmentVariable[];
  readonly source: Location | undefined;
  /** Further sources by identifier. */
  readonly secondary: Readonly<Record<string, Location>>;
  /** Where the artifact goes; absent: the buildspec's artifacts are ignored. */
  readonly output: Location | undefined;
  readonly sourceVersion: string | undefined;
  readonly resolvedSourceVersion: string | undefined;
  readonly surroundings: NodeJS.ProcessEnv;
  readonly buildVariables: Readonly<Record<string, string>>;
  readonly phases: PhaseRecord;
  readonly log: BuildLog;
  /** Reports that the build has made so far. */
  readonly reports: Report[];
  /** Aborted with the status the build then ends with, STOPPED or TIMED_OUT. */
  readonly stop: AbortSignal;
}

/** A build's access as its role. */
export interface Access {
  readonly credentials: Credentials;
  readonly clients: RoleClients;
}

/** Folder of a build; it is removed when the build has ended. */
export function buildFolder(job: Job): string {
  return join(job.world.directory, "codebuild", uniquePart(job.buildId));
}

/** CODEBUILD_SRC_DIR. */
export function sourceFolder(job: Job): string {
  return join(buildFolder(job), "src");
}

/** The part of a build's id behind the project's name. */
export function uniquePart(buildId: string): string {
  return buildId.slice(buildId.indexOf(":") + 1);
}

/** Where in CloudWatch Logs the build's log is; undefined when the project switches it off. */
export function logStream(project: Project, buildId: string): LogStream | undefined {
  if (project.logs === undefined) return undefined;
  const prefix = project.logs.streamName === undefined ? "" : `${project.logs.streamName}/`;
  return { groupName: project.logs.groupName, streamName: `${prefix}${uniquePart(buildId)}` };
}

/** Writes one of CodeBuild's own lines to the log. */
export function say(job: Job, text: string): void {
  const now = new Date().toISOString().replaceAll("-", "/").replace("T", " ").replace("Z", "");
  job.log.line(`[Container] ${now} ${text}`);
}

/** A report that a build has made. */
export interface Report {
  readonly arn: string;
  readonly format: string;
  /** Folder of its files on this machine; they stay after the build. */
  readonly folder: string;
  readonly files: readonly string[];
}
