import type { PipelineView } from "./pipeline-view.ts";
import type { ServiceView } from "./service-view.ts";

/** What is in progress in an environment; verbs that must not disturb it check this first. */
export interface InProgress {
  /** The run in Release: it migrates, deploys, verifies, or waits for its deployment window. */
  readonly inRelease: string | undefined;
  /** Deployments that have not ended yet. */
  readonly deployments: readonly ServiceDeploying[];
  /** The run that waits for approval. A stage has at most one, since a newer run supersedes the others. */
  readonly approval: WaitingApproval | undefined;
  /** The run that waits before Release, because another one is in it or because its transition is disabled. */
  readonly beforeRelease: string | undefined;
  /** Why no run enters Release; undefined while its transition is enabled. */
  readonly closed: string | undefined;
  /** Who closed it; undefined if AWS does not say. */
  readonly closedBy?: string | undefined;
}

export interface ServiceDeploying {
  readonly service: string;
  readonly id: string;
  readonly revision: string;
}

export interface WaitingApproval {
  readonly executionId: string;
  readonly stage: string;
  readonly action: string;
  /** Identifies this request: CodePipeline refuses an answer with the token of another request. */
  readonly token: string;
}

/** What is in progress, from the state of the pipeline and the services. */
export function inProgress(pipeline: PipelineView, services: readonly ServiceView[] = []): InProgress {
  const release = pipeline.stages.find(({ name }) => name === releaseStage);
  const run = release?.run;
  return {
    // A run that is being stopped stays in its stage until its actions have ended.
    inRelease: run?.status === "InProgress" || run?.status === "Stopping" ? run.id : undefined,
    deployments: services.flatMap(deploying),
    approval: pipeline.stages.flatMap(waitingIn)[0],
    beforeRelease: release?.waiting,
    closed: release?.closed,
    ...(release?.closedBy !== undefined && { closedBy: release.closedBy }),
  };
}

/** Runs that have not ended, in any stage or waiting before one; each once. */
export function runsUnderWay({ stages }: PipelineView): readonly string[] {
  const ids = stages.flatMap(({ run, waiting }) => [
    ...(run?.status === "InProgress" || run?.status === "Stopping" ? [run.id] : []),
    ...(waiting === undefined ? [] : [waiting]),
  ]);
  return [...new Set(ids)];
}

/** The stage before which a run waits, and why; undefined if it does not wait. */
export function waitsBefore({ stages }: PipelineView, executionId: string): string | undefined {
  const stage = stages.find(({ waiting }) => waiting === executionId);
  return stage && `${stage.name}: waits; ${stage.closed ?? `run ${stage.run?.id ?? ""} is in it`}`;
}

/** The stage in which a run migrates, deploys and verifies. */
export const releaseStage = "Release";

/**
 * A deployment is in progress while ECS says so, or while an older one is still listed next to it (ECS API reference,
 * "Deployment"): a failed one stays in the list until its tasks have ended.
 */
export function deploying({ name, deployments }: ServiceView): readonly ServiceDeploying[] {
  const [primary] = deployments.filter((deployment) => deployment.primary);
  if (primary === undefined || (primary.state !== "IN_PROGRESS" && deployments.length === 1)) return [];
  return [{ service: name, id: primary.id, revision: primary.revision }];
}

const waitingIn = ({ name, run, actions }: PipelineView["stages"][number]): readonly WaitingApproval[] =>
  actions.flatMap((action) =>
    action.status === "InProgress" && action.token !== undefined
      ? [{ executionId: run?.id ?? "", stage: name, action: action.name, token: action.token }]
      : [],
  );
