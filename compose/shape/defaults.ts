import { posix } from "node:path";
import type { Shape } from "./shape.ts";
import { implied, type Entry, type Value } from "../tree/tree.ts";

/** The value with Compose's defaults for keys that a mapping leaves out; a default path starts from the directory. */
export function applyDefaults(value: Value, shape: Shape, directory: string): Value {
  if (value.kind === "sequence" && shape.is === "list")
    return { ...value, items: value.items.map((item) => applyDefaults(item, shape.of, directory)) };
  if (value.kind !== "mapping" || (shape.is !== "mapping" && shape.is !== "named")) return value;
  const entries = value.entries.map((entry): Entry => {
    const inner =
      shape.is === "named" ? shape.of : Object.hasOwn(shape.keys, entry.key) ? shape.keys[entry.key] : undefined;
    return inner === undefined ? entry : { ...entry, value: applyDefaults(entry.value, inner, directory) };
  });
  const defaults = shape.is === "mapping" ? Object.entries(shape.defaults ?? {}) : [];
  const missing = defaults.filter(([key]) => !entries.some((entry) => entry.key === key));
  const implicit = missing.map(([key, given]): Entry => {
    const path = given === "." && directory !== "" ? posix.normalize(directory) : given;
    return { key, at: value.at, value: implied(value.at, path) };
  });
  const mapping = { ...value, entries: [...entries, ...implicit] };
  return shape.is === "mapping" ? (shape.completed?.(mapping) ?? mapping) : mapping;
}
