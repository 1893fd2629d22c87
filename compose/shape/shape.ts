import type { Variables } from "../tree/interpolate.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Mapping, Value } from "../tree/tree.ts";

/** What a key of a Compose file may hold. */
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
  /** The words that it may be. @default - any text */
  readonly values?: readonly string[];
  /** What has to be in it. @default - anything may be */
  readonly pattern?: Pick<RegExp, "test">;
  /** What messages ask for where the pattern is not in it. */
  readonly write?: string;
}

export interface FlagShape {
  readonly is: "flag";
  /** Whether Compose refuses it as a text. @default - it takes one, such as `"true"` */
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
  /** Whether a number may have no fraction. @default - false */
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
  /** Whether Compose refuses it as a text. @default - it takes one, such as `"3"` */
  readonly unquoted?: true;
  /** Whether a text has octal digits. @default - decimal ones */
  readonly octal?: true;
  /** A word in the place of a number. @default - there is none */
  readonly word?: string;
}

export interface BytesShape {
  readonly is: "bytes";
  /** Whether Compose refuses a number: always, or with a fraction. @default - it takes any */
  readonly quoted?: true | "fractions";
  /** The smallest number that is not quoted. @default - it may be negative */
  readonly minimum?: number;
}

export interface ListShape {
  readonly is: "list";
  readonly of: Shape;
  /** Whether a single value stands for a list of it, or the items that it stands for. @default - false */
  readonly single?: boolean | Expand;
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
  /** Characters between name and value in a list. @default - an equals sign */
  readonly separators?: readonly string[];
  /** Whether an item of a list has to have a value. @default - false */
  readonly complete?: boolean;
  /** Whether Compose refuses white space behind a name in a list. @default - false */
  readonly trimmed?: boolean;
  /** The names that a list may have without a value. @default - any */
  readonly alone?: readonly string[];
  /** What a value is; it may not be left out. @default - a text, a number, true or false, or nothing */
  readonly values?: TextShape | { readonly is: "context" };
  /** Whether a name may have a list of values. @default - false */
  readonly many?: boolean;
}

/** A command: one line, or a list of words. */
export interface WordsShape {
  readonly is: "words";
  /** Whether a shell reads the line, which may not be left out. @default - false: Compose splits it */
  readonly shell?: boolean;
}

export interface MappingShape {
  readonly is: "mapping";
  readonly keys: Readonly<Record<string, Shape>>;
  /** Keys that a mapping has to have, unless another kind of value stands for it. @default - none */
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
  /** What a name is for, where Compose takes letters, digits, dots, hyphens and underscores only. @default - it takes any name */
  readonly naming?: string;
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

export const text: TextShape = { is: "text" };
export const flag: Shape = { is: "flag" };
export const number: Shape = { is: "number" };
export const whole: Shape = { is: "number", whole: true };
/** A whole number that is not negative. */
export const count: Shape = { is: "number", whole: true, minimum: 0 };
/** A number that Compose makes a whole one, unless it is written as a text. */
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
/** Texts of which none may be there twice. */
export const texts: Shape = { is: "list", of: text, once: true };

/** Names that Compose takes. */
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
