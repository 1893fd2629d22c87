import { answerApproval, pendingApproval, type Answer, type PendingApproval } from "./approval.ts";
import { wasRefused } from "../kit/aws-problem.ts";
import { Refusal, UsageError } from "../kit/refusal.ts";
import { common, confirm, verb, type Verb } from "../verb/verb.ts";

/** Lets the waiting run into Release. */
export const approveVerb = decide("approve", "Approved", "let the run that waits for approval into Release");

/** Rejects the waiting run. */
export const rejectVerb = decide("reject", "Rejected", "end the run that waits for approval");

/** A verb that answers a pending approval: it prints which run that is, asks, and answers. */
function decide(name: string, status: Answer["status"], help: string): Verb {
  const done = status.toLowerCase();
  return verb({
    help,
    options: {
      stack: common.stack,
      pipeline: { type: "string", value: "NAME", help: "the pipeline itself, if Pulumi is not available" },
      region: { type: "string", value: "REGION", help: "its region (default: the stack's, else the shell's)" },
      summary: { type: "string", value: "TEXT", help: "a comment on the answer, at most 512 characters" },
      "dry-run": common["dry-run"],
      yes: common.yes,
    },
    run: async (values, around) => {
      const { stack, region, summary = `${done} by compose-ecs-pipeline` } = values;
      if ((stack === undefined) === (values.pipeline === undefined)) {
        throw new UsageError(`${name}: give either --stack or --pipeline`);
      }
      if (summary.length > 512) throw new UsageError("--summary: CodePipeline takes at most 512 characters");
      const found = stack === undefined ? undefined : await around.locate(stack);
      const { codepipeline } = around.clients(region ?? found?.region);
      const pipeline = found?.pipeline ?? values.pipeline ?? "";
      const show = async ({ executionId, revision, revisionId }: PendingApproval): Promise<void> => {
        // CodePipeline does not know the author, but the checkout may.
        const author = revisionId === "" ? undefined : await around.git(stack).author(revisionId);
        const what = [revision || "no revision is known", ...(author === undefined ? [] : [`by ${author}`])].join(" ");
        around.say(`${pipeline}: run ${executionId} waits for approval: ${what}`);
      };
      if (values["dry-run"] === true) {
        await show(await pendingApproval(codepipeline, pipeline));
        return 0;
      }
      let agreed = false;
      const agree = async (pending: PendingApproval): Promise<void> => {
        await show(pending);
        await confirm(name, values, around);
        agreed = true;
      };
      await answerApproval(codepipeline, pipeline, { status, summary, agree }).catch((error: unknown) => {
        if (agreed && !(error instanceof Refusal) && !wasRefused(error)) {
          around.warn(
            `${pipeline}: it is not known whether the answer has arrived; give it again: a second one is refused`,
          );
        }
        throw error;
      });
      around.say(`${pipeline}: ${done}`);
      return 0;
    },
  });
}
