import { rendered, type Piece } from "../tree/interpolate.ts";
import { leaf } from "./leaf.ts";
import type { Position } from "../tree/problem.ts";
import { text, type DictionaryShape, type Reading } from "./shape.ts";
import { implied, type Entry, type Mapping, type Scalar, type Value } from "../tree/tree.ts";
import { isCanonical } from "../tree/yaml-number.ts";

/**
 * Texts by name, from a mapping or a list of `NAME=value`. A name without a value passes a variable on, for keys that
 * allow it.
 */
export function dictionary(value: Value, shape: DictionaryShape, what: string, reading: Reading): Mapping | undefined {
  if (value.kind === "scalar") {
    reading.report(value.at, `${what} must be a mapping or a list; write NAME: value`);
    return undefined;
  }
  const entries =
    value.kind === "mapping"
      ? value.entries.flatMap((entry) => mapped(entry, shape, what, reading))
      : value.items.flatMap((item) => listed(item, shape, what, reading));
  if (value.kind === "sequence") refuseTwice(entries, shape, what, reading);
  return { kind: "mapping", at: value.at, entries };
}

function mapped(entry: Entry, shape: DictionaryShape, what: string, reading: Reading): readonly Entry[] {
  if (entry.change === "reset") return [entry];
  const { key, value } = entry;
  if (!isName(key, entry.at, shape, what, reading)) return [];
  if (shape.values !== undefined) {
    const given = shape.many === true && value.kind === "sequence" ? value.items : [value];
    const name = `"${key}" of ${what}`;
    return given.flatMap((one) => {
      const known = leaf(one, shape.values ?? text, name, reading);
      return known === undefined ? [] : [{ ...entry, value: known }];
    });
  }
  if (value.kind !== "scalar") {
    reading.report(value.at, `${what} must give ${key} a single value; write a text, a number, true or false`);
    return [];
  }
  if (value.value === null && !value.broken) return [{ ...entry, value: without(key, value, shape, reading) }];
  if (typeof value.value === "number" && !isCanonical(value.written)) {
    const kind = Number.isNaN(value.value) ? "date" : "number";
    reading.report(value.at, `Compose reads ${value.written} as a ${kind} and may write it differently; quote it`);
    return [];
  }
  return [{ ...entry, value: typeof value.value === "boolean" ? { ...value, pieces: [String(value.value)] } : value }];
}

/** Whether it is allowed as a name in front of a value; reported if it is not. */
function isName(name: string, at: Position, { separators }: DictionaryShape, what: string, reading: Reading): boolean {
  if (name === "") reading.report(at, `${what} has an entry without a name; write NAME=value`);
  else if (separators?.some((sign) => name.includes(sign)) === true)
    reading.report(at, `"${name}" of ${what} cannot be a name; leave out ${separators.join(" and ")}`);
  else return true;
  return false;
}

function listed(item: Value, shape: DictionaryShape, what: string, reading: Reading): readonly Entry[] {
  if (item.kind !== "scalar" || (typeof item.value !== "string" && !item.broken)) {
    reading.report(item.at, `an item of ${what} must be a text; write NAME=value`);
    return [];
  }
  const split = nameFirst(item, shape.separators ?? ["="]);
  if (!item.broken && !isName(split.name, item.at, shape, what, reading)) return [];
  if (!item.broken && shape.trimmed === true && /\s$/.test(split.name)) {
    reading.report(item.at, `"${split.name}" of ${what} ends with a space; write ${split.name.trim()}=value`);
    return [];
  }
  const isAlone = split.rest === undefined && !item.broken;
  if (isAlone && (shape.complete === true || shape.alone?.includes(split.name) === false)) {
    reading.report(item.at, `"${split.name}" of ${what} has no value; write ${split.name}=value`);
    return [];
  }
  const value = split.rest
    ? settled({ ...item, pieces: split.rest }, shape, reading)
    : without(split.name, item, shape, reading);
  return [{ key: split.name, at: item.at, value }];
}

/** The name, and the text after the separator if there is one; a variable that is not known now is not a name. */
function nameFirst({ pieces }: Scalar, separators: readonly string[]): { name: string; rest?: readonly Piece[] } {
  const [first, ...more] = pieces;
  if (typeof first !== "string") return { name: "" };
  const separator = separators.find((sign) => first.includes(sign));
  if (separator === undefined) return { name: more.length > 0 ? "" : first };
  const at = first.indexOf(separator);
  const rest = first.slice(at + 1);
  return { name: first.slice(0, at), rest: rest === "" ? more : [rest, ...more] };
}

function settled(value: Scalar, shape: DictionaryShape, reading: Reading): Scalar {
  return shape.values?.is === "context" ? (leaf({ ...value, value: "" }, shape.values, "", reading) ?? value) : value;
}

function without(name: string, value: Scalar, shape: DictionaryShape, { variables }: Reading): Scalar {
  const { at } = value;
  if (value.broken || shape.without === "null") return { ...implied(at, null), ...(value.broken && value) };
  if (shape.without === undefined) return implied(at, "");
  const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (variable?.kind === "plain") return implied(at, variable.value);
  if (variable !== undefined)
    return { ...implied(at, name), pieces: [{ variable: variable.name ?? name, kind: variable.kind, offset: 0 }] };
  if (shape.without === "optional") return implied(at, null);
  return { ...implied(at, null), faults: [{ at, message: unsetByName(name), fatal: false }], broken: true };
}

const unsetByName = (name: string): string =>
  `nothing sets ${name}, which is passed on by its name alone; set it, or give it a value here`;

function refuseTwice(
  entries: readonly Entry[],
  { separators }: DictionaryShape,
  what: string,
  { report }: Reading,
): void {
  const seen = new Set<string>();
  for (const { key, at, value } of entries) {
    // One host may have several addresses.
    const one = separators === undefined || value.kind !== "scalar" ? key : `${key} to ${rendered(value.pieces)}`;
    if (seen.has(one)) report(at, `${what} sets ${one} twice; remove one`);
    seen.add(one);
  }
}
