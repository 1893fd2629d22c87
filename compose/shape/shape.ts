import type { Variables } from "../tree/interpolate.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Mapping, Value } from "../tree/tree.ts";

/** What the value of a key of a Compose file may be. */
export type Shape =
  | TextShape
  | FlagShape
  | NumberShape
  | BytesShape
  | PathShape
  | AmountShape
  | ScalarShape
  | { readonly is: "duration" | "context" | "anything" }
  | ListShape
  | DictionaryShape
  | MappingShape
  | NamedShape
  | WordsShape;

export interface TextShape {
  readonly is: "text";
  /** The allowed words. @default - any text */
  readonly values?: readonly string[];
  /** A pattern that it has to match. @default - none */
  readonly pattern?: Pick<RegExp, "test">;
  /** The remedy in messages if it does not match the pattern. */
  readonly write?: string;
}

export interface FlagShape {
  readonly is: "flag";
  /** Whether Compose refuses it in quotes. @default - it takes it, such as `"true"` */
  readonly unquoted?: true;
}

export interface PathShape {
  readonly is: "path";
  /** Whether it may not be empty. @default - false */
  readonly filled?: true;
}

/** A number or a text, such as `0.5` or `"0.5"`. */
export interface AmountShape {
  readonly is: "amount";
  /** Whether a number must not have a fraction. @default - false */
  readonly whole?: true;
}

/** A text, a number, true or false. */
export interface ScalarShape {
  readonly is: "scalar";
  /** Whether it may be a number. @default - true */
  readonly numbers?: false;
}

export interface NumberShape {
  readonly is: "number";
  /** Whether it is a whole number: always, or where it is written as a text. @default - it may have a fraction */
  readonly whole?: true | "as text";
  readonly minimum?: number;
  readonly maximum?: number;
  /** Whether Compose refuses it in quotes. @default - it takes it, such as `"3"` */
  readonly unquoted?: true;
  /** Whether a text has octal digits. @default - decimal ones */
  readonly octal?: true;
  /** A word in the place of a number. @default - there is none */
  readonly word?: string;
}

export interface BytesShape {
  readonly is: "bytes";
  /** Whether Compose refuses a number without quotes: always, or if it has a fraction. @default - it takes any */
  readonly quoted?: true | "fractions";
  /** The smallest number that is not quoted. @default - it may be negative */
  readonly minimum?: number;
}

export interface ListShape {
  readonly is: "list";
  readonly of: Shape;
  /** Whether a single value stands for a list with this one item; or the items that it stands for. @default - false */
  readonly single?: boolean | Expand;
  /** The long forms of an item; a range of ports has many. @default - the item */
  readonly long?: Expand;
  /** The key of an item; of two items with the same key, the later one counts. @default - every item counts */
  readonly unique?: (item: Value) => string;
  /** Whether Compose refuses an item that is there twice. @default - false */
  readonly once?: boolean;
}

/** Texts by name, written as a mapping or as a list of `NAME=value`. */
export interface DictionaryShape {
  readonly is: "dictionary";
  /**
   * What a name without a value stands for: a variable that has to be there, one that may be, nothing. @default - an
   * empty text
   */
  readonly without?: "variable" | "optional" | "null";
  /** Characters between name and value in a list. @default - an equals sign */
  readonly separators?: readonly string[];
  /** Whether an item of a list has to have a value. @default - false */
  readonly complete?: boolean;
  /** Whether Compose refuses white space after a name in a list. @default - false */
  readonly trimmed?: boolean;
  /** The names that a list may have without a value. @default - any */
  readonly alone?: readonly string[];
  /** The kind of a value, which must not be left out. @default - a text, a number, true or false, or nothing */
  readonly values?: TextShape | { readonly is: "context" };
  /** Whether a name may have a list of values. @default - false */
  readonly many?: boolean;
}

/** A command: one line, or a list of words. */
export interface WordsShape {
  readonly is: "words";
  /** Whether a shell reads the line, which must not be left out. @default - false: Compose splits it */
  readonly shell?: boolean;
}

export interface MappingShape {
  readonly is: "mapping";
  readonly keys: Readonly<Record<string, Shape>>;
  /** Keys that a mapping must have, unless another kind of value stands for the mapping. @default - none */
  readonly required?: readonly string[];
  /** Its name in messages. @default - its key */
  readonly called?: string;
  /** Keys that messages name. @default - the first few */
  readonly write?: readonly string[];
  /** The mapping that another kind of value stands for. @default - no other kind is allowed */
  readonly long?: Expand;
  /** Values of keys that are left out. @default - none */
  readonly defaults?: Readonly<Record<string, string | boolean>>;
  /** The mapping with paths that start from the environment's own directory. @default - as it is */
  readonly placed?: (mapping: Mapping, directory: string) => Mapping;
  /** The mapping with what other keys of it imply, once all files are read. @default - as it is */
  readonly completed?: (mapping: Mapping) => Mapping;
  /** Whether it may be empty, as in `develop:`. @default - false */
  readonly empty?: boolean;
  /**
   * Whether a mapping of a later file replaces it: always, or if the value of this key differs. @default - they are
   * merged
   */
  readonly replaced?: true | string;
}

/** Values by names that the user chooses. */
export interface NamedShape {
  readonly is: "named";
  readonly of: Shape;
  /** The value that each name stands for in a list of names. @default - a list is not allowed */
  readonly listed?: (at: Position) => Value;
  /** The name of a value in messages. @default - its name and the key */
  readonly called?: string;
  /**
   * What is named, if Compose takes only letters, digits, dots, hyphens and underscores. @default - Compose takes any
   * name
   */
  readonly naming?: string;
  /** Whether a name may have no value. @default - false */
  readonly empty?: boolean;
}

/** Returns the long forms of a value; empty and reported if it is not usable. */
export type Expand = (value: Value, what: string, reading: Reading) => readonly Value[];

/** What a file is read with. */
export interface Reading {
  readonly variables: Variables;
  /** Its project directory, relative to the environment's own; empty if they are the same. */
  readonly directory: string;
  readonly report: Report;
}

export const text: TextShape = { is: "text" };
export const flag: Shape = { is: "flag" };
export const number: Shape = { is: "number" };
export const whole: Shape = { is: "number", whole: true };
/** A whole number that is not negative. */
export const count: Shape = { is: "number", whole: true, minimum: 0 };
/** A number that Compose rounds to a whole one, unless it is written in quotes. */
export const rounded: Shape = { is: "number", whole: "as text" };
/** A number or a text, such as `0.5` or `"0.5"`. */
export const amount: Shape = { is: "amount" };
export const duration: Shape = { is: "duration" };
export const bytes: Shape = { is: "bytes" };
/** A size that is a text or a whole number. */
export const wholeBytes: Shape = { is: "bytes", quoted: "fractions" };
export const path: Shape = { is: "path" };
export const anything: Shape = { is: "anything" };
export const words: Shape = { is: "words" };
export const labels: Shape = { is: "dictionary" };
/** A list of texts, none of them twice. */
export const texts: Shape = { is: "list", of: text, once: true };

/** The names that Compose allows. */
export const composeName = /^[a-zA-Z0-9._-]+$/;

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
