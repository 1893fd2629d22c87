import { conditionsHold } from "./conditions.ts";
import { likeAction, likeResource } from "./patterns.ts";
import { listOf, type Conditions, type PolicyStatement } from "./statement.ts";
import { all, not, some, type Verdict } from "./verdict.ts";

/** A call to AWS: one action on one resource, with the values of its condition keys. */
export interface Request {
  readonly action: string;
  /** An ARN; or `*` for an action that takes no resource. */
  readonly resource: string;
  readonly conditions: Conditions;
}

/** Whether the statements of a role let a request through: some Allow applies to it and no Deny does. */
export function judge(statements: readonly PolicyStatement[], request: Request): Verdict {
  const those = (effect: string) =>
    some(statements.filter(({ Effect }) => Effect === effect).map((statement) => applies(statement, request)));
  const misspelt = statements.find(({ Effect }) => Effect !== "Allow" && Effect !== "Deny");
  if (misspelt !== undefined) return [`Effect ${JSON.stringify(misspelt.Effect)}: IAM knows only Allow and Deny`];
  return all([those("Allow"), not(those("Deny"))]);
}

const known = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

function applies(statement: PolicyStatement, { action, resource, conditions }: Request): Verdict {
  const unknown = Object.keys(statement).find((key) => !known.includes(key));
  if (unknown !== undefined) return [`${unknown}: this element of a statement is not evaluated here`];
  return all([
    element(statement, "Action", (pattern) => likeAction(pattern.toLowerCase(), action.toLowerCase())),
    element(statement, "Resource", (pattern) => likeResource(pattern, resource)),
    conditionsHold(statement.Condition ?? {}, conditions),
  ]);
}

/** Whether an element of a statement, or its opposite, applies. */
function element(
  statement: PolicyStatement,
  name: "Action" | "Resource",
  matches: (pattern: string) => Verdict,
): Verdict {
  const [those, others] = [statement[name], statement[`Not${name}`]];
  if ((those === undefined) === (others === undefined)) return [`a statement needs either ${name} or Not${name}`];
  const verdict = some(
    listOf(those ?? others).map((pattern) =>
      pattern.includes("${") ? [`${pattern}: policy variables are not evaluated here`] : matches(pattern),
    ),
  );
  return others === undefined ? verdict : not(verdict);
}
