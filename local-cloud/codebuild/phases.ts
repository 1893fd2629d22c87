/** How a build or a phase of it ended. */
export type BuildStatus = "SUCCEEDED" | "FAILED" | "STOPPED" | "TIMED_OUT";

/** The phases of a build, in their order. Source: CodeBuild API reference, BuildPhase. */
export type PhaseType =
  | "SUBMITTED"
  | "QUEUED"
  | "PROVISIONING"
  | "DOWNLOAD_SOURCE"
  | "INSTALL"
  | "PRE_BUILD"
  | "BUILD"
  | "POST_BUILD"
  | "UPLOAD_ARTIFACTS"
  | "FINALIZING"
  | "COMPLETED";

/** Why a phase failed. */
export interface PhaseContext {
  readonly statusCode: string;
  readonly message: string;
}

/** One phase of a build; times are seconds since the epoch. */
export interface BuildPhase {
  readonly phaseType: PhaseType;
  readonly startTime: number;
  /** Absent while the phase is under way. */
  readonly phaseStatus?: BuildStatus;
  readonly endTime?: number;
  readonly durationInSeconds?: number;
  readonly contexts: readonly PhaseContext[];
}

/** A phase's failure, in CodeBuild's terms. */
export class PhaseFailure extends Error {
  readonly context: PhaseContext;

  constructor(statusCode: string, message: string) {
    super(message);
    this.context = { statusCode, message };
  }
}

/** The phases of one build, as they happen. */
export interface PhaseRecord {
  begin(phaseType: PhaseType): void;
  end(phaseStatus: BuildStatus, contexts: readonly PhaseContext[]): void;
  list(): readonly BuildPhase[];
}

/** An empty record. */
export function recordPhases(): PhaseRecord {
  const phases: BuildPhase[] = [];
  return {
    begin(phaseType) {
      const now = Date.now() / 1000;
      phases.push({
        phaseType,
        startTime: now,
        contexts: [],
        // the last phase only marks the end of the build
        ...(phaseType === "COMPLETED" ? { endTime: now, durationInSeconds: 0 } : {}),
      });
    },
    end(phaseStatus, contexts) {
      const phase = phases.pop();
      if (phase === undefined) return;
      const endTime = Date.now() / 1000;
      const durationInSeconds = Math.round(endTime - phase.startTime);
      phases.push({ ...phase, phaseStatus, endTime, durationInSeconds, contexts });
    },
    list: () => [...phases],
  };
}
