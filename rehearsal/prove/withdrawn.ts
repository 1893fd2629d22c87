import { permissionsOf, without } from "./permission.ts";
import type { RolePolicy } from "./role-policies.ts";

/** What happens while a role may not do one of its actions, which is given back whatever happens. */
export async function withdrawn<Result>(
  policies: readonly RolePolicy[],
  role: string,
  action: string,
  act: () => Promise<Result>,
): Promise<Result> {
  const from = policies.find((one) => one.role === role);
  const permission = from && permissionsOf(role, from.policy).find((one) => one.action === action);
  if (from === undefined || permission === undefined)
    throw new Error(`the role ${role} may not do ${action}; adapt the scenario that takes it away`);
  await from.put(without(from.policy, permission));
  try {
    return await act();
  } finally {
    await from.put(from.policy);
  }
}
