import type * as aws from "@pulumi/aws";
import type { ConnectionProvider } from "./connection.ts";
import type { EventPattern } from "./event-trigger.ts";
import type { Stage } from "./stages.ts";

/** Where the code or the images come from, by provider. */
export type SourceSettings = ConnectedRepository | CodeCommitRepository | VersionedObject | ReadyImages;

/** A repository behind a CodeConnections connection, and the pushes that start a run. */
export interface ConnectedRepository {
  readonly provider: ConnectionProvider;
  /** `owner/name` at the provider. */
  readonly repository: string;
  /** The branch whose newest commit a run takes that a person starts. */
  readonly branch: string;
  /** ARN of an existing connection. @default - a new one, which a person has to complete */
  readonly connectionArn: string | undefined;
  /** Patterns of branches; a pattern that begins with `!` excludes. Empty if only tags start a run. */
  readonly branches: readonly string[];
  /** Patterns of tags, in the same form. */
  readonly tags: readonly string[];
  /** Patterns of files, in the same form; a push to a branch that changes none of them starts no run. */
  readonly filePaths: readonly string[];
}

/** A branch of a repository in CodeCommit, in the stack's account and region. */
export interface CodeCommitRepository {
  readonly provider: "CodeCommit";
  readonly repository: string;
  readonly branch: string;
}

/** A zip in a versioned bucket of the stack's account and region. */
export interface VersionedObject {
  readonly provider: "S3";
  readonly bucket: string;
  readonly key: string;
}

/** The first stage of a pipeline, and all that starts a run of it. */
export interface Source extends Stage {
  /** The artifacts of its actions: the code, or one artifact for each image. */
  readonly artifacts: readonly string[];
  /** Pushes of which CodePipeline itself is notified. */
  readonly triggers: readonly aws.types.input.codepipeline.PipelineTrigger[];
  /** The event that starts a run. @default - none: the triggers do */
  readonly startedBy?: EventPattern;
  /** The revision of a run, as a person reads it, with the variables of the source action. */
  readonly revision: string;
  /** URL of that revision. @default - none */
  readonly commitUrl?: string;
}

/** The environment's own repositories in ECR, to which ready-made images are pushed from elsewhere. */
export interface ReadyImages {
  readonly provider: "ECR";
  /** The tag whose push starts a run; it moves from image to image. */
  readonly imageTag: string;
}

/** Whether a run has a commit to build; ready-made images come without code. */
export const carriesCode = ({ provider }: Pick<SourceSettings, "provider">): boolean => provider !== "ECR";
