import { field, items, mapping, text } from "./fields.ts";
import type { Position, Report } from "./problem.ts";
import type { Entry, Mapping, Value } from "./tree.ts";

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

/** What `depends_on` of a service says, as a list or as a mapping with conditions. */
export function dependenciesOf(keys: Mapping, report: Report): readonly Written[] {
  const value = field(keys, "depends_on")?.read();
  if (value === undefined) return [];
  if (value.kind === "mapping") return value.entries.flatMap((entry) => conditional(entry, report) ?? []);
  return items(value, '"depends_on"', report).flatMap((item) => started(item, report) ?? []);
}

function started(item: Value, report: Report): Written | undefined {
  const container = text(item, 'an item of "depends_on"', report);
  return container === undefined ? undefined : { container, condition: "START", at: item.at };
}

function conditional({ key: container, at, read }: Entry, report: Report): Written | undefined {
  const options = mapping(read(), '"depends_on"', ["condition"], report);
  const condition = options && field(options, "condition")?.read();
  const given = condition && text(condition, '"condition"', report);
  if (options !== undefined && condition === undefined) {
    report(at, `"depends_on" gives "${container}" no condition; write one of ${Object.keys(conditions).join(", ")}`);
  }
  if (condition === undefined || given === undefined) return undefined;
  const known = Object.hasOwn(conditions, given) ? conditions[given] : undefined;
  if (known !== undefined) return { container, condition: known, at };
  report(condition.at, `"condition" is "${given}"; write one of ${Object.keys(conditions).join(", ")}`);
  return undefined;
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
