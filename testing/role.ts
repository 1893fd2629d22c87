import { judge } from "./policy/judge.ts";
import { statementsOf, type Conditions, type PolicyStatement } from "./policy/statement.ts";
import { all } from "./policy/verdict.ts";
import type { TestedResource } from "./tested-resource.ts";

/** An IAM role of a stack, with all policies that the program gives it. */
export interface TestedRole {
  readonly name: string;
  /** Statements of all its policies. */
  readonly statements: readonly PolicyStatement[];
  /** Policy document that says who may assume it. */
  readonly trust: unknown;
  /**
   * Whether its policies allow an action, such as `ecs:UpdateService`, on a resource: an ARN, or `*` for an action that
   * takes no resource. `conditions` are the values of the request's condition keys; `[]` says that the request has no
   * such key. Throws if the answer depends on a key that is not given, or on something that is not evaluated here.
   */
  readonly may: (action: string, resource: string, conditions?: Conditions) => boolean;
}

/** Documents of managed policies that the program does not create, by ARN. */
export type ManagedPolicies = Readonly<Record<string, unknown>>;

/** The role of this name; throws if the program registers none. */
export function roleOf(resources: readonly TestedResource[], name: string, managed: ManagedPolicies): TestedRole {
  const roles = resources.filter(({ type }) => type === "aws:iam/role:Role");
  const role = roles.find((each) => nameOf(each) === name);
  if (role === undefined) {
    throw new Error(`${name}: the program has no such role; choose from ${roles.map(nameOf).toSorted().join(", ")}`);
  }
  const documentOf = (arn: string): unknown => {
    const own = resources.find((each) => each.type === "aws:iam/policy:Policy" && each.arn === arn);
    const document = own?.inputs["policy"] ?? managed[arn];
    if (document !== undefined) return document;
    throw new Error(`${name}: its policy ${arn} is not part of the program; give its document in managedPolicies`);
  };
  const statements = [...inline(role, resources), ...attached(role, resources).map(documentOf)].flatMap(statementsOf);
  const boundary = role.inputs["permissionsBoundary"];
  const limits = typeof boundary === "string" ? [statementsOf(documentOf(boundary))] : [];
  const may: TestedRole["may"] = (action, resource, conditions = {}) => {
    checkRequest(action, resource);
    const request = { action, resource, conditions };
    const verdict = all([statements, ...limits].map((each) => judge(each, request)));
    if (typeof verdict === "boolean") return verdict;
    throw new Error(`${name}: nothing says whether it may ${action} on ${resource}: ${verdict.join("; ")}`);
  };
  return { name, statements, trust: role.inputs["assumeRolePolicy"], may };
}

/** Name of the role that a policy belongs to. */
function roleNamed({ inputs, type, name }: TestedResource): string {
  const { role } = inputs;
  if (typeof role === "string") return role;
  throw new Error(`${type} ${name}: its role is not a name; give the name of the role`);
}

const nameOf = ({ inputs, name }: TestedResource): string => text(inputs["name"]) ?? name;

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Documents of the policies that belong to the role alone. */
function inline(role: TestedResource, resources: readonly TestedResource[]): readonly unknown[] {
  const inside = list(role.inputs["inlinePolicies"]).map((each) => (each as Record<string, unknown>)["policy"]);
  const own = resources.filter(
    (each) => each.type === "aws:iam/rolePolicy:RolePolicy" && roleNamed(each) === nameOf(role),
  );
  return [...inside.filter((document) => document !== undefined), ...own.map(({ inputs }) => inputs["policy"])];
}

/** ARNs of the managed policies of the role. */
function attached(role: TestedResource, resources: readonly TestedResource[]): readonly string[] {
  const name = nameOf(role);
  const others = resources.filter(
    (each) =>
      (each.type === "aws:iam/rolePolicyAttachment:RolePolicyAttachment" && roleNamed(each) === name) ||
      (each.type === "aws:iam/policyAttachment:PolicyAttachment" && list(each.inputs["roles"]).includes(name)),
  );
  const arns = [...list(role.inputs["managedPolicyArns"]), ...others.map(({ inputs }) => inputs["policyArn"])];
  return [...new Set(arns.map(String))];
}

function checkRequest(action: string, resource: string): void {
  if (!/^[a-z0-9-]+:[a-z0-9]+$/i.test(action)) {
    throw new Error(`"${action}" is not one action; write SERVICE:ACTION, as in ecs:UpdateService`);
  }
  if (resource !== "*" && !/^arn:[^:*?]*:[^:*?]+:[^:*?]*:[^:*?]*:[^*?]+$/s.test(resource)) {
    throw new Error(
      `"${resource}" is not one resource; write its ARN without wildcards, or "*" if ${action} takes none`,
    );
  }
}
