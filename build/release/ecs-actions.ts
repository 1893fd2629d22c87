import {
  ListActionExecutionsCommand,
  type ActionExecutionDetail,
  type ActionExecutionFilter,
} from "@aws-sdk/client-codepipeline";
import { answerOf } from "../kit/aws-problem.ts";
import type { Surroundings } from "../kit/surroundings.ts";

/** An ECS action of this run, with its tries in it. */
export interface EcsAction {
  /** `awaited` if its newest try is still to come. */
  readonly state: "awaited" | "running" | "succeeded" | "failed";
  /** The start of its newest try; undefined if that is still to come. */
  readonly start: Date | undefined;
  /** The start of its first try. */
  readonly firstStart: Date | undefined;
  /** What CodePipeline says about a failure. */
  readonly error: string;
}

/** The actions of a run, of each try of its stages. */
export async function readActions(
  { clients }: Surroundings,
  pipelineName: string,
  pipelineExecutionId: string,
): Promise<readonly ActionExecutionDetail[]> {
  const filter: ActionExecutionFilter = { pipelineExecutionId };
  const found: ActionExecutionDetail[] = [];
  let nextToken: string | undefined;
  do {
    const asked = clients.codepipeline.send(new ListActionExecutionsCommand({ pipelineName, filter, nextToken }));
    const page = await answerOf("codepipeline:ListActionExecutions", pipelineName, asked);
    found.push(...(page.actionExecutionDetails ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

/**
 * An ECS action among the actions of a run. A retried stage keeps its run and triggers failed actions again (CodePipeline
 * API reference, RetryStageExecution), this step at the same time as the ECS actions. So a try that failed before this
 * step began is an earlier one, and a new one is still to come; an action that succeeded is not run again.
 */
export function ecsAction(listed: readonly ActionExecutionDetail[], name: string): EcsAction {
  const tries = triesOf(listed, name);
  const [newest] = tries;
  const state = stateOf(newest, listed);
  return {
    state,
    start: state === "awaited" ? undefined : newest?.startTime,
    firstStart: tries.at(-1)?.startTime,
    error: newest?.output?.executionResult?.errorDetails?.message ?? "",
  };
}

/** Whether the stage of this step was retried: this is not its first try in the run. */
export const isRetried = (listed: readonly ActionExecutionDetail[]): boolean => triesOf(listed, ownName).length > 1;

/** The name of this step's action. */
const ownName = "Verify";

function stateOf(
  newest: ActionExecutionDetail | undefined,
  listed: readonly ActionExecutionDetail[],
): EcsAction["state"] {
  switch (newest?.status) {
    case "InProgress":
      return "running";
    case "Succeeded":
      return "succeeded";
    case "Failed":
    case "Abandoned":
      return isEarlier(newest, listed) ? "awaited" : "failed";
    default:
      return "awaited";
  }
}

/** Whether a try that failed is of an earlier try of the stage. Times of CodePipeline are compared with each other only. */
function isEarlier(failed: ActionExecutionDetail, listed: readonly ActionExecutionDetail[]): boolean {
  const own = triesOf(listed, ownName)[0]?.startTime;
  const end = failed.lastUpdateTime ?? failed.startTime;
  return isRetried(listed) && own !== undefined && end !== undefined && end < own;
}

/** The tries of an action in a run, newest first. */
const triesOf = (listed: readonly ActionExecutionDetail[], name: string): readonly ActionExecutionDetail[] =>
  listed.filter(({ actionName }) => actionName === name).toSorted((a, b) => Number(b.startTime) - Number(a.startTime));
