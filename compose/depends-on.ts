import { field, mapping, text } from "./fields.ts";
import type { Position, Report } from "./problem.ts";
import type { Entry, Mapping } from "./tree.ts";

/** That a container starts after another one. */
export interface Dependency {
  readonly container: string;
  readonly condition: "START" | "HEALTHY" | "COMPLETE" | "SUCCESS";
}

/** A dependency and where the file says so. */
export type Written = Dependency & { readonly at: Position };

const conditions: Readonly<Record<string, Dependency["condition"]>> = {
  service_started: "START",
  service_healthy: "HEALTHY",
  service_completed_successfully: "SUCCESS",
};

/** What `depends_on` of a service says. */
export function dependenciesOf(keys: Mapping, report: Report): readonly Written[] {
  const value = field(keys, "depends_on")?.value;
  return value?.kind === "mapping" ? value.entries.flatMap((entry) => dependency(entry, report) ?? []) : [];
}

function dependency({ key: container, at, value }: Entry, report: Report): Written | undefined {
  const options = mapping(value, '"depends_on"', ["condition", "required"], report);
  const condition = options && field(options, "condition")?.value;
  const given = condition && text(condition, '"condition"', report);
  const known = given !== undefined && Object.hasOwn(conditions, given) ? conditions[given] : undefined;
  return known && { container, condition: known, at };
}

/** Reports the first dependency on each way back to a container that waits for itself. */
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
