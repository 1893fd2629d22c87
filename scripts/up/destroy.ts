import { askAgreement, neededAgreement } from "../verb/agreement.ts";
import { changeLines, summaryLines } from "../pulumi/change-summary.ts";
import { told } from "../kit/event-queue.ts";
import { UsageError } from "../kit/refusal.ts";
import { takeDown, type DownEvent } from "./take-down.ts";
import { common, verb } from "../verb/verb.ts";

/** Deletes everything that an environment's stack has created. */
export const destroyVerb = verb({
  help: "delete everything that the environment's stack has created, images included",
  options: {
    stack: common.stack,
    json: common.json,
    "dry-run": common["dry-run"],
    yes: common.yes,
    "break-lock": common["break-lock"],
  },
  run: async (values, around) => {
    const { stack, json, yes } = values;
    if (stack === undefined) throw new UsageError("destroy: give --stack");
    const interruption = around.interruption();
    const agree = async () => {
      await askAgreement("destroy", stack, await neededAgreement(around.project, stack, "destroy"), around);
    };
    const events = takeDown({
      stack,
      around,
      interruption,
      breakLock: values["break-lock"],
      dryRun: values["dry-run"] === true,
      agree: yes === true ? undefined : agree,
    });
    const outcome = await told(events, (event) => {
      if (json === true) around.say(JSON.stringify(event));
      else for (const line of downLines(event)) around.say(line);
    });
    if (json === true) around.say(JSON.stringify({ kind: "ended", ...outcome }));
    if (outcome.problem !== undefined) {
      for (const line of outcome.problem) around.warn(line);
      return interruption.aborted ? 130 : 1;
    }
    if (json === true || values["dry-run"] === true) return 0;
    for (const line of [...summaryLines(outcome.changes), ...outcome.stays]) around.say(line);
    return 0;
  },
});

function downLines(event: DownEvent): readonly string[] {
  switch (event.kind) {
    case "planned":
      return event.changes.length === 0
        ? ["there is nothing to delete"]
        : ["would be", ...summaryLines(event.changes).map((line) => `  ${line}`)];
    case "changed":
      return changeLines(event.change);
    case "failed":
      return [`failed: ${event.change.type} ${event.change.name}`];
    case "remark":
      return [event.line];
  }
}
