import {
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  type IAMClientConfig,
} from "@aws-sdk/client-iam";
import { documentText } from "../../local-cloud/index.ts";
import type { Policy } from "./permission.ts";

/** The inline policy of one role of an environment. */
export interface RolePolicy {
  /** The role's name without the environment's, for example `build`. */
  readonly role: string;
  readonly roleName: string;
  readonly policy: Policy;
  /** Replaces the role's policy. */
  readonly put: (policy: Policy) => Promise<void>;
}

/** The policies of every role whose name begins with the environment's; a role without one is left out. */
export async function rolePolicies(client: IAMClientConfig, prefix: string): Promise<readonly RolePolicy[]> {
  const iam = new IAMClient(client);
  const { Roles = [] } = await iam.send(new ListRolesCommand({ MaxItems: 1000 }));
  const names = Roles.map(({ RoleName = "" }) => RoleName).filter((name) => name.startsWith(`${prefix}-`));
  const found: RolePolicy[] = [];
  for (const RoleName of names.toSorted()) {
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    if (PolicyNames.length > 1)
      throw new Error(`${RoleName}: more than one policy; rehearsal/prove/role-policies.ts expects one`);
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      found.push({
        role: RoleName.slice(prefix.length + 1),
        roleName: RoleName,
        policy: JSON.parse(documentText(PolicyDocument)) as Policy,
        put: async (policy) => {
          await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(policy) }));
        },
      });
    }
  }
  return found;
}
