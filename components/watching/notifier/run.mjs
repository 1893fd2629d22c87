// @ts-check
// Reads what CodePipeline and the logs of the builds say about a run. Lambda runs this file as it is.

/** An action of a run, as ListActionExecutions gives it.
 * @typedef {{ readonly actionName?: string, readonly stageName?: string, readonly status?: string, readonly startTime?: Date,
 *   readonly input?: { readonly actionTypeId?: { readonly category?: string, readonly provider?: string } },
 *   readonly output?: { readonly outputVariables?: Readonly<Record<string, string>>,
 *     readonly executionResult?: { readonly externalExecutionId?: string, readonly externalExecutionSummary?: string,
 *       readonly errorDetails?: { readonly code?: string, readonly message?: string } } } }} Action */

/** A run, as ListPipelineExecutions gives it.
 * @typedef {{ readonly pipelineExecutionId?: string, readonly statusSummary?: string,
 *   readonly sourceRevisions?: readonly { readonly revisionId?: string }[],
 *   readonly trigger?: { readonly triggerType?: string, readonly triggerDetail?: string },
 *   readonly stopTrigger?: { readonly reason?: string } }} Summary */

/** Where a build's log is in CloudWatch Logs.
 * @typedef {{ readonly logGroupName: string, readonly logStreamName: string }} LogPlace */

/** The actions whose last attempt failed, in the order in which they started.
 * @template {Action} T @param {readonly T[]} actions @returns {readonly T[]} */
export function failedActions(actions) {
  /** @type {Map<string, T>} */
  const latest = new Map();
  const inOrder = actions.toSorted((a, b) => Number(a.startTime ?? 0) - Number(b.startTime ?? 0));
  for (const action of inOrder) latest.set(`${action.stageName ?? ""} ${action.actionName ?? ""}`, action);
  return [...latest.values()].filter(({ status }) => status === "Failed");
}

/** Where the log of an action's build is; undefined if the action is not a build. @param {Action} action @returns {LogPlace | undefined} */
export function logOf({ input, output }) {
  if (input?.actionTypeId?.provider !== "CodeBuild") return undefined;
  const [project, build] = (output?.executionResult?.externalExecutionId ?? "").split(":");
  return project && build ? { logGroupName: `/aws/codebuild/${project}`, logStreamName: build } : undefined;
}

/** Why an action failed: the last line that its build printed before a phase failed, or else what CodePipeline says.
 * @param {Action} action @param {readonly string[]} log @returns {{ action: string, reason: string }} */
export function failureOf({ actionName = "an action", output }, log) {
  const lines = log.flatMap((text) => text.split("\n")).map((line) => line.trim());
  // The lines of CodeBuild's agent begin with this word; the phases after the failed one do not say why.
  const end = lines.findIndex((line) => /^\[Container\].* Phase complete: \w+ State: FAILED/.test(line));
  const own = lines
    .slice(0, end < 0 ? undefined : end)
    .filter((line) => line !== "" && !line.startsWith("[Container]"));
  const { errorDetails, externalExecutionSummary } = output?.executionResult ?? {};
  const reason = own.at(-1) ?? errorDetails?.message ?? externalExecutionSummary ?? errorDetails?.code;
  return { action: actionName, reason: reason?.slice(0, 1000) ?? "CodePipeline gave no reason" };
}

/** The facts of a run for its message.
 * @param {Summary} summary @param {readonly Action[]} actions
 * @param {readonly { readonly action: string, readonly reason: string }[]} failures
 * @returns {import("./messages.mjs").Run} */
export function runOf(summary, actions, failures) {
  const variables =
    actions.find(({ input }) => input?.actionTypeId?.category === "Source")?.output?.outputVariables ?? {};
  return {
    commit: variables["CommitId"] ?? summary.sourceRevisions?.[0]?.revisionId,
    message: variables["CommitMessage"],
    branch: variables["BranchName"],
    startedBy: summary.trigger?.triggerDetail ?? summary.trigger?.triggerType,
    stopReason: summary.stopTrigger?.reason,
    summary: summary.statusSummary,
    failures,
  };
}
