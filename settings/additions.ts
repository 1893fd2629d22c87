import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "../components/kit/refusal.ts";
import { policyProblems, type PolicyStatement } from "../compose/index.ts";
import { pairs } from "./keys.ts";
import { reserved } from "./parameters.ts";

/** What a team's own program adds to the configuration of its stacks: the arguments of `deliver`. */
export interface Additions {
  /** Plain variables of the Compose files. Plain text, because it is compared with what runs. @default - none */
  readonly variables?: Readonly<Record<string, string>>;
  /** Statements about what containers may do, as in `policy` of `x-ecs`. @default - none */
  readonly policy?: readonly PolicyStatement[];
  /** Names of configuration keys that the team's own program reads. @default - none */
  readonly otherKeys?: readonly string[];
}

/**
 * The plain variables of the stack: those of the key `variables` and the added ones. Refuses an added variable that the
 * key has as well, or that the key would not accept.
 */
export function plainVariables(added: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, string>> {
  const own = pairs("variables");
  const checked = Object.entries(added).map(([name, value]) => {
    if (!/^[A-Za-z_]\w*$/.test(name))
      refuseAdded("variables", `${JSON.stringify(name)} is not a name; use letters, digits and _, and no digit first`);
    if (reserved.includes(name)) refuseAdded("variables", `the build sets ${name} itself; take another name`);
    if (Object.hasOwn(own, name))
      refuseAdded(
        "variables",
        `${name} is in variables of Pulumi.${pulumi.getStack()}.yaml, too; remove one of the two`,
      );
    if (typeof value !== "string") return refuseAdded("variables", `${name} is ${kindOf(value)}; ${plainText}`);
    return [name, value] as const;
  });
  return { ...own, ...Object.fromEntries(checked) };
}

/** The added statements about what containers may do; refuses what `policy` of `x-ecs` would refuse. */
export function addedPolicy(policy: readonly PolicyStatement[] = []): readonly PolicyStatement[] {
  if (hasOutput(policy)) refuseAdded("policy", `a statement has an Output; ${plainText}`);
  const problems = policyProblems(policy);
  if (problems.length > 0) throw new Refusal(problems.map((problem) => `deliver({ policy }): ${problem}`).join("\n"));
  return policy;
}

const plainText = "write plain text, such as a URL or an ARN that is put together from names";

const kindOf = (value: unknown): string => (pulumi.Output.isInstance(value) ? "an Output" : "not a text");

function hasOutput(value: unknown): boolean {
  if (pulumi.Output.isInstance(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasOutput);
}

/** Reports a mistake in the program itself, not in the stack's file. */
function refuseAdded(argument: keyof Additions, problem: string): never {
  throw new Refusal(`deliver({ ${argument} }): ${problem}`);
}
