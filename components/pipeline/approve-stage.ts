import { publish } from "../kit/statement.ts";
import type { Source } from "./source.ts";
import { action, stage, type Stage } from "./stages.ts";

/** The settings of a stack about the manual approval before a release. */
export interface ApprovalSettings {
  /** Minutes after which a run without an answer fails (5–86400; CodePipeline, "Quotas"). */
  readonly timeoutMinutes: number;
}

/**
 * The stage that waits for a person, who sees the source's revision (CodePipeline, "Manage approval actions"). Empty if
 * the stack needs no approval. `topicArn` is the SNS topic that is notified of a waiting run, if there is one.
 */
export function approveStage(
  approval: ApprovalSettings | undefined,
  { revision, commitUrl }: Pick<Source, "revision" | "commitUrl">,
  topicArn?: string,
): readonly Stage[] {
  if (approval === undefined) return [];
  const approve = stage("Approve", {
    declaration: {
      ...action("Approve", "Approval", "AWS", "Manual"),
      timeoutInMinutes: approval.timeoutMinutes,
      configuration: {
        CustomData: `Release ${revision}`,
        ...(commitUrl !== undefined && { ExternalEntityLink: commitUrl }),
        ...(topicArn !== undefined && { NotificationArn: topicArn }),
      },
    },
    statements: topicArn === undefined ? [] : [publish(topicArn)],
  });
  return [approve];
}
