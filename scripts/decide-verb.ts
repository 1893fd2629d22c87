import { approve, pendingApproval, reject } from "./approval.ts";
import { confirm, pipelineOf, type Verb } from "./verb.ts";

/** `approve`: lets the run that waits for approval into Release. */
export const approveVerb = decide("approve", approve, "approved", "let the run that waits for approval into Release");

/** `reject`: ends it as failed. */
export const rejectVerb = decide("reject", reject, "rejected", "end the run that waits for approval");

/** Says which run it is, asks, answers. */
function decide(name: string, answer: typeof approve, done: string, does: string): Verb {
  return {
    does,
    options: ["summary"],
    async run(options, around) {
      const { pipeline, client } = await pipelineOf(options, around);
      const pending = await pendingApproval(client, pipeline);
      const revision = pending.revision || "no revision is known";
      around.say(`${pending.pipeline}: run ${pending.executionId} waits for approval: ${revision}`);
      await confirm(name, `${name} it?`, options, around);
      await answer(client, pending, options.summary ?? `${done} by npm run release`);
      around.say(`${pending.pipeline}: ${done}`);
    },
  };
}
