import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Node,
  type Pair,
  type Scalar as YamlScalar,
} from "yaml";
import { interpolate, type Variables } from "./interpolate.ts";
import type { Position, Report } from "./problem.ts";
import { implied, type Entry, type Fault, type Scalar, type Value } from "./tree.ts";
import { checked, counter, TooLarge } from "./tree-size.ts";
import { numberOf } from "./yaml-number.ts";

/** A YAML file and the variables that its texts may use. */
export interface YamlFile {
  /** Its name in messages. */
  readonly file: string;
  readonly text: string;
  /** The variables for `$NAME`. @default - a dollar sign has no meaning */
  readonly variables?: Variables;
}

/** The root of a YAML file; undefined and reported if it is not YAML, or too large. */
export function parseYaml({ file, text, variables }: YamlFile, report: Report): Value | undefined {
  const lines = new LineCounter();
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    if (document.errors.some(({ message }) => /call stack/.test(message))) throw new RangeError();
    const warnings = document.warnings.filter(({ message }) => !/^Unresolved tag: !(reset|override)$/.test(message));
    for (const { pos, message } of [...document.errors, ...warnings]) report(position(pos[0]), yamlProblem(message));
    if (document.errors.length > 0) return undefined;
    const control = controls.exec(text.replace(/^\ufeff/, " "));
    if (control !== null) {
      report(position(control.index), "not readable as YAML: a control character; remove it");
      return undefined;
    }
    const reading: Reading = {
      text,
      variables,
      report,
      position,
      anchors: new Map(),
      known: new Map(),
      open: new Set(),
      count: counter(),
    };
    return checked(convert(document.contents, reading, 0));
  } catch (error) {
    // Parser and reader make one nested call for each level.
    const deep = error instanceof RangeError && "its lists and mappings are nested too deeply to be read; flatten them";
    if (!deep && !(error instanceof TooLarge)) throw error;
    report({ file, line: 1, column: 1 }, deep || error.message);
    return undefined;
  }
}

/** Characters that YAML 1.2.2 does not allow in a text (5.1, "Character Set"), except a byte order mark at its start. */
const controls = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

interface Reading {
  readonly text: string;
  /** The value of each anchor so far; the library would search the whole file for each alias. */
  readonly anchors: Map<string, Node>;
  readonly variables: Variables | undefined;
  readonly report: Report;
  readonly position: (offset: number) => Position;
  readonly known: Map<Node, Value>;
  readonly open: Set<Node>;
  readonly count: (added: number) => void;
}

function yamlProblem(message: string): string {
  if (/multiple documents/.test(message)) return 'more than one YAML document; remove what "---" begins';
  return `not readable as YAML: ${message.charAt(0).toLowerCase()}${message.slice(1).replace(/\n[\s\S]*$/, "")}; correct it`;
}

function convert(node: Node | null, reading: Reading, parent: number): Value {
  if (node === null) return implied(reading.position(parent), null);
  const done = reading.known.get(node);
  if (done !== undefined) return done;
  const at = reading.position(start(node));
  if (reading.open.has(node)) {
    reading.report(at, "an anchor contains an alias of itself; remove the alias");
    return { ...implied(at, null), broken: true };
  }
  reading.open.add(node);
  if (!isAlias(node) && node.anchor !== undefined) reading.anchors.set(node.anchor, node);
  const value = convertOnce(node, reading, at);
  reading.open.delete(node);
  reading.known.set(node, value);
  return value;
}

function convertOnce(node: Node, reading: Reading, at: Position): Value {
  if (isAlias(node)) {
    const target = reading.anchors.get(node.source);
    if (target !== undefined) return convert(target, reading, start(node));
    reading.report(at, `there is no anchor "${node.source}" before this alias; add &${node.source}`);
    return { ...implied(at, null), broken: true };
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => convert(item as Node | null, reading, start(node)));
    return { kind: "sequence", at, items };
  }
  if (isMap(node)) return { kind: "mapping", at, entries: entries(node.items as Pair<Node, Node | null>[], reading) };
  return isScalar(node) ? scalar(node, reading, at) : implied(at, null);
}

