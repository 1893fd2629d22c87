import { field, text } from "../tree/fields.ts";
import type { Report } from "../tree/problem.ts";
import type { Entry, Mapping } from "../tree/tree.ts";

/** The prefix of this project's own Docker labels, which are notes and not settings of a container. */
export const ownLabels = "compose-ecs-pipeline.";

/** The labels of a service, sorted by name. */
export function labelsOf(keys: Mapping, report: Report): Readonly<Record<string, string>> | undefined {
  const value = field(keys, "labels")?.value;
  if (value?.kind !== "mapping" || value.entries.length === 0) return undefined;
  for (const { key, at } of value.entries) {
    if (key.startsWith(ownLabels))
      report(at, `"${key}" begins with "${ownLabels}", which is this project's own; give the label another name`);
  }
  return textsByName(value.entries, '"labels"', report);
}

/** Texts by name, sorted; a name without a value has an empty one. */
export function textsByName(entries: readonly Entry[], what: string, report: Report): Readonly<Record<string, string>> {
  const found = entries.flatMap(({ key, value }) => {
    const isEmpty = value.kind === "scalar" && value.value === null && value.pieces.length === 0 && !value.broken;
    const given = isEmpty ? "" : text(value, what, report);
    return given === undefined ? [] : [[key, given] as const];
  });
  return Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
