import type { Piece } from "./interpolate.ts";
import type { Position } from "./problem.ts";

/** A value of a Compose file: aliases and merge keys resolved, texts interpolated, with its place. */
export type Value = Scalar | Sequence | Mapping;

/** A single value; `value` is what YAML makes of it, `pieces` its text once interpolated, `written` how the file spells it. */
export interface Scalar {
  readonly kind: "scalar";
  readonly at: Position;
  readonly value: string | number | boolean | null;
  readonly written: string;
  readonly pieces: readonly Piece[];
  /** What is wrong with its variables, to be told where somebody needs the value. */
  readonly faults: readonly Fault[];
  /** Whether its text is not to be used, because something is wrong with it that is told elsewhere. */
  readonly broken: boolean;
  /** The place of a piece that is a variable. */
  readonly locate: (offset: number) => Position;
}

/** Something wrong with a variable; Compose itself refuses a fatal one, and takes any other for an empty text. */
export interface Fault {
  readonly at: Position;
  readonly message: string;
  readonly fatal: boolean;
  /** The variable that nothing sets and that has no default. @default - it is something else */
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

/** One key of a mapping; `at` is where the key stands. */
export interface Entry {
  readonly key: string;
  readonly at: Position;
  readonly value: Value;
  /** What the tag `!reset` or `!override` makes of the value that files before this one give the key. */
  readonly change?: "reset" | "override" | undefined;
}

/** A value that stands where another one does: for what a short form leaves out. */
export function implied(at: Position, value: Scalar["value"]): Scalar {
  const written = value === null ? "" : String(value);
  const pieces = written === "" ? [] : [written];
  return { kind: "scalar", at, value, written, pieces, faults: [], broken: false, locate: () => at };
}

/** A mapping in the place of a value; keys without a value are left out. */
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

/** What the mapping of a key holds; nothing where there is none. */
export function entriesIn(mapping: Mapping, key: string): readonly Entry[] {
  const value = valueOf(mapping, key);
  return value?.kind === "mapping" ? value.entries : [];
}

/** What the list of a key holds; nothing where there is none. */
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
