import { field, items, mapping, text } from "../tree/fields.ts";
import { parseYaml } from "../tree/parse-yaml.ts";
import type { Report } from "../tree/problem.ts";
import type { Mapping, Value } from "../tree/tree.ts";

/** A statement about what containers may do on AWS. */
export interface PolicyStatement {
  /** IAM actions, as written. */
  readonly actions: readonly string[];
  /** ARNs, or `*` where AWS takes nothing narrower. */
  readonly resources: readonly string[];
}

/** The statements in `policy` of `x-ecs`. */
export function policyOf(ecs: Mapping, report: Report): readonly PolicyStatement[] | undefined {
  const value = field(ecs, "policy")?.value;
  if (value === undefined) return undefined;
  const given = items(value, '"policy" of "x-ecs"', report);
  if (value.kind === "sequence" && given.length === 0)
    report(value.at, '"policy" of "x-ecs" is empty; write a statement, or remove it');
  return given.flatMap((item) => statement(item, report) ?? []);
}

/** What is wrong with statements that do not come from a Compose file; they are checked as those in one. */
export function policyProblems(statements: unknown): readonly string[] {
  const problems: string[] = [];
  const report: Report = (_, message) => problems.push(message);
  // JSON is YAML.
  const value = parseYaml({ file: "", text: JSON.stringify(statements) }, report);
  const given = value === undefined ? [] : items(value, '"policy"', report);
  for (const item of given) statement(item, report);
  return problems;
}

function statement(item: Value, report: Report): PolicyStatement | undefined {
  const options = mapping(item, 'a statement of "policy"', ["actions", "resources"], report);
  if (options === undefined) return undefined;
  return {
    actions: listed(options, "actions", wrongAction, report),
    resources: listed(options, "resources", wrongResource, report),
  };
}

function listed(
  options: Mapping,
  key: string,
  wrong: (given: string) => string | undefined,
  report: Report,
): readonly string[] {
  const value = field(options, key)?.value;
  const given = value === undefined ? [] : items(value, `"${key}"`, report);
  if (given.length === 0 && (value === undefined || value.kind === "sequence"))
    report(value?.at ?? options.at, `a statement of "policy" has no "${key}"; write a list of them`);
  return given.flatMap((item) => {
    const one = text(item, `an item of "${key}"`, report);
    const problem = one === undefined ? undefined : wrong(one);
    if (problem !== undefined) report(item.at, problem);
    return one === undefined || problem !== undefined ? [] : [one];
  });
}

function wrongAction(given: string): string | undefined {
  const [, service, action] = /^([a-z0-9-]+):([A-Za-z*?][A-Za-z0-9*?]*)$/.exec(given) ?? [];
  if (service === undefined || action === undefined)
    return `"actions" has "${given}"; write a service and one of its actions, such as s3:GetObject`;
  if (/^[*?]+$/.test(action)) return `"${given}" is every action of ${service}; name those that the container needs`;
  // Anyone who may change roles and policies may do everything.
  return service === "iam" ? `"${given}" would let containers change permissions; remove it` : undefined;
}

function wrongResource(given: string): string | undefined {
  if (given === "*" || /^arn:[a-z0-9-]+:[a-z0-9-]+:[^:\s]*:[^:\s]*:\S+$/.test(given)) return undefined;
  return `"resources" has "${given}"; write an ARN, such as arn:aws:s3:::bucket/*, or "*" where AWS takes nothing narrower`;
}
