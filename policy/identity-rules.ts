import { listOf, type Inputs, type Rule } from "./rule.ts";

/** Who may do what, and as whom. */
export const identityRules: readonly Rule[] = [
  {
    name: "no-access-keys",
    description: "No one has permanent keys: tasks and builds have roles",
    types: ["aws:iam/accessKey:AccessKey", "aws:iam/user:User"],
    check: () => "it has permanent keys; add a statement to the role of the task or the build instead",
  },
  {
    name: "named-actions",
    description: "A policy names the actions it allows",
    types: ["aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy", "aws:iam/groupPolicy:GroupPolicy"],
    check: ({ policy }) => {
      const broad = statementsOf(policy).flatMap(tooMuch)[0];
      return broad === undefined ? undefined : `it allows ${broad}; name the actions that are needed`;
    },
  },
  {
    name: "no-administrators",
    description: "No role has one of AWS's policies for administrators",
    types: ["aws:iam/rolePolicyAttachment:RolePolicyAttachment"],
    check: ({ policyArn }) =>
      /:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/.test(String(policyArn))
        ? `${String(policyArn)} may change anything; write the statements that are needed`
        : undefined,
  },
  {
    name: "no-secrets-in-plain-text",
    description: "A container gets its secrets from parameters",
    types: ["aws:ecs/taskDefinition:TaskDefinition"],
    check: ({ containerDefinitions }) => {
      const containers = parsed(containerDefinitions) as readonly Inputs[];
      const variables = containers.flatMap(({ environment }) => listOf(environment) as readonly Inputs[]);
      const secret = variables.find(({ name, value }) => secretName.test(String(name)) && value !== "");
      return secret === undefined
        ? undefined
        : `${String(secret["name"])} is in plain text; list it under "parameters", so that ECS reads it from Parameter Store`;
    },
  },
];

/** Endings of the names of variables that hold secrets. */
const secretName = /(PASSWORD|PASSWD|SECRET|TOKEN|PRIVATE_KEY|API_KEY|ACCESS_KEY|SECRET_KEY|SECRET_KEY_BASE)$/i;

function statementsOf(policy: unknown): readonly Inputs[] {
  const document = typeof policy === "string" ? parsed(policy) : policy;
  return listOf((document as { Statement?: unknown } | undefined)?.Statement) as readonly Inputs[];
}

/** Actions of a statement that are too broad: a whole service, or everything except what NotAction names. */
function tooMuch({ Effect, Action, NotAction }: Inputs): readonly string[] {
  if (Effect !== "Allow") return [];
  if (NotAction !== undefined) return ["all but what NotAction names"];
  return listOf(Action)
    .map(String)
    .filter((action) => /^(\*|[\w-]+:\*)$/.test(action));
}

function parsed(text: unknown): unknown {
  return typeof text === "string" ? (JSON.parse(text) as unknown) : [];
}
