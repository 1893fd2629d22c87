import type { Piece } from "./interpolate.ts";
import type { Position } from "./problem.ts";

/** A value of a Compose file: aliases and merge keys resolved, texts interpolated, with its place. */
export type Value = Scalar | Sequence | Mapping;

/**
 * A single value; `value` is what YAML makes of it, `pieces` its text once interpolated, `written` how the file spells
 * it.
 */
export interface Scalar {
  readonly kind: "scalar";
  readonly at: Position;
  readonly value: string | number | boolean | null;
  readonly written: string;
  readonly pieces: readonly Piece[];
  /** Problems with its variables, reported where the value is needed. */
  readonly faults: readonly Fault[];
  /** Whether its text must not be used because a problem with it is reported elsewhere. */
  readonly broken: boolean;
  /** The place of a piece that is a variable. */
  readonly locate: (offset: number) => Position;
}

/** A problem with a variable. Compose itself refuses a fatal one; for any other it takes an empty text. */
export interface Fault {
  readonly at: Position;
  readonly message: string;
  readonly fatal: boolean;
  /** The variable that nothing sets and that has no default. @default - the problem is another one */
  readonly unset?: string | undefined;
}

export interface Sequence {
  readonly kind: "sequence";
  readonly at: Position;
  readonly items: readonly Value[];
}

export interface Mapping {
  readonly kind: "mapping";
  readonly at: Position;
  readonly entries: readonly Entry[];
}

/** One key of a mapping and its value; `at` is the place of the key. */
export interface Entry {
  readonly key: string;
  readonly at: Position;
  readonly value: Value;
  /** What the tag `!reset` or `!override` does to the value that earlier files give the key. */
  readonly change?: "reset" | "override" | undefined;
}

/** A value that the file does not write, such as one that a short form leaves out; it has the place of another value. */
export function implied(at: Position, value: Scalar["value"]): Scalar {
  const written = value === null ? "" : String(value);
  const pieces = written === "" ? [] : [written];
  return { kind: "scalar", at, value, written, pieces, faults: [], broken: false, locate: () => at };
}

/** A mapping at the place of another value; keys without a value are left out. */
export function mappingAt(at: Position, keys: Readonly<Record<string, Value | undefined>>): Mapping {
  return {
    kind: "mapping",
    at,
    entries: Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [{ key, at, value }])),
  };
}

/** The value of a key. */
export function valueOf(mapping: Mapping, key: string): Value | undefined {
  return mapping.entries.find((entry) => entry.key === key)?.value;
}

/** The entries of the mapping at a key; empty if there is none. */
export function entriesIn(mapping: Mapping, key: string): readonly Entry[] {
  const value = valueOf(mapping, key);
  return value?.kind === "mapping" ? value.entries : [];
}

/** The items of the list at a key; empty if there is none. */
export function itemsIn(mapping: Mapping, key: string): readonly Value[] {
  const value = valueOf(mapping, key);
  return value?.kind === "sequence" ? value.items : [];
}

/** A mapping with the value of one key replaced or added. */
export function withKey(mapping: Mapping, key: string, value: Value): Mapping {
  const entries = mapping.entries.filter((entry) => entry.key !== key);
  const at = mapping.entries.find((entry) => entry.key === key)?.at ?? value.at;
  return { ...mapping, entries: [...entries, { key, at, value }] };
}
