import { permissionsOf, without } from "./permission.ts";
import type { RolePolicy } from "./role-policies.ts";

/** Runs something while a role lacks one of its actions, which is restored whatever happens. */
export async function withdrawn<Result>(
  policies: readonly RolePolicy[],
  role: string,
  action: string,
  act: () => Promise<Result>,
): Promise<Result> {
  const from = policies.find((one) => one.role === role);
  const permission = from && permissionsOf(role, from.policy).find((one) => one.action === action);
  if (from === undefined || permission === undefined)
    throw new Error(`the role ${role} does not have ${action}; adapt the scenario that withdraws it`);
  await from.put(without(from.policy, permission));
  try {
    return await act();
  } finally {
    await from.put(from.policy);
  }
}
