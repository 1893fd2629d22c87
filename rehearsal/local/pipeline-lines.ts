import type { PipelineEvent } from "../../local-cloud/index.ts";

/** Makes a line for a stage's retry, and for each action at its end: its name, status and duration, and why it failed. */
export function pipelineLines(): (event: PipelineEvent) => string | undefined {
  const began = new Map<string, Date>();
  return ({ subject, executionId, stage = "", action = "", status, summary = "", at }) => {
    if (subject === "stage" && status === "Resumed") {
      return `${stage.padEnd(8)} is tried again${summary === "AutomatedStageRetry" ? ", once and by itself" : ""}`;
    }
    if (subject !== "action") return undefined;
    const key = `${executionId} ${action}`;
    if (status === "Started" || status === "InProgress") {
      began.set(key, at);
      return undefined;
    }
    const seconds = (at.getTime() - (began.get(key) ?? at).getTime()) / 1000;
    const reason = status === "Succeeded" || summary === "" ? "" : `: ${reasonOf(summary)}`;
    return `${action.padEnd(13)} ${status.padEnd(9)} ${seconds.toFixed(1).padStart(5)} s${reason}`;
  };
}

/** `up` starts the first run, before anyone can have completed the connection. */
const reasonOf = (summary: string): string =>
  summary.endsWith("is not available: its status is PENDING")
    ? "the connection waits for its handshake, as it does after every first up"
    : summary;
