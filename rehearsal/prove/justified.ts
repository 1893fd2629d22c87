import type { Finding } from "./findings.ts";
import type { Permission } from "./permission.ts";

/** Why a permission is kept although no scenario fails without it. */
export interface Justification {
  readonly roles: readonly string[];
  readonly actions: readonly string[];
  /** Why the local cloud cannot show it, and what AWS's page says. */
  readonly reason: string;
  /** AWS's page, by its guide and title. */
  readonly page: string;
}

/** Every permission that is kept because AWS's page says so; docs/permissions.md shows the reason. */
export const justified: readonly Justification[] = [
  {
    roles: ["build", "images", "migrate", "verify"],
    actions: ["s3:GetObjectVersion"],
    reason:
      "the local cloud gets artifacts without their version; CodeBuild's own policy for a pipeline's bucket has it",
    page: "CodeBuild user guide, “Allow CodeBuild to interact with other AWS services”",
  },
  {
    roles: ["build", "images", "migrate", "verify"],
    actions: ["s3:GetBucketAcl", "s3:GetBucketLocation"],
    reason: "the local cloud does not check who owns a bucket; CodeBuild's own policy has both (S3BucketIdentity)",
    page: "CodeBuild user guide, “Allow CodeBuild to interact with other AWS services”",
  },
  {
    roles: ["pipeline"],
    actions: ["s3:GetObjectVersion"],
    reason: "the local cloud gets artifacts without their version; the minimum policy of a service role has it",
    page: "CodePipeline user guide, “Manage the CodePipeline service role”",
  },
  {
    roles: ["pipeline"],
    actions: ["ecs:TagResource"],
    reason:
      "no revision here has tags; ECS asks for it where a revision with tags is copied, as under `aws:defaultTags`",
    page: "CodePipeline user guide, “Amazon Elastic Container Service deploy action reference”; Amazon ECS developer guide, “Grant permission to tag resources on creation”",
  },
  {
    roles: ["pipeline"],
    actions: ["codecommit:CancelUploadArchive"],
    reason: "the local cloud cancels no upload of a stopped run; the page lists it with the four that are needed",
    page: "CodePipeline user guide, “Manage the CodePipeline service role”",
  },
  {
    roles: ["start"],
    actions: ["codepipeline:StartPipelineExecution"],
    reason:
      "the proof starts its runs itself; test/rehearsal/local-cloud/source-events.spec.ts shows that events need it",
    page: "Amazon EventBridge user guide, “Using IAM roles to grant permissions to access resources”",
  },
  {
    roles: ["notify"],
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    reason: "the local cloud runs no Lambda, which writes a function's log with the function's role",
    page: "AWS Lambda developer guide, “Defining Lambda function permissions with an execution role”",
  },
];

/** The justification of a permission. @default - it has none */
export function justificationOf({ role, action }: Pick<Permission, "role" | "action">): Justification | undefined {
  return justified.find(({ roles, actions }) => roles.includes(role) && actions.includes(action));
}

/**
 * What is wrong with the findings of a whole proof, one line each: permissions that can be removed, and reasons that
 * are not needed.
 */
export function complaintsOf(findings: readonly Finding[]): readonly string[] {
  const notShown = findings.filter(({ fails }) => fails === undefined).map(({ permission }) => permission);
  const idle = notShown.filter((permission) => justificationOf(permission) === undefined);
  const reasons = justified.flatMap(({ roles, actions }) =>
    roles.flatMap((role) => actions.map((action) => ({ role, action }))),
  );
  const needless = reasons.filter(
    (one) => !notShown.some(({ role, action }) => role === one.role && action === one.action),
  );
  return [
    ...idle.map(
      ({ role, action, resources }) =>
        `${role}: nothing fails without ${action} on ${resources.join(", ")}; remove it, or name AWS's page in rehearsal/prove/justified.ts`,
    ),
    ...needless.map(
      ({ role, action }) => `${role}: ${action} is shown or gone; remove its reason from rehearsal/prove/justified.ts`,
    ),
  ];
}
