import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
  type Scalar as YamlScalar,
} from "yaml";
import { interpolate, type Piece, type Variables } from "./interpolate.ts";
import type { Position, Report } from "./problem.ts";

/** A value of a YAML file: aliases and merge keys resolved, texts interpolated, with its place in the file. */
export type Value = Scalar | Sequence | Mapping;

/** A single value; `value` is what YAML makes of it, `pieces` its text once interpolated, `written` how the file spells it. */
export interface Scalar {
  readonly kind: "scalar";
  readonly at: Position;
  readonly value: string | number | boolean | null;
  readonly written: string;
  readonly pieces: readonly Piece[];
  /** Whether its text is not to be used, which is reported already. */
  readonly broken: boolean;
  /** The place of a piece that is a variable. */
  readonly locate: (offset: number) => Position;
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
  /** Reads the value, interpolating its texts; what nobody asks for is never complained about. */
  readonly read: () => Value;
}

/** The root of a YAML file as a value that is read as it is asked for; undefined when the file is no YAML. */
export function parseTree(text: string, variables: Variables, report: Report): Value | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  for (const { pos, message } of [...document.errors, ...document.warnings])
    report(position(pos[0]), yamlProblem(message));
  if (document.errors.length > 0) return undefined;
  return convert(
    document.contents,
    { text, document, variables, report, position, known: new Map(), open: new Set() },
    0,
  );
}

interface Reading {
  readonly text: string;
  readonly document: Document;
  readonly variables: Variables;
  readonly report: Report;
  readonly position: (offset: number) => Position;
  readonly known: Map<Node, Value>;
  readonly open: Set<Node>;
}

function yamlProblem(message: string): string {
  if (/multiple documents/.test(message)) return 'more than one YAML document; remove what "---" begins';
  return `not readable as YAML: ${message.charAt(0).toLowerCase()}${message.slice(1).replace(/\n[\s\S]*$/, "")}; correct it`;
}

function convert(node: Node | null, reading: Reading, parent: number): Value {
  if (node === null) return nothing(reading.position(parent));
  const done = reading.known.get(node);
  if (done !== undefined) return done;
  const at = reading.position(start(node));
  if (reading.open.has(node)) {
    reading.report(at, "an anchor holds an alias of itself; remove the alias");
    return nothing(at);
  }
  reading.open.add(node);
  const value = convertOnce(node, reading, at);
  reading.open.delete(node);
  reading.known.set(node, value);
  return value;
}

function convertOnce(node: Node, reading: Reading, at: Position): Value {
  if (isAlias(node)) {
    const target = node.resolve(reading.document);
    if (target !== undefined) return convert(target, reading, start(node));
    reading.report(at, `no anchor "${node.source}" stands before this alias; add &${node.source}`);
    return nothing(at);
  }
  if (isSeq(node)) {
    return {
      kind: "sequence",
      at,
      items: node.items.map((item) => convert(item as Node | null, reading, start(node))),
    };
  }
  if (isMap(node)) return { kind: "mapping", at, entries: entries(node.items as Pair<Node, Node | null>[], reading) };
  return isScalar(node) ? scalar(node, reading, at) : nothing(at);
}

function entries(pairs: readonly Pair<Node, Node | null>[], reading: Reading): readonly Entry[] {
  const own: Entry[] = [];
  const merged: Entry[] = [];
  for (const { key, value } of pairs) {
    const at = reading.position(start(key));
    if (isScalar(key) && key.value === "<<" && key.type === "PLAIN") {
      merged.push(...mergedEntries(convert(value, reading, start(key)), at, reading.report));
    } else if (isScalar(key)) {
      own.push({ key: key.source ?? String(key.value), at, read: () => convert(value, reading, start(key)) });
    } else reading.report(at, "a key must be a name; write it as plain text");
  }
  const inherited = merged.filter(({ key }, at) => merged.findIndex((other) => other.key === key) === at);
  return [...own, ...inherited.filter(({ key }) => !own.some((entry) => entry.key === key))];
}

/** What a merge key brings in; of several mappings the earlier wins. */
function mergedEntries(value: Value, at: Position, report: Report): readonly Entry[] {
  if (value.kind === "mapping") return value.entries;
  if (value.kind === "sequence") return value.items.flatMap((item) => mergedEntries(item, at, report));
  report(at, '"<<" merges mappings only; give it an alias of a mapping');
  return [];
}

function scalar(node: YamlScalar, reading: Reading, at: Position): Scalar {
  const locate = (offset: number): Position => dollar(node, offset, reading) ?? at;
  const written = node.source ?? String(node.value);
  if (typeof node.value !== "string") {
    const value = typeof node.value === "number" || typeof node.value === "boolean" ? node.value : null;
    return { kind: "scalar", at, value, written, pieces: value === null ? [] : [written], broken: false, locate };
  }
  let broken = false;
  const pieces = interpolate(node.value, reading.variables, (offset, message) => {
    broken = true;
    reading.report(locate(offset), message);
  });
  return { kind: "scalar", at, value: node.value, written, pieces, broken, locate };
}

/** The place of the dollar sign at an offset of a text: quotes, escapes and folding move offsets, but not which `$` it is. */
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

function nothing(at: Position): Scalar {
  return { kind: "scalar", at, value: null, written: "", pieces: [], broken: false, locate: () => at };
}
