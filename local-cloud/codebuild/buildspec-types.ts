/** The phases of a buildspec that have commands, in their order. */
export const phaseNames = ["install", "pre_build", "build", "post_build"] as const;

export type PhaseName = (typeof phaseNames)[number];

/** One phase's commands; a command of several lines is one command. */
export interface Phase {
  readonly commands: readonly string[];
  readonly finally: readonly string[];
  /** Absent: the transitions that CodeBuild documents. */
  readonly onFailure?: "ABORT" | "CONTINUE";
}

/** The files that a build hands on. */
export interface Artifacts {
  readonly files: readonly string[];
  readonly baseDirectory: string;
  readonly discardPaths: boolean;
}

/** A buildspec of version 0.2, as far as the local cloud runs it. */
export interface Buildspec {
  readonly shell: "bash" | "sh";
  readonly variables: Readonly<Record<string, string>>;
  /** Parameter names by variable. */
  readonly parameterStore: Readonly<Record<string, string>>;
  readonly exportedVariables: readonly string[];
  /** They are noted in the log, and have no other effect. */
  readonly runtimeVersions: Readonly<Record<string, string>>;
  readonly phases: Readonly<Partial<Record<PhaseName, Phase>>>;
  readonly artifacts?: Artifacts;
  readonly reports: readonly ReportGroup[];
}

/**
 * A report group of a buildspec: which files the reports are in. Source: CodeBuild user guide, "Buildspec syntax",
 * reports.
 */
export interface ReportGroup extends Artifacts {
  /** The group's ARN, or its name, which gets the project's name as a prefix. */
  readonly name: string;
  readonly format: string;
}
