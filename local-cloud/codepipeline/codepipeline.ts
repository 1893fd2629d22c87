import type { Connections } from "./connections.ts";
import type { StartByRule } from "../events/events.ts";
import type { LocalService, World } from "../kit/service.ts";
import { approvals } from "./approval-action.ts";
import { buildAction } from "./build-action.ts";
import type { BuildRunner } from "./build-action.ts";
import { codeCommitAction } from "./codecommit-action.ts";
import { ecrAction } from "./ecr-action.ts";
import { ecsAction, usuallyDropped } from "./ecs-action.ts";
import { executionOperations } from "./execution-operations.ts";
import { pipelineGrants } from "./grants.ts";
import { knownPipeline, pipelineOperations } from "./pipeline-operations.ts";
import type { KnownPipeline } from "./pipeline-operations.ts";
import type { PipelineEvent } from "./run.ts";
import { s3Action } from "./s3-action.ts";
import { sourceAction } from "./source-action.ts";
import { startedBy } from "./triggers.ts";
import type { Push } from "./triggers.ts";

/** CodePipeline of the local cloud. */
export interface CodePipeline extends LocalService {
  /**
   * A branch has new commits that change these files: starts the pipelines that follow it, and returns their runs' ids.
   */
  readonly pushed: (fullRepositoryId: string, branch: string, files?: readonly string[]) => readonly string[];
  /** The same for a tag that was pushed. */
  readonly tagged: (fullRepositoryId: string, tag: string) => readonly string[];
  /** An event matched a rule whose target is this pipeline: starts it, and returns the run's id. */
  readonly startedByRule: StartByRule;
  /** Makes a bare repository's folder the content of a repository in CodeCommit. */
  readonly mapRepository: (repositoryName: string, folder: string) => void;
  /** From now on, the ECS action drops these fields of containers and task definitions, and no others. */
  readonly dropFields: (fields: readonly string[]) => void;
  readonly close: () => Promise<void>;
}

/** What CodePipeline works with. */
export interface CodePipelineArgs {
  readonly connections: Connections;
  readonly startBuild: BuildRunner;
  /** Called once for each event. @default - not called */
  readonly onEvent?: (event: PipelineEvent) => void;
  /** Milliseconds in a minute of a time-out, for tests. @default 60000 */
  readonly minuteMs?: number;
  /** Milliseconds between two checks: of the ECS action's service, and of a run's deployment window. @default 1000 */
  readonly pollMs?: number;
  /** The clock for deployment windows. @default - this machine's */
  readonly now?: () => Date;
}

/** Pipelines and their runs; each action runs with the credentials of the pipeline's role. */
export function codePipelineService(world: World, args: CodePipelineArgs): CodePipeline {
  const pipelines = new Map<string, KnownPipeline>();
  const { onEvent = () => undefined, minuteMs = 60_000, pollMs = 1000, now = () => new Date() } = args;
  const approval = approvals();
  const repositories = new Map<string, string>();
  let dropped = usuallyDropped;
  const around = {
    world,
    minuteMs,
    pollMs,
    now,
    handlers: {
      CodeStarSourceConnection: sourceAction(args.connections),
      CodeCommit: codeCommitAction((name) => repositories.get(name)),
      S3: s3Action,
      ECR: ecrAction,
      CodeBuild: buildAction(args.startBuild),
      Manual: approval.handler,
      ECS: ecsAction({ minuteMs, pollMs, dropped: () => dropped }),
    },
  };
  const start = (push: Push, ref: string): readonly string[] =>
    [...pipelines.values()].flatMap(({ declaration, executor }) => {
      const [source] = startedBy(declaration, push);
      if (source === undefined) return [];
      const trigger = {
        triggerType: "WebhookV2",
        triggerDetail: source.configuration?.["ConnectionArn"] ?? "",
      } as const;
      const pushed = { actionName: source.name, revisionType: "GIT_REF", revisionValue: ref };
      return [executor.start(declaration, trigger, [pushed]).id];
    });
  return {
    targets: ["CodePipeline_20150709"],
    operations: {
      ...pipelineOperations(world, pipelines, around, onEvent),
      ...executionOperations(pipelines, approval),
    },
    grants: pipelineGrants(world),
    pushed: (fullRepositoryId, branch, files = []) =>
      start({ fullRepositoryId, branch, files }, `refs/heads/${branch}`),
    tagged: (fullRepositoryId, tag) => start({ fullRepositoryId, tag }, `refs/tags/${tag}`),
    startedByRule(pipelineArn, ruleArn) {
      const { declaration, executor } = knownPipeline(pipelines, pipelineArn.split(":").at(-1));
      return executor.start(declaration, { triggerType: "CloudWatchEvent", triggerDetail: ruleArn }).id;
    },
    mapRepository: (repositoryName, folder) => void repositories.set(repositoryName, folder),
    dropFields: (fields) => {
      dropped = fields;
    },
    async close() {
      await Promise.all([...pipelines.values()].map(({ executor }) => executor.close()));
    },
  };
}
