import { dictionary } from "./dictionary.ts";
import { isText } from "../tree/fields.ts";
import { leaf } from "./leaf.ts";
import type { Report } from "../tree/problem.ts";
import {
  composeName,
  type ListShape,
  type MappingShape,
  type NamedShape,
  type Reading,
  type Shape,
  type WordsShape,
} from "./shape.ts";
import { closest } from "../tree/spelling.ts";
import { implied, type Entry, type Mapping, type Scalar, type Sequence, type Value } from "../tree/tree.ts";
import { unfinished } from "../tree/words.ts";

/**
 * A value in the one form that Compose gives it: long forms for short ones, mappings for lists of names. Reports what
 * Compose refuses; undefined if nothing is left.
 */
export function normalise(value: Value, shape: Shape, what: string, reading: Reading): Value | undefined {
  // A problem with its text is reported where the value is used.
  if (value.kind === "scalar" && value.broken) return value;
  switch (shape.is) {
    case "anything":
      return value;
    case "list":
      return listOf(value, shape, what, reading);
    case "mapping":
      return mappingOf(value, shape, what, reading);
    case "named":
      return namedOf(value, shape, what, reading);
    case "dictionary":
      return dictionary(value, shape, what, reading);
    case "words":
      return wordsOf(value, shape, what, reading);
    default:
      return leaf(value, shape, what, reading);
  }
}

function listOf(value: Value, shape: ListShape, what: string, reading: Reading): Sequence | undefined {
  const given = value.kind === "scalar" && !isNull(value) ? alone(value, shape, what, reading) : undefined;
  if (given === undefined && value.kind !== "sequence") {
    reading.report(value.at, `${what} must be a list; write each item on its own line after "- "`);
    return undefined;
  }
  const item = `an item of ${what}`;
  const written = given ?? (value as Sequence).items;
  // A range of ports can be long, so it is not expanded twice.
  const once = shape.long ? spelledOnce(written) : written;
  const items = once.flatMap((one) => {
    const long =
      shape.long && one.kind !== "mapping" && one.kind !== "sequence" ? shape.long(one, item, reading) : [one];
    return long.flatMap((form) => normalise(form, shape.of, item, reading) ?? []);
  });
  return { kind: "sequence", at: value.at, items: distinct(items, shape, what, reading) };
}

/** The items that a single value stands for; undefined if the key needs a list. */
function alone(value: Value, { single }: ListShape, what: string, reading: Reading): readonly Value[] | undefined {
  if (typeof single === "function") return single(value, what, reading);
  return single === true ? [value] : undefined;
}

/** The items without doubles; of two items with the same key, the later one counts. */
function distinct(items: readonly Value[], shape: ListShape, what: string, reading: Reading): readonly Value[] {
  if (shape.once === true) refuseTwice(items, what, reading.report);
  return shape.unique === undefined ? items : latest(items, shape.unique);
}

/** The items without doubles: each has the position of the first and the value of the last of its doubles. */
export function latest(items: readonly Value[], key: (item: Value) => string): readonly Value[] {
  const found = new Map<string, Value>();
  for (const item of items) found.set(key(item), item);
  return [...found.values()];
}

function spelledOnce(items: readonly Value[]): readonly Value[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    if (item.kind !== "scalar" || item.broken) return true;
    const isNew = !seen.has(item.written);
    seen.add(item.written);
    return isNew;
  });
}

/** Reports each text that is in the list twice. */
export function refuseTwice(items: readonly Value[], what: string, report: Report): void {
  const seen = new Set<string>();
  for (const item of items) {
    if (item.kind !== "scalar" || item.broken) continue;
    if (seen.has(item.written)) report(item.at, `${what} has "${item.written}" twice; remove one`);
    seen.add(item.written);
  }
}

function mappingOf(value: Value, shape: MappingShape, what: string, reading: Reading): Value | undefined {
  if (isNull(value) && shape.empty === true) return { kind: "mapping", at: value.at, entries: [] };
  const forms = value.kind === "scalar" && !isNull(value) ? shape.long?.(value, what, reading) : undefined;
  const [long] = forms ?? [value];
  if (long === undefined) return undefined;
  if (long.kind !== "mapping") {
    if (long.kind === "scalar" && long.broken) return long;
    reading.report(value.at, `${what} must be a mapping; write ${someOf(shape)} below it`);
    return undefined;
  }
  const entries = long.entries.flatMap((entry) => keyOf(entry, shape, what, reading));
  for (const key of long === value ? (shape.required ?? []) : []) {
    if (!long.entries.some((entry) => entry.key === key)) reading.report(value.at, `${what} has no "${key}"; write it`);
  }
  const mapping: Mapping = { kind: "mapping", at: value.at, entries };
  return shape.placed?.(mapping, reading.directory) ?? mapping;
}

