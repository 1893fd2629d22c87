import { verbCommand } from "../../components/plain.ts";
import { labelOf, type RunAction } from "./pipeline-view.ts";
import type { RolloutEvent } from "./rollout.ts";
import type { ServiceView } from "./service-view.ts";

/** An event as one line of a log. */
export function lineOf(event: RolloutEvent): string {
  switch (event.kind) {
    case "source":
      return `Source: ${labelOf(event.run)}`;
    case "action":
      return actionLine(event.action);
    case "approval":
      return `Approve: run ${event.executionId} waits for a person; \`${verbCommand} approve\` or reject`;
    case "held":
      return event.reason;
    case "deployment":
      return serviceLine(event.service);
    case "ended":
      return `run ${event.run.id}: ${event.run.status}${event.run.summary === "" ? "" : `: ${event.run.summary}`}`;
  }
}

function actionLine({ stage, name, status, error }: RunAction): string {
  const what = stage === name ? name : `${stage}, ${name}`;
  return `${what}: ${words[status] ?? status}${error === "" ? "" : `: ${error}`}`;
}

/** CodePipeline's words for the state of an action, in words for people. */
export const words: Readonly<Record<string, string>> = {
  InProgress: "begins",
  Succeeded: "done",
  Failed: "failed",
  Abandoned: "abandoned",
};

/** The state of a service's deployments, in one line. */
export function serviceLine({ name, desired, deployments }: ServiceView): string {
  const each = deployments.map(({ revision, state, reason, failedTasks }) => {
    const failed = failedTasks === 0 ? "" : `, ${failedTasks} task(s) failed`;
    return `${revision} ${state}${failed}${state === "FAILED" && reason !== "" ? ` (${reason})` : ""}`;
  });
  return `${name}: ${each.join("; ")}; ${desired} task(s) wanted`;
}
