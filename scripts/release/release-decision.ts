import { createHash } from "node:crypto";
import type { SourceRevisionOverride } from "@aws-sdk/client-codepipeline";
import type { InProgress } from "../look/in-progress.ts";
import { shortRevision, type SourceView } from "../look/pipeline-view.ts";
import { Refusal } from "../kit/refusal.ts";

/** What a release would start, and what a person has to agree to before. */
export interface ReleaseDecision {
  /** Empty if the run takes the source's newest revision. */
  readonly revisions: readonly SourceRevisionOverride[];
  /** Lines to print before it starts. */
  readonly notes: readonly string[];
  /** Why a person must agree; empty if that is not needed. */
  readonly doubts: readonly string[];
}

export interface ReleaseQuestion {
  readonly pipeline: string;
  /** What to release: a full commit id, or the version id of an object; undefined for the newest. */
  readonly wanted: string | undefined;
  readonly sources: readonly SourceView[];
  /** The commits that run, each once; empty before the first release. */
  readonly running: readonly RunningCommit[];
  readonly progress: InProgress;
  /** Why a rollback is held; undefined while none is. */
  readonly hold: string | undefined;
  /** Alarms that would roll the deployment back, and are already in ALARM. */
  readonly ringing: readonly string[];
}

/** A commit that some ECS service runs. */
export interface RunningCommit {
  /** The tag of its images; undefined if no tag is a commit. */
  readonly tag: string | undefined;
  /** Commits that it contains and the wanted one does not; undefined if the checkout does not know. */
  readonly lost: readonly string[] | undefined;
}

/** Decides what a release starts; changes nothing, so a dry run uses the same code. */
export function decideRelease(question: ReleaseQuestion): ReleaseDecision {
  const { wanted, sources } = question;
  const notes = notesOn(question);
  if (wanted === undefined) return { revisions: [], notes, doubts: [] };
  const [source] = sources;
  const type = source === undefined ? undefined : revisionTypes[source.provider];
  if (source === undefined || type === undefined) {
    throw new Refusal(
      `--commit: ${question.pipeline} releases ready-made images, which are not commits; push the image under its tag, or release without --commit`,
    );
  }
  const revisions = [{ actionName: source.action, revisionType: type, revisionValue: wanted }];
  return { revisions, notes, doubts: question.running.flatMap((one) => doubtsOf(one, wanted, type === "COMMIT_ID")) };
}

/**
 * The revision type of each kind of source that accepts a chosen revision (CodePipeline API reference,
 * SourceRevisionOverride).
 */
const revisionTypes: Readonly<Record<string, "COMMIT_ID" | "S3_OBJECT_VERSION_ID" | undefined>> = {
  CodeStarSourceConnection: "COMMIT_ID",
  CodeCommit: "COMMIT_ID",
  S3: "S3_OBJECT_VERSION_ID",
};

function notesOn({ progress, hold, ringing }: ReleaseQuestion): readonly string[] {
  const notes: string[] = [];
  if (progress.inRelease !== undefined) notes.push(`run ${progress.inRelease} is in Release; the new one waits for it`);
  if (progress.approval !== undefined) {
    notes.push(`run ${progress.approval.executionId} waits for approval; the new one waits for the answer`);
  }
  if (progress.closed !== undefined) notes.push(`no run enters Release: ${progress.closed}; the new one waits there`);
  if (hold !== undefined) notes.push(`a rollback is held: ${hold}`);
  // ECS developer guide, "How CloudWatch alarms detect Amazon ECS deployment failures".
  if (ringing.length > 0) {
    notes.push(
      `already in ALARM: ${ringing.join(", ")}; ECS does not watch a service's alarms if one of them is in ALARM when its deployment starts, so only the circuit breaker can roll this release back`,
    );
  }
  return notes;
}

function doubtsOf({ tag: running, lost }: RunningCommit, wanted: string, isCommit: boolean): readonly string[] {
  const tag = isCommit ? wanted.slice(0, 7) : createHash("sha256").update(wanted).digest("hex").slice(0, 7);
  const name = isCommit ? shortRevision(wanted) : `version ${wanted}`;
  if (running === tag) return [`${name} runs already`];
  if (running === undefined) return [`${name}: it is not known which commit runs, so this may go backwards`];
  if (!isCommit) return [`${name}: it cannot be known whether this is older than what runs (${running})`];
  if (lost === undefined) {
    return [
      `${name}: this checkout does not have both this commit and ${running}, which runs, so this may go backwards`,
    ];
  }
  if (lost.length === 0) return [];
  const shown = lost.slice(0, 10).map((line) => `  ${line}`);
  const more = lost.length > shown.length ? [`  and ${lost.length - shown.length} more`] : [];
  return [
    `${name} goes backwards: ${running} runs, and ${lost.length} commit(s) of it are not in ${name}:`,
    ...shown,
    ...more,
  ];
}
