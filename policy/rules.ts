import { dataRules } from "./data-rules.ts";
import { identityRules } from "./identity-rules.ts";
import { networkRules } from "./network-rules.ts";
import type { Inputs, Options, Rule } from "./rule.ts";

/** Every rule of the pack. */
export const rules: readonly Rule[] = [...networkRules, ...identityRules, ...dataRules];

/** What a rule reports of a resource; nothing for a type that it does not check. */
export function violationOf(rule: Rule, type: string, inputs: Inputs, options: Options): string | undefined {
  return rule.types.includes(type) ? rule.check(inputs, options) : undefined;
}
