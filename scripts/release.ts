import {
  StartPipelineExecutionCommand,
  paginateListPipelineExecutions,
  type CodePipelineClient,
} from "@aws-sdk/client-codepipeline";
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { Git } from "./git.ts";
import { readPipeline, type PipelineParts } from "./pipeline-parts.ts";
import { Refusal } from "./refusal.ts";
import { runningCommits } from "./running-commits.ts";

export interface ReleaseArgs {
  readonly pipeline: string;
  /** The commit to release, by any name the checkout has for it. @default - the newest one of the source */
  readonly commit?: string | undefined;
}

/** What a release would do, and what speaks against doing it without a question. */
export interface ReleasePlan {
  readonly pipeline: string;
  /** All 40 digits. @default - the newest commit of the source */
  readonly commit: string | undefined;
  /** Name of the source action, which the commit is given to. */
  readonly sourceAction: string;
  /** What a person should know before they say yes; none where nothing is unusual. */
  readonly doubts: readonly string[];
}

interface Clients {
  readonly client: CodePipelineClient;
  readonly ecs: ECSClient;
  readonly git: Git;
}

/** Looks at the pipeline, at what runs and at the checkout, and decides what a release is; changes nothing. */
export async function planRelease(args: ReleaseArgs, { client, ecs, git }: Clients): Promise<ReleasePlan> {
  const parts = await readPipeline(client, args.pipeline);
  const plan = { pipeline: args.pipeline, sourceAction: parts.source.action };
  if (args.commit === undefined) return { ...plan, commit: undefined, doubts: [] };
  const commit = await commitOf(args.commit, parts, git);
  const doubts = [
    ...(await underWay(client, args.pipeline, commit)),
    ...(await comparedWithRunning(commit, await runningCommits(ecs, parts), git)),
  ];
  return { ...plan, commit, doubts };
}

/** Starts what was planned; the run's id. */
export async function startRelease(client: CodePipelineClient, plan: ReleasePlan): Promise<string> {
  const { pipeline: name, commit, sourceAction: actionName } = plan;
  const chosen = commit && [{ actionName, revisionType: "COMMIT_ID" as const, revisionValue: commit }];
  const { pipelineExecutionId = "" } = await client.send(
    new StartPipelineExecutionCommand({ name, ...(chosen && { sourceRevisions: chosen }) }),
  );
  return pipelineExecutionId;
}

/** CodePipeline takes all digits of a commit and asks nobody whether it is there before the run has begun. */
async function commitOf(name: string, { source }: PipelineParts, git: Git): Promise<string> {
  if (source.provider === "S3" || source.provider === "ECR") {
    const instead = source.provider === "S3" ? "S3_OBJECT_VERSION_ID" : "IMAGE_DIGEST";
    throw new Refusal(
      `--commit ${name}: the source ${source.action} (${source.provider}) has no commits; see docs/operations.md, ${instead}`,
    );
  }
  const found = await git.commit(name);
  if (found !== undefined) return found;
  if (/^[0-9a-f]{40}$/.test(name)) return name;
  throw new Refusal(`--commit ${name}: this checkout has no such commit; fetch it, or give all 40 digits`);
}

/** A run of this commit that has not ended. */
async function underWay(client: CodePipelineClient, pipelineName: string, commit: string): Promise<readonly string[]> {
  for await (const { pipelineExecutionSummaries = [] } of paginateListPipelineExecutions(
    { client },
    { pipelineName },
  )) {
    const running = pipelineExecutionSummaries.find(
      ({ status, sourceRevisions = [] }) =>
        status === "InProgress" && sourceRevisions.some(({ revisionId }) => revisionId === commit),
    );
    if (running !== undefined) return [`run ${running.pipelineExecutionId ?? ""} of this commit is under way`];
    // The newest come first: behind one that has ended, at most an approval of old waits.
    if (pipelineExecutionSummaries.length > 0) break;
  }
  return [];
}

/** How a commit stands to those that run; nothing to tell where it comes after all of them. */
async function comparedWithRunning(commit: string, tags: readonly string[], git: Git): Promise<readonly string[]> {
  const doubts = await Promise.all(tags.map((tag) => comparedWith(commit, tag, git)));
  return doubts.flat();
}

async function comparedWith(commit: string, tag: string, git: Git): Promise<readonly string[]> {
  const short = commit.slice(0, 7);
  const running = await git.commit(tag);
  if (running === undefined || (await git.commit(commit)) === undefined) {
    return [`${tag} runs, and this checkout does not know whether ${short} comes before or after it`];
  }
  if (running === commit) return [`${tag} runs already`];
  if (await git.isAncestor(running, commit)) return [];
  const lost = await git.between(commit, running, most + 1);
  const list = [...lost.slice(0, most), ...(lost.length > most ? ["…"] : [])].map((line) => `  ${line}`);
  const relation = (await git.isAncestor(commit, running)) ? "is older than" : "is on another branch than";
  return [`${short} ${relation} ${tag}, which runs; it lacks:\n${list.join("\n")}`];
}

/** Commits that are told one by one. */
const most = 10;
