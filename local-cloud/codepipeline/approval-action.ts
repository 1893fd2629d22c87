import { randomUUID } from "node:crypto";
import { ActionFailure } from "./action.ts";
import type { ActionHandler } from "./action.ts";
import { announceApproval } from "./approval-notice.ts";
import { aborted } from "./build-action.ts";

/** What a person decided, as PutApprovalResult carries it. */
export interface ApprovalResult {
  readonly status: "Approved" | "Rejected";
  readonly summary: string;
  readonly by: string;
}

/** Approvals that are waited for, by their token. */
export interface Approvals {
  readonly handler: ActionHandler;
  /** Whether somebody waits for this token; if so, the action gets the result. */
  readonly decide: (token: string, result: ApprovalResult) => boolean;
}

/** Minutes that an approval waits where its action does not say ("Quotas in AWS CodePipeline": seven days). */
export const approvalMinutes = 7 * 24 * 60;

/** The manual approval action; it fails when nobody has decided in time, and that is at the latest after seven days. */
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
