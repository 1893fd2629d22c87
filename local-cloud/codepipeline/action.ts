import type { Caller, Credentials, World } from "../kit/service.ts";
import type { ArtifactStore } from "./artifacts.ts";
import type { Action, Pipeline } from "./declaration.ts";
import type { Revision, Run, StoredArtifact } from "./run.ts";

/** What an action works with. */
export interface ActionContext {
  readonly world: World;
  readonly pipeline: Pipeline;
  readonly run: Pick<Run, "id" | "sourceRevisions">;
  readonly stageName: string;
  readonly action: Action;
  /** With all variables replaced by their values. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputs: readonly StoredArtifact[];
  /** Where each output artifact goes. */
  readonly outputs: readonly StoredArtifact[];
  /** The bucket, as the action's role may use it. */
  readonly store: ArtifactStore;
  /** The action's role. */
  readonly caller: Caller;
  readonly credentials: Credentials;
  /** Aborted when the action's result is not needed any more. */
  readonly signal: AbortSignal;
  /** Updates what GetPipelineState shows of the action. */
  readonly show: (progress: ActionProgress) => void;
}

/** What GetPipelineState shows of an action under way. */
export interface ActionProgress {
  readonly summary?: string;
  readonly externalExecutionId?: string;
  readonly token?: string;
  readonly updatedBy?: string;
}

/** The result of an action that succeeded. */
export interface ActionResult {
  /** The revision of every output artifact. @default - none: other artifacts are their source */
  readonly revision?: Revision;
  /** Output artifacts that exist now. @default - all that are declared */
  readonly outputs?: readonly StoredArtifact[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly summary?: string;
}

/** Runs one kind of action to its end. */
export type ActionHandler = (context: ActionContext) => Promise<ActionResult>;

/** The failure of an action, with CodePipeline's code and message. */
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
