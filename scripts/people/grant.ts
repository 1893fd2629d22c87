import { takesNoResource } from "./takes-no-resource.ts";

/** Conditions of a statement: values by condition key, by operator. */
type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Something that a person may do. */
export interface Grant {
  /** Full names of actions. */
  readonly actions: readonly string[];
  /** ARNs, with wildcards; of no meaning for an action that takes no resource. */
  readonly on: readonly string[];
  /** @default - always */
  readonly when?: Condition;
}

/** One statement of a policy in docs/policies/. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Condition;
}

/** What Pulumi asks AWS about a resource of one type over its life: names of actions, separated by spaces. */
export interface Life {
  readonly create: string;
  readonly read: string;
  /** @default - nothing of it is ever changed in place */
  readonly update?: string;
  readonly delete: string;
}

/** The grants of a type whose actions are those of one service; an action of another one stands with its service's prefix. */
export function life(service: string, on: readonly string[], actions: Life): Grant {
  return { actions: named(service, Object.values(actions).join(" ")), on };
}

/** Lets a person hand a role to one service of AWS. */
export function pass(service: string, ...roleArns: readonly string[]): Grant {
  return { actions: ["iam:PassRole"], on: roleArns, when: { StringEquals: { "iam:PassedToService": service } } };
}

/** Full names of actions of one service. */
export function named(service: string, actions: string): readonly string[] {
  return actions.split(" ").map((action) => (action.includes(":") ? action : `${service}:${action}`));
}

/** Statements of grants, those of the same resources together; what takes no resource stands alone. */
export function statementsOf(grants: readonly Grant[], sid?: string): readonly PolicyStatement[] {
  const found = new Map<string, { readonly at: Omit<Grant, "actions">; readonly actions: Set<string> }>();
  for (const { actions, on, when } of grants) {
    for (const action of actions) {
      const at = { on: takesNoResource(action) ? ["*"] : on.toSorted(), ...(when && { when }) };
      const key = JSON.stringify(at);
      const group = found.get(key) ?? { at, actions: new Set() };
      found.set(key, group);
      group.actions.add(action);
    }
  }
  const groups = [...found.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  return groups.map(({ at, actions }, index) => ({
    ...(sid !== undefined && { Sid: `${sid}${index + 1}` }),
    Effect: "Allow",
    Action: [...actions].toSorted(),
    Resource: at.on,
    ...(at.when && { Condition: at.when }),
  }));
}
