import { setTimeout as sleep } from "node:timers/promises";
import type { Rule, Stage } from "./declaration.ts";
import { isOpen, readWindow } from "./deployment-window.ts";
import { isStopped } from "./run.ts";
import type { ConditionStatus, Run } from "./run.ts";

/** What entry conditions need. */
export interface EntrySurroundings {
  /** The clock for deployment windows. */
  readonly now: () => Date;
  /** Milliseconds in a minute of a rule's time-out. */
  readonly minuteMs: number;
  /** Milliseconds between two checks of a window. */
  readonly pollMs: number;
}

/**
 * Whether a run may begin the stage that it has entered. Waits until every deployment window of the stage is open; a rule
 * whose time-out passes before that fails the condition, and with it the stage. The rule waits, because the user
 * guide's "DeploymentWindow" says of a condition with an alarm and a window: "after the deployment window opens …".
 */
export async function passesEntry(around: EntrySurroundings, run: Run, stage: Stage): Promise<boolean> {
  const note = (status: ConditionStatus, summary?: string): void => {
    const changedAt = new Date();
    run.conditions.set(stage.name, { status, changedAt, ...(summary === undefined ? {} : { summary }) });
    run.updatedAt = changedAt;
  };
  note("InProgress");
  for (const rule of stage.beforeEntry?.conditions.flatMap(({ rules }) => rules) ?? []) {
    const outcome = await waitFor(around, run, rule);
    if (outcome === "Succeeded") continue;
    note(outcome, outcome === "Failed" ? `Rule ${rule.name}: its window did not open in time` : undefined);
    if (outcome === "Failed") run.statusSummary = `Stage ${stage.name}: rule ${rule.name} was not met`;
    return false;
  }
  note("Succeeded");
  return true;
}

async function waitFor(
  { now, minuteMs, pollMs }: EntrySurroundings,
  run: Run,
  { configuration = {}, timeoutInMinutes = longest }: Rule,
): Promise<"Succeeded" | "Failed" | "Cancelled"> {
  const window = readWindow(configuration);
  const deadline = Date.now() + timeoutInMinutes * minuteMs;
  while (!isOpen(window, now())) {
    if (isStopped(run)) return "Cancelled";
    if (Date.now() > deadline) return "Failed";
    await sleep(pollMs);
  }
  return "Succeeded";
}

// AWS's pages name no default; this is an approval's seven days.
const longest = 7 * 24 * 60;