function keyOf(entry: Entry, shape: MappingShape, what: string, reading: Reading): readonly Entry[] {
  if (entry.key.startsWith("x-") || entry.change === "reset") return [entry];
  const known = Object.hasOwn(shape.keys, entry.key) ? shape.keys[entry.key] : undefined;
  if (known === undefined) {
    reading.report(entry.at, unknownKey(entry.key, Object.keys(shape.keys), shape.called ?? what));
    return [];
  }
  const value = normalise(entry.value, known, `"${entry.key}"`, reading);
  return [{ ...entry, value: value ?? unusable(entry.value) }];
}

/** A placeholder for a value that is refused, so that its key does not look absent. */
function unusable({ at }: Value): Value {
  return { ...implied(at, null), broken: true };
}

/** What is wrong with a key that Compose does not have. */
function unknownKey(key: string, known: readonly string[], what: string): string {
  const meant = closest(key, known);
  return `Compose has no key "${key}" ${what === "" ? "at the top" : `for ${what}`}; ${meant === undefined ? "correct or remove it" : `did you mean "${meant}"?`}`;
}

function someOf({ keys, write = Object.keys(keys).slice(0, 4) }: MappingShape): string {
  const quoted = write.map((key) => `"${key}"`);
  return `${quoted.slice(0, -1).join(", ")}${quoted.length > 1 ? " or " : ""}${quoted.at(-1) ?? ""}`;
}

function namedOf(value: Value, shape: NamedShape, what: string, reading: Reading): Mapping | undefined {
  const mapping = shape.listed && value.kind === "sequence" ? fromNames(value, shape.listed, what, reading) : value;
  if (mapping.kind !== "mapping") {
    reading.report(value.at, `${what} must be a mapping; write each name, a colon and its value`);
    return undefined;
  }
  const entries = mapping.entries.flatMap((entry): readonly Entry[] => {
    if (shape.naming !== undefined && value.kind === "mapping" && !composeName.test(entry.key)) {
      const allowed = "use letters, digits, dots, hyphens and underscores";
      reading.report(entry.at, `"${entry.key}" cannot be the name of ${shape.naming}; ${allowed}`);
    }
    if (entry.change === "reset" || (shape.empty === true && isNull(entry.value))) return [entry];
    const inner = normalise(
      entry.value,
      shape.of,
      shape.called ? `${shape.called} "${entry.key}"` : `"${entry.key}" of ${what}`,
      reading,
    );
    return [{ ...entry, value: inner ?? unusable(entry.value) }];
  });
  return { ...mapping, entries };
}

function fromNames(list: Sequence, listed: NonNullable<NamedShape["listed"]>, what: string, reading: Reading): Mapping {
  const seen = new Set<string>();
  const entries = list.items.flatMap((item): readonly Entry[] => {
    const name = leaf(item, { is: "text" }, `an item of ${what}`, reading);
    if (name === undefined) return [];
    const text = name.pieces.filter((piece) => typeof piece === "string").join("");
    if (seen.has(text)) reading.report(item.at, `${what} has "${text}" twice; remove one`);
    seen.add(text);
    // The value of a name that is not known now carries its problem, so that it is reported.
    return [{ key: text, at: item.at, value: name.broken ? name : listed(item.at) }];
  });
  return { kind: "mapping", at: list.at, entries };
}

function wordsOf(value: Value, { shell }: WordsShape, what: string, reading: Reading): Value | undefined {
  if (value.kind === "sequence") return listOf(value, { is: "list", of: { is: "text" } }, what, reading);
  if (shell !== true && isNull(value)) return value;
  const line = leaf(value, { is: "text" }, what, reading);
  const problem = shell !== true && line !== undefined && isText(line) ? unfinished(line.pieces.join("")) : undefined;
  if (problem !== undefined) reading.report(value.at, `${what} ${problem}`);
  return line;
}

/** Whether there is nothing after the colon. */
export function isNull(value: Value): value is Scalar {
  return value.kind === "scalar" && value.value === null && value.pieces.length === 0 && !value.broken;
}
