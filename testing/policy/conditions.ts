import { like, likeArn } from "./patterns.ts";
import { listOf, type Conditions, type OneOrMany } from "./statement.ts";
import { all, type Verdict } from "./verdict.ts";

/** Whether all conditions of a statement hold for a request. A key that the request does not name is unknown. */
export function conditionsHold(
  condition: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>,
  request: Conditions,
): Verdict {
  return all(
    Object.entries(condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, wanted]) => holds(operator, key, listOf(wanted), valuesOf(request, key))),
    ),
  );
}

type Comparison = (wanted: string, given: string) => boolean;

const numbers =
  (compare: (given: number, wanted: number) => boolean): Comparison =>
  (wanted, given) =>
    compare(Number(given), Number(wanted));

/** The operators that are evaluated here; each also with `Not` before what it compares, but for the orders of numbers. */
const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: (wanted, given) => wanted === given,
  StringEqualsIgnoreCase: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  StringLike: like,
  ArnEquals: likeArn,
  ArnLike: likeArn,
  Bool: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  NumericEquals: numbers((given, wanted) => given === wanted),
  NumericLessThan: numbers((given, wanted) => given < wanted),
  NumericLessThanEquals: numbers((given, wanted) => given <= wanted),
  NumericGreaterThan: numbers((given, wanted) => given > wanted),
  NumericGreaterThanEquals: numbers((given, wanted) => given >= wanted),
};

const negatable = /^(String|Arn|Numeric)Not(?=Equals$|EqualsIgnoreCase$|Like$)/;

function holds(
  operator: string,
  key: string,
  wanted: readonly string[],
  given: readonly string[] | undefined,
): Verdict {
  const [, set, base = "", ifExists] = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const compare = comparisons[base.replace(negatable, "$1")];
  if (base !== "Null" && compare === undefined) return [`${operator} of ${key}: this operator is not evaluated here`];
  const variable = wanted.find((pattern) => pattern.includes("${"));
  if (variable !== undefined) return [`${variable}: policy variables are not evaluated here`];
  if (given === undefined) return [`${key}: give its value, or [] if the request has no such key`];
  if (compare === undefined) return wanted.some((one) => (one.toLowerCase() === "true") === (given.length === 0));
  const negated = negatable.test(base);
  if (given.length === 0) {
    // AWS's page does not say which of the two wins: no value fits, or the key does not exist.
    if (set === "ForAnyValue" && ifExists !== undefined) return [`${operator} of ${key}: give at least one value`];
    return ifExists !== undefined || set === "ForAllValues" || (negated && set === undefined);
  }
  if (set === undefined && given.length > 1) return [`${operator} of ${key}: it compares one value, not several`];
  const fits = (value: string) => wanted.some((pattern) => compare(pattern, value)) !== negated;
  return set === "ForAllValues" ? given.every(fits) : given.some(fits);
}

/** The values of a key, whose name IAM reads without regard to case. */
function valuesOf(request: Conditions, key: string): readonly string[] | undefined {
  const found = Object.entries(request).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return found && listOf(found[1]);
}
