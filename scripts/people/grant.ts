/** Conditions of a statement: values by condition key, by operator. */
type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Actions that a person may do, and on what. */
export interface Grant {
  /** Full names of actions. */
  readonly actions: readonly string[];
  /** ARNs, with wildcards; without meaning for an action that takes no resource. */
  readonly on: readonly string[];
  /** @default - always */
  readonly when?: Condition;
}

/** One statement of a policy in docs/policies/. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Condition;
}

/** Lets a person pass a role to one service of AWS. */
export function pass(service: string, ...roleArns: readonly string[]): Grant {
  return { actions: ["iam:PassRole"], on: roleArns, when: { StringEquals: { "iam:PassedToService": service } } };
}

/** Full names of actions of one service, which are given separated by spaces. */
export function named(service: string, actions: string): readonly string[] {
  return actions.split(" ").map((action) => `${service}:${action}`);
}

/** Statements of grants, one for each set of resources; actions that take no resource get a statement of their own. */
export function statementsOf(grants: readonly Grant[], sid: string): readonly PolicyStatement[] {
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
    Sid: `${sid}${index + 1}`,
    Effect: "Allow",
    Action: [...actions].toSorted(),
    Resource: at.on,
    ...(at.when && { Condition: at.when }),
  }));
}

/** Whether IAM cannot narrow an action to a resource; a test compares this with AWS's Service Authorization Reference. */
export function takesNoResource(action: string): boolean {
  const [service = "", name = ""] = action.split(":");
  if (service === "ec2" || service === "elasticloadbalancing")
    return name.startsWith("Describe") && name !== "DescribeVpcAttribute";
  return names[service]?.includes(name) === true;
}

const names: Readonly<Record<string, readonly string[]>> = {
  ecs: ["DeregisterTaskDefinition", "DescribeTaskDefinition", "ListTaskDefinitions"],
  ssm: ["DescribeParameters"],
};
