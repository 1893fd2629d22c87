import { type Asked, matchesWildcards } from "../../local-cloud/index.ts";

/** A policy document as this project writes it. */
export interface Policy {
  readonly Version: string;
  readonly Statement: readonly PolicyStatement[];
}

interface PolicyStatement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
  readonly [element: string]: unknown;
}

/** One action of one statement of a role's policy: the smallest part that can be removed. */
export interface Permission {
  /** What the role is for: its name without the environment's, for example `build`. */
  readonly role: string;
  /** Place of its statement in the policy. */
  readonly statement: number;
  readonly action: string;
  readonly resources: readonly string[];
  /** The statement's condition as JSON. @default - the permission holds always */
  readonly condition?: string;
}

/** Every permission of a role, in the order of its policy. */
export function permissionsOf(role: string, { Statement }: Policy): readonly Permission[] {
  return Statement.flatMap(({ Action, Resource, Condition }, statement) =>
    [Action].flat().map((action) => ({
      role,
      statement,
      action,
      resources: [Resource].flat(),
      ...(Condition !== undefined && { condition: JSON.stringify(Condition) }),
    })),
  );
}

/** The policy without one permission; a statement without actions is removed. */
export function without(policy: Policy, { statement, action }: Permission): Policy {
  const left = policy.Statement.map((each, index) =>
    index === statement ? { ...each, Action: [each.Action].flat().filter((one) => one !== action) } : each,
  );
  return { ...policy, Statement: left.filter(({ Action }) => Action.length > 0) };
}

/** Whether a call needed a permission. For a service whose requests are not read, it may be any of its actions. */
export function concerns({ action, resources }: Permission, asked: Pick<Asked, "action" | "resource">): boolean {
  if (asked.action.endsWith(":*")) return action.startsWith(asked.action.slice(0, -1));
  return (
    asked.action === action &&
    (asked.resource === "*" || resources.some((one) => matchesWildcards(one, asked.resource)))
  );
}

/**
 * A permission's resources and condition for any environment: ARNs without account and region, with placeholders for
 * the environment's names.
 */
export function inGeneral({ resources, condition = "" }: Permission, prefix: string): readonly [string, string] {
  const slashed = prefix.replace("-", "/");
  const general = (text: string) =>
    text
      .replaceAll(/arn:[\w-]+:([\w-]+):[\w-]*:\d*:/g, "$1:")
      // First: an id may end in twelve digits, as an account's number has.
      .replaceAll(/\b(connection|file-system|key)\/[\w-]+/g, "$1/<id>")
      .replaceAll(/\b\d{12}\b/g, "<account>")
      .replaceAll(/\b[a-z]{2}-[a-z]+-\d\b/g, "<region>")
      .replaceAll(prefix, "<app>-<environment>")
      .replaceAll(slashed, "<app>/<environment>");
  return [resources.map(general).toSorted().join(", "), general(condition)];
}
