import { randomUUID } from "node:crypto";
import { ActionFailure } from "./action.ts";
import type { ActionHandler } from "./action.ts";
import { announceApproval } from "./approval-notice.ts";
import { aborted } from "./build-action.ts";

/** A person's decision, as in PutApprovalResult. */
export interface ApprovalResult {
  readonly status: "Approved" | "Rejected";
  readonly summary: string;
  readonly by: string;
}

/** Approvals that wait for an answer, by their token. */
export interface Approvals {
  readonly handler: ActionHandler;
  /** Gives the result to the action that waits for this token; returns whether there is one. */
  readonly decide: (token: string, result: ApprovalResult) => boolean;
}

/** Minutes that an approval waits unless its action says otherwise ("Quotas in AWS CodePipeline": seven days). */
export const approvalMinutes = 7 * 24 * 60;

/** The manual approval action; it fails when no one decides in time, after seven days at most. */
export function approvals(): Approvals {
  const waiting = new Map<string, (result: ApprovalResult) => void>();
  return {
    async handler(context) {
      const { signal, show, action } = context;
      const token = randomUUID();
      const minutes = action.timeoutInMinutes ?? approvalMinutes;
      const decided = new Promise<ApprovalResult>((resolve) => waiting.set(token, resolve));
      show({ token });
      try {
        await announceApproval(context, token, new Date(Date.now() + minutes * 60_000));
        const { status, summary, by } = await Promise.race([decided, aborted(signal)]);
        show({ updatedBy: by });
        if (status === "Rejected") throw new ActionFailure("JobFailed", summary);
        return { summary };
      } finally {
        waiting.delete(token);
      }
    },
    decide(token, result) {
      const resolve = waiting.get(token);
      waiting.delete(token);
      resolve?.(result);
      return resolve !== undefined;
    },
  };
}
