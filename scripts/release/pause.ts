import { UsageError } from "../kit/refusal.ts";
import { closeRelease } from "../guard/transition.ts";
import { withLock } from "../guard/verb-lock.ts";
import { common, verb } from "../verb/verb.ts";

/** Keeps runs out of Release until `resume`; what runs goes on, and so do `up` and a run that is in Release. */
export const pauseVerb = verb({
  help: "keep every run out of Release until `resume`",
  options: {
    stack: common.stack,
    reason: { type: "string", value: "TEXT", help: "why, for people who look at the pipeline" },
    "dry-run": common["dry-run"],
    "break-lock": common["break-lock"],
  },
  run: async ({ stack, reason, ...values }, around) => {
    if (stack === undefined) throw new UsageError("pause: give --stack");
    const names = await around.locate(stack);
    const clients = around.clients(names.region);
    const why = reason ?? `paused by ${around.self.who}`;
    if (values["dry-run"] === true) {
      around.say(`${names.pipeline}: would close Release: ${why}`);
      return 0;
    }
    const lock = { names, ssm: clients.ssm, verb: "pause", breakLock: values["break-lock"], around };
    return await withLock(lock, async () => {
      const notes = await closeRelease(clients.codepipeline, names.pipeline, { verb: "pause", why });
      for (const line of notes) around.warn(line);
      if (notes.length > 0) return 1;
      around.say(`${names.pipeline}: no run enters Release until \`npm run release -- resume --stack ${names.stack}\``);
      return 0;
    });
  },
});
