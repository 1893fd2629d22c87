import type { Caller, Credentials, World } from "../kit/service.ts";
import type { ArtifactStore } from "./artifacts.ts";
import type { Action, Pipeline } from "./declaration.ts";
import type { Revision, Run, StoredArtifact } from "./run.ts";

/** What an action is given to work with. */
export interface ActionContext {
  readonly world: World;
  readonly pipeline: Pipeline;
  readonly run: Pick<Run, "id" | "sourceRevisions">;
  readonly stageName: string;
  readonly action: Action;
  /** With every variable filled in. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputs: readonly StoredArtifact[];
  /** Where each output artifact belongs. */
  readonly outputs: readonly StoredArtifact[];
  /** The bucket, as the action's role may use it. */
  readonly store: ArtifactStore;
  /** The action's role. */
  readonly caller: Caller;
  readonly credentials: Credentials;
  /** Aborted when nobody waits for the action any more. */
  readonly signal: AbortSignal;
  /** Shows how far the action is. */
  readonly show: (progress: ActionProgress) => void;
}

/** What GetPipelineState tells of an action under way. */
export interface ActionProgress {
  readonly summary?: string;
  readonly externalExecutionId?: string;
  readonly token?: string;
  readonly updatedBy?: string;
}

/** What an action that succeeded leaves behind. */
export interface ActionResult {
  /** The revision of every output artifact. @default - none: they are made of other artifacts */
  readonly revision?: Revision;
  /** Output artifacts that were made. @default - all that are declared */
  readonly outputs?: readonly StoredArtifact[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly summary?: string;
}

/** Runs one kind of action to its end. */
export type ActionHandler = (context: ActionContext) => Promise<ActionResult>;

/** The failure of an action, in CodePipeline's words. */
export class ActionFailure extends Error {
  readonly code: string;

  constructor(
    code: "JobFailed" | "ConfigurationError" | "PermissionError" | "RevisionUnavailable" | "TimeoutError",
    message: string,
  ) {
    super(message);
    this.code = code;
  }
}
