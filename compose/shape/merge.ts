import { rendered } from "../tree/interpolate.ts";
import { isNull, latest, refuseTwice } from "./normalise.ts";
import type { Report } from "../tree/problem.ts";
import type { MappingShape, Shape } from "./shape.ts";
import { valueOf, type Entry, type Mapping, type Value } from "../tree/tree.ts";

/**
 * The merge of an earlier and a later file's value, both normalised: mappings and lists are added to, anything else is
 * replaced. Reports doubles in a list that Compose refuses; `what` is the key.
 */
export function merge(before: Value, after: Value, shape: Shape, report: Report, what = ""): Value {
  if (shape.is === "words") return after;
  if (isNull(after)) return before;
  if (before.kind === "sequence" && after.kind === "sequence" && shape.is === "list") {
    const items = [...before.items, ...after.items];
    if (shape.once === true) refuseTwice(items, what, report);
    return { ...after, items: shape.unique === undefined ? items : latest(items, shape.unique) };
  }
  if (before.kind !== "mapping" || after.kind !== "mapping") return after;
  if (shape.is === "mapping" && isReplaced(before, after, shape)) return after;
  return mergeMappings(before, after, shape, report);
}

function isReplaced(before: Mapping, after: Mapping, { replaced }: MappingShape): boolean {
  if (replaced === undefined || replaced === true) return replaced === true;
  const [one, other] = [textOf(before, replaced), textOf(after, replaced)];
  return one !== undefined && other !== undefined && one !== other;
}

function textOf(mapping: Mapping, key: string): string | undefined {
  const value = valueOf(mapping, key);
  return value?.kind === "scalar" ? rendered(value.pieces) : undefined;
}

function mergeMappings(before: Mapping, after: Mapping, shape: Shape, report: Report): Mapping {
  const entries = new Map(before.entries.map((entry) => [entry.key, entry]));
  for (const entry of after.entries) {
    const base = entries.get(entry.key);
    const keyShape = shapeOf(shape, entry.key);
    if (entry.change === "reset") entries.delete(entry.key);
    else if (base === undefined || entry.change === "override" || keyShape === undefined) entries.set(entry.key, entry);
    else {
      const value = merge(base.value, entry.value, keyShape, report, `"${entry.key}"`);
      entries.set(entry.key, { ...base, at: entry.at, value });
    }
  }
  return { kind: "mapping", at: before.at, entries: [...entries.values()].map(unchanged) };
}

/** The shape of a key's value; undefined for an extension (`x-`), which a later file replaces. */
function shapeOf(shape: Shape, key: string): Shape | undefined {
  if (shape.is === "dictionary") return { is: "text" };
  if (shape.is === "named") return shape.of;
  return shape.is === "mapping" && Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;
}

/** The value without `!reset` and `!override` tags, which have no effect any more, at every depth. */
export function settled(value: Value): Value {
  if (value.kind === "scalar") return value;
  if (value.kind === "sequence") return { ...value, items: value.items.map(settled) };
  const kept = value.entries.filter(({ change }) => change !== "reset");
  return { ...value, entries: kept.map((entry) => ({ ...unchanged(entry), value: settled(entry.value) })) };
}

function unchanged({ key, at, value }: Entry): Entry {
  return { key, at, value };
}
