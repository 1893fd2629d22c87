import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import type { IAMClient } from "@aws-sdk/client-iam";
import { statementsOf } from "./policy-conditions.ts";
import type { PolicyStatement } from "./policy-conditions.ts";

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

async function attachedDocument(iam: IAMClient, PolicyArn: string): Promise<string> {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
  );
  return PolicyVersion?.Document ?? "";
}
