import { cloud } from "./cloud.ts";
import { statementsOf, type Statement } from "./iam.ts";

/** What a role of the environment that was just registered may do. */
export function grantsOf(role: string): readonly Statement[] {
  const policies = cloud.filter(({ type, inputs }) => type.startsWith("aws:iam/rolePolicy") && inputs["role"] === role);
  return policies.flatMap(({ inputs }) => statementsOf(inputs["policy"] as string));
}
