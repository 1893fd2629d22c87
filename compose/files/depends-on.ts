import { field, flag, text } from "../tree/fields.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Entry, Mapping } from "../tree/tree.ts";

/** A container that another container waits for before it starts. */
export interface Dependency {
  readonly container: string;
  readonly condition: "START" | "HEALTHY" | "COMPLETE" | "SUCCESS";
}

/** A dependency and its place in the file; an optional one is ignored if the other service is not in the task. */
export type Written = Dependency & { readonly at: Position; readonly optional?: boolean };

const conditions: Readonly<Record<string, Dependency["condition"]>> = {
  service_started: "START",
  service_healthy: "HEALTHY",
  service_completed_successfully: "SUCCESS",
};

/** The dependencies in `depends_on` of a service. */
export function dependenciesOf(keys: Mapping, report: Report): readonly Written[] {
  const value = field(keys, "depends_on")?.value;
  return value?.kind === "mapping" ? value.entries.flatMap((entry) => dependency(entry, report) ?? []) : [];
}

function dependency({ key: container, at, value }: Entry, report: Report): Written | undefined {
  const options = value.kind === "mapping" ? value : undefined;
  const condition = options && field(options, "condition")?.value;
  const required = options && field(options, "required")?.value;
  const given = condition && text(condition, '"condition"', report);
  const known = given !== undefined && Object.hasOwn(conditions, given) ? conditions[given] : undefined;
  if (known === undefined) return undefined;
  const needed = required === undefined || flag(required, '"required"', report) !== false;
  return { container, condition: known, at, ...(!needed && { optional: true }) };
}

/** Reports, for each circle of containers that wait for each other, its first dependency. */
export function reportCycles(graph: ReadonlyMap<string, readonly Written[]>, report: Report): void {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    for (const { container, at } of done.has(name) ? [] : (graph.get(name) ?? [])) {
      const way = [...path, name];
      const from = way.indexOf(container);
      if (from < 0) visit(container, way);
      else report(at, `${[...way.slice(from), container].join(" → ")} wait for each other; remove one "depends_on"`);
    }
    done.add(name);
  };
  for (const name of graph.keys()) visit(name, []);
}
