import type { Variables } from "./interpolate.ts";
import type { Position, Report } from "./problem.ts";
import type { Mapping, Value } from "./tree.ts";

/** What a key of a Compose file may hold. */
export type Shape =
  | { readonly is: "text"; readonly values?: readonly string[] }
  | { readonly is: "flag" }
  | { readonly is: "number"; readonly whole?: boolean }
  | { readonly is: "amount" | "duration" | "bytes" | "path" | "context" | "anything" }
  | ListShape
  | DictionaryShape
  | MappingShape
  | NamedShape
  | { readonly is: "words" };

export interface ListShape {
  readonly is: "list";
  readonly of: Shape;
  /** What a single value that is no list stands for. @default - nothing */
  readonly single?: boolean;
  /** The long forms of an item; a range of ports is many. @default - the item */
  readonly long?: Expand;
  /** What makes two items one, of which the later counts. @default - every item counts */
  readonly unique?: (item: Value) => string;
  /** Whether Compose refuses to see an item twice. @default - false */
  readonly once?: boolean;
}

/** Texts by name, written as a mapping or as a list of `NAME=value`. */
export interface DictionaryShape {
  readonly is: "dictionary";
  /** What a name without a value stands for: a variable that has to be there, one that may be, nothing. @default - an empty text */
  readonly without?: "variable" | "optional" | "null";
  /** Signs between name and value in a list. @default - an equals sign */
  readonly separators?: readonly string[];
  readonly values?: Shape;
}

export interface MappingShape {
  readonly is: "mapping";
  readonly keys: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  /** What messages call it. @default - its key */
  readonly called?: string;
  /** Keys that messages name. @default - the first few */
  readonly write?: readonly string[];
  /** The mapping that another kind of value stands for. @default - nothing */
  readonly long?: Expand;
  /** Values of keys that are left out. @default - none */
  readonly defaults?: Readonly<Record<string, string | boolean>>;
  /** The mapping with paths that start from the environment's own directory. @default - as it is */
  readonly placed?: (mapping: Mapping, directory: string) => Mapping;
  /** The mapping with what other keys of it imply, once all files are read. @default - as it is */
  readonly completed?: (mapping: Mapping) => Mapping;
  /** Whether it may be empty, as in `develop:`. @default - false */
  readonly empty?: boolean;
  /** Whether a later file's replaces it: always, or where the value of this key differs. @default - it is added to */
  readonly replaced?: true | string;
}

/** Values by names of the user's. */
export interface NamedShape {
  readonly is: "named";
  readonly of: Shape;
  /** What each name stands for where there is a list of names. @default - there is none */
  readonly listed?: (at: Position) => Value;
  /** What messages call a value. @default - its name and the key */
  readonly called?: string;
  /** Whether a name may have no value. @default - false */
  readonly empty?: boolean;
}

/** The long forms of a value; none where it is not usable, which is told. */
export type Expand = (value: Value, what: string, reading: Reading) => readonly Value[];

/** What a file is read with. */
export interface Reading {
  readonly variables: Variables;
  /** Its project directory as seen from the environment's own; empty when they are one. */
  readonly directory: string;
  readonly report: Report;
}

export const text: Shape = { is: "text" };
export const flag: Shape = { is: "flag" };
export const number: Shape = { is: "number" };
export const whole: Shape = { is: "number", whole: true };
/** A number or a text, such as `0.5` or `"0.5"`. */
export const amount: Shape = { is: "amount" };
export const duration: Shape = { is: "duration" };
export const bytes: Shape = { is: "bytes" };
export const path: Shape = { is: "path" };
export const anything: Shape = { is: "anything" };
export const words: Shape = { is: "words" };
export const labels: Shape = { is: "dictionary" };

/** One of a few words. */
export function oneOf(...values: readonly string[]): Shape {
  return { is: "text", values };
}

/** A mapping of these keys. */
export function mapping(keys: MappingShape["keys"], more: Omit<MappingShape, "is" | "keys"> = {}): MappingShape {
  return { is: "mapping", keys, ...more };
}

/** A list of such items. */
export function list(of: Shape, more: Omit<ListShape, "is" | "of"> = {}): ListShape {
  return { is: "list", of, ...more };
}

/** A mapping whose keys the user names. */
export function named(of: Shape, more: Omit<NamedShape, "is" | "of"> = {}): NamedShape {
  return { is: "named", of, ...more };
}
