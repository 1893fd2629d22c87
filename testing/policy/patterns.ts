import type { Verdict } from "./verdict.ts";

/** Whether IAM's wildcards match a text: `*` is any run of characters, `?` any one. */
export function like(pattern: string, value: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(value);
}

/** Whether a statement's action pattern matches an action; IAM has wildcards only behind the name of the service. */
export function likeAction(pattern: string, action: string): Verdict {
  if (pattern === "*" || !/[*?].*:|^[^:]*$/.test(pattern)) return like(pattern, action);
  return [`${pattern}: write the name of a service and ":" before the action`];
}

/** Whether a pattern matches an ARN part by part; only the sixth part may have colons. */
export function likeArn(pattern: string, value: string): boolean {
  const wanted = arnParts(pattern);
  const given = arnParts(value);
  return wanted.length === given.length && wanted.every((part, index) => like(part, given[index] ?? ""));
}

/**
 * Whether a statement's resource pattern matches a resource. A pattern that ends early in `*` also matches the parts
 * that follow. A `*` that would have to match several parts in the middle stays undecided: AWS's page says that it can,
 * and advises against it (IAM user guide, "IAM JSON policy elements: Resource").
 */
export function likeResource(pattern: string, value: string): Verdict {
  if (pattern === "*") return true;
  const missing = 6 - arnParts(pattern).length;
  const whole = missing > 0 && pattern.endsWith("*") ? pattern + ":*".repeat(missing) : pattern;
  if (likeArn(whole, value)) return true;
  return like(pattern, value) ? [`${pattern}: write each of the six parts of the ARN`] : false;
}

/** The six parts of an ARN, or fewer. */
export function arnParts(arn: string): readonly string[] {
  const all = arn.split(":");
  return [...all.slice(0, 5), ...(all.length > 5 ? [all.slice(5).join(":")] : [])];
}
