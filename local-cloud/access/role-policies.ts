import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import type { IAMClient } from "@aws-sdk/client-iam";
import { documentText, statementsOf } from "./policy-conditions.ts";
import type { PolicyStatement } from "./policy-conditions.ts";
import { AwsError } from "../kit/service.ts";

/** Statements of every policy of a role, its own and those attached to it. */
export async function rolePolicies(iam: IAMClient, roleName: string): Promise<readonly PolicyStatement[]> {
  const [own, attached] = await Promise.all([
    iam.send(new ListRolePoliciesCommand({ RoleName: roleName })),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName: roleName })),
  ]);
  const documents = await Promise.all([
    ...(own.PolicyNames ?? []).map(async (PolicyName) => {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName: roleName, PolicyName }));
      return PolicyDocument ?? "";
    }),
    ...(attached.AttachedPolicies ?? []).map(({ PolicyArn }) => attachedDocument(iam, PolicyArn ?? "")),
  ]);
  return documents.flatMap(statementsOf);
}

/** Maximum number of characters of all inline policies of a role together (IAM user guide, "IAM and AWS STS quotas"). */
const sizeLimit = 10_240;

/** An inline policy of a role. */
export interface RolePolicy {
  readonly roleName: string;
  readonly policyName: string;
  /** Its text. */
  readonly document: string;
}

/** Whether the inline policies of a role would be longer than IAM allows; false for a role that does not exist. */
export async function isTooLong(iam: IAMClient, { roleName, policyName, document }: RolePolicy): Promise<boolean> {
  const listed = iam.send(new ListRolePoliciesCommand({ RoleName: roleName })).catch(() => ({ PolicyNames: [] }));
  const { PolicyNames = [] } = await listed;
  const others = await Promise.all(
    PolicyNames.filter((name) => name !== policyName).map(async (PolicyName) => {
      const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName: roleName, PolicyName }));
      return documentText(PolicyDocument);
    }),
  );
  // IAM counts no whitespace (the same page).
  return [...others, document].join("").replaceAll(/\s/gu, "").length > sizeLimit;
}

/** PutRolePolicy's refusal of such a policy (IAM API reference, "Errors": LimitExceeded, 409), as seen on AWS. */
export const policyTooLong = ({ roleName }: RolePolicy): AwsError =>
  new AwsError("LimitExceeded", `Maximum policy size of ${sizeLimit} bytes exceeded for role ${roleName}`, 409);

async function attachedDocument(iam: IAMClient, PolicyArn: string): Promise<string> {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
  );
  return PolicyVersion?.Document ?? "";
}