function entries(pairs: readonly Pair<Node, Node | null>[], reading: Reading): readonly Entry[] {
  const own = new Map<string, Entry>();
  const merged = new Map<string, Entry>();
  const written = new Set<string>();
  for (const { key, value: node } of pairs) {
    const at = reading.position(start(key));
    // The library would compare each key with every other key.
    const name = isScalar(key) ? (key.source ?? String(key.value)) : undefined;
    if (name !== undefined && written.has(name)) reading.report(at, `"${name}" is there twice; remove one`);
    if (name !== undefined) written.add(name);
    const kind = isScalar(key) ? otherThanText(key) : undefined;
    if (kind !== undefined) reading.report(at, `the key ${name ?? ""} is ${kind} to Compose; put it in quotes`);
    if (isScalar(key) && key.anchor !== undefined) reading.anchors.set(key.anchor, key);
    const value = convert(node, reading, start(key));
    if (isScalar(key) && key.value === "<<" && key.type === "PLAIN") {
      const found = mergedEntries(value, at, reading.report);
      reading.count(found.length);
      for (const entry of found) {
        if (!merged.has(entry.key)) merged.set(entry.key, entry);
      }
    } else if (name !== undefined) {
      if (!own.has(name)) own.set(name, { key: name, at, value, change: changeOf(node) });
    } else reading.report(at, "a key must be a name; write it as plain text");
  }
  return [...own.values(), ...[...merged.values()].filter(({ key }) => !own.has(key))];
}

/** What Compose reads a key as, if not as a text. */
function otherThanText(key: YamlScalar): string | undefined {
  if (key.type !== "PLAIN" || key.tag !== undefined) return undefined;
  if (typeof key.value === "boolean") return "true or false";
  if (key.value === null) return "nothing";
  const number = typeof key.value === "number" ? key.value : numberOf(key.source ?? "");
  if (number === undefined) return undefined;
  return Number.isNaN(number) ? "a date" : "a number";
}

function changeOf(node: Node | null): Entry["change"] {
  if (node?.tag === "!reset") return "reset";
  return node?.tag === "!override" ? "override" : undefined;
}

/** The entries that a merge key adds; of several mappings the earlier one wins. */
function mergedEntries(value: Value, at: Position, report: Report): readonly Entry[] {
  if (value.kind === "mapping") return value.entries;
  if (value.kind === "sequence") return value.items.flatMap((item) => mergedEntries(item, at, report));
  report(at, '"<<" merges mappings only; give it an alias of a mapping');
  return [];
}

function scalar(node: YamlScalar, reading: Reading, at: Position): Scalar {
  const locate = (offset: number): Position => dollar(node, offset, reading) ?? at;
  const written = node.source ?? String(node.value);
  const value = node.type === "PLAIN" ? (numberOf(written) ?? node.value) : node.value;
  if (typeof value !== "string") {
    const known = typeof value === "number" || typeof value === "boolean" ? value : null;
    return { ...implied(at, known), written, pieces: known === null ? [] : [written] };
  }
  if (reading.variables === undefined) return { ...implied(at, value), written };
  const faults: Fault[] = [];
  const pieces = interpolate(value, reading.variables, (offset, message, fatal, unset) => {
    const at = locate(offset);
    faults.push({ at, message, fatal, unset });
    // Compose refuses it even where no service has the value in the end.
    if (fatal) reading.report(at, message);
  });
  return { kind: "scalar", at, value, written, pieces, faults, broken: faults.length > 0, locate };
}

/**
 * The place of the dollar sign at an offset of a text. Quotes, escapes and folding change offsets, but not the order
 * of dollar signs.
 */
function dollar(node: YamlScalar, offset: number, { text, position }: Reading): Position | undefined {
  const before = String(node.value).slice(0, offset).split("$").length;
  const [from = 0, to = from] = node.range ?? [];
  let at = from - 1;
  for (let seen = 0; seen < before; seen++) {
    at = text.indexOf("$", at + 1);
    if (at < 0 || at >= to) return undefined;
  }
  return position(at);
}

function start(node: Node): number {
  return node.range?.[0] ?? 0;
}
