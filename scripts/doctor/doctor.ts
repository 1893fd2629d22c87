import type { CheckGroup } from "./check.ts";
import { UsageError } from "../kit/refusal.ts";
import { aborted } from "../verb/surroundings.ts";
import { common, verb } from "../verb/verb.ts";

/** Finds what prevents an `up` of the stack, or the release of a push. */
export const doctorVerb = verb({
  help: "what is missing for `up` and for a release, and what to do about it",
  options: { stack: common.stack, json: common.json },
  run: async ({ stack, json }, around) => {
    if (stack === undefined) throw new UsageError("doctor: give --stack");
    // Loaded here: it needs more AWS clients than any other verb, and would make all of them start more slowly.
    const [{ diagnose }, { groupLines, sumLine }] = await Promise.all([import("./diagnose.ts"), import("./check.ts")]);
    const signal = around.interruption();
    const tell = json === true ? () => undefined : around.say;
    const groups: CheckGroup[] = [];
    const look = async () => {
      for await (const group of diagnose(stack, around, signal)) {
        if (signal.aborted) return;
        groups.push(group);
        for (const line of groupLines(group)) tell(line);
      }
    };
    tell(stack);
    await Promise.race([look(), aborted(signal)]);
    if (signal.aborted) {
      around.warn("doctor: interrupted; nothing was changed");
      return 130;
    }
    around.say(json === true ? JSON.stringify({ stack, groups }) : sumLine(groups));
    return groups.some(({ checks }) => checks.some((check) => check.state === "missing")) ? 3 : 0;
  },
});
