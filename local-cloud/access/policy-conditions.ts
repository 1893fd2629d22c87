import { AwsError } from "../kit/service.ts";
import { matchesWildcards } from "../kit/wildcards.ts";

/** One statement of an IAM policy document. */
export interface PolicyStatement {
  readonly Effect: "Allow" | "Deny";
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
  readonly [element: string]: unknown;
}

/** IAM writes a list with one item as the item itself. */
export type OneOrMany = string | boolean | number | readonly (string | boolean | number)[];

/** Values of a request's condition keys. */
export type ConditionContext = Readonly<Record<string, string>>;

/**
 * Whether every condition of a statement holds. A condition whose key the request does not have fails, unless its
 * operator allows that.
 */
export function conditionsHold(statement: PolicyStatement, context: ConditionContext): boolean {
  const known = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, known.get(key.toLowerCase()), listOf(wanted))),
  );
}

/** A policy document as JSON; IAM hands it out URL-encoded. */
export function documentText(document: string): string {
  return document.startsWith("%") ? decodeURIComponent(document) : document;
}

/** Statements of a policy document. */
export function statementsOf(document: string): readonly PolicyStatement[] {
  const { Statement } = JSON.parse(documentText(document)) as {
    Statement?: PolicyStatement | readonly PolicyStatement[];
  };
  if (Statement === undefined) return [];
  return Array.isArray(Statement) ? (Statement as readonly PolicyStatement[]) : [Statement as PolicyStatement];
}

/** The strings of an element that is a string or a list of strings. */
export function listOf(value: OneOrMany | undefined): readonly string[] {
  if (value === undefined) return [];
  return (typeof value === "object" ? value : [value]).map(String);
}

type Comparison = (wanted: string, actual: string) => boolean;

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: matchesWildcards,
  ArnEquals: matchesWildcards,
  ArnLike: matchesWildcards,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
};

function holds(operator: string, actual: string | undefined, wanted: readonly string[]): boolean {
  const qualified = operator.replace(/^For(?:AnyValue|AllValues):/u, "");
  if (qualified === "Null") return wanted.includes(String(actual === undefined));
  const ifExists = qualified.endsWith("IfExists");
  const name = qualified.replace(/IfExists$/u, "");
  const compare = comparisons[name] ?? comparisons[name.replace("Not", "")];
  if (compare === undefined) {
    throw new AwsError(
      "ServiceException",
      `condition operator ${operator}: the local cloud does not know it; add it to local-cloud/access/policy-conditions.ts`,
      500,
    );
  }
  const negated = !(name in comparisons);
  if (actual === undefined) return ifExists || negated || operator.startsWith("ForAllValues:");
  return negated !== wanted.some((one) => compare(one, actual));
}
