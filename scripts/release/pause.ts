import { verbCommand } from "../../components/plain.ts";
import { Refusal, UsageError } from "../kit/refusal.ts";
import { closeRelease } from "../guard/transition.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { Clients } from "../verb/surroundings.ts";
import { withLock, type LockArgs } from "../guard/verb-lock.ts";
import { common, verb } from "../verb/verb.ts";

/** Keeps runs out of Release until `resume`; `up` and a run that is already in Release continue. */
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
    await pauseReleases(names, clients, { why, breakLock: values["break-lock"], around });
    around.say(`${names.pipeline}: no run enters Release until \`${verbCommand} resume --stack ${names.stack}\``);
    return 0;
  },
});

/** Closes Release under the environment's lock; refuses if someone else has closed it. */
export const pauseReleases = (
  names: StackNames,
  clients: Clients,
  { why, ...lock }: Pick<LockArgs, "around" | "breakLock"> & { readonly why: string },
): Promise<void> =>
  withLock({ ...lock, names, ssm: clients.ssm, verb: "pause" }, async () => {
    const notes = await closeRelease(clients.codepipeline, names.pipeline, { verb: "pause", why });
    if (notes.length > 0) throw new Refusal(notes.join("\n"));
  });
