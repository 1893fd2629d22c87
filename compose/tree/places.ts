import { isScalar, LineCounter, parseDocument, visit } from "yaml";
import { field } from "./fields.ts";
import type { Position } from "./problem.ts";
import type { Entry, Mapping, Value } from "./tree.ts";

/** A line of a file, with its number. */
export interface WrittenLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/**
 * Every place where a key, such as `deploy.replicas`, or a part of its value is written, also in an anchor or an env
 * file; for `volumes[tmpfs]`, the items of that type. `only` selects names of the last mapping. Empty if the key is
 * absent.
 */
export function placesOf(
  keys: Mapping,
  path: string,
  only: (name: string) => boolean = () => true,
): readonly Position[] {
  const [, first = "", type, after = ""] = /^([^.[]*)(?:\[(\w+)\])?\.?(.*)$/.exec(path) ?? [];
  const found = field(keys, first);
  const entry = found && type !== undefined ? ofType(found, type) : found;
  if (entry === undefined) return [];
  if (after === "") return [entry.at, ...placesIn(entry.value, only)];
  const inner = entry.value.kind === "mapping" ? placesOf(entry.value, after, only) : [];
  return inner.length === 0 ? [] : [entry.at, ...inner];
}

/** The entry with the items of its list that have this `type`; undefined where there are none. */
function ofType(entry: Entry, type: string): Entry | undefined {
  const items = entry.value.kind === "sequence" ? entry.value.items : [];
  const kept = items.filter((item) => {
    const value = item.kind === "mapping" ? field(item, "type")?.value : undefined;
    return value?.kind === "scalar" && value.value === type;
  });
  const [first] = kept;
  return first && { ...entry, value: { kind: "sequence", at: first.at, items: kept } };
}

function placesIn(value: Value, only: (name: string) => boolean = () => true): readonly Position[] {
  if (value.kind === "scalar") return [value.at];
  if (value.kind === "sequence") return [value.at, ...value.items.flatMap((item) => placesIn(item))];
  const named = value.entries.filter(({ key }) => only(key));
  // A mapping on separate lines starts at its first key, which may be another key than the one asked for.
  return named.flatMap(({ at, value: inner }: Entry) => [at, ...placesIn(inner)]);
}

/**
 * The lines at the places, each once, by file in the given order, then by number; for a text over several lines, all
 * its lines.
 */
export function writtenLines(
  places: readonly Position[],
  files: readonly string[],
  readFile: (path: string) => string | undefined,
): readonly WrittenLine[] {
  const names = [...new Set([...files, ...places.map(({ file }) => file)])];
  return names.flatMap((file) => {
    const here = places.filter((place) => place.file === file);
    const text = here.length === 0 ? undefined : readFile(file);
    if (text === undefined) return [];
    const ends = lastLines(file, text);
    const numbers = here.flatMap(({ line, column }) => {
      const last = ends.get(`${line}:${column}`) ?? line;
      return Array.from({ length: last - line + 1 }, (_, after) => line + after);
    });
    const lines = text.split(/\r?\n/);
    return [...new Set(numbers)].toSorted((a, b) => a - b).map((line) => ({ file, line, text: lines[line - 1] ?? "" }));
  });
}

/** The last line of each text that has several lines, by `line:column` of its start. */
function lastLines(file: string, text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  if (!/\.ya?ml$/.test(file)) return found;
  const lines = new LineCounter();
  visit(parseDocument(text, { lineCounter: lines, prettyErrors: false }), {
    Scalar: (_, node) => {
      const [start, end] = isScalar(node) ? (node.range ?? []) : [];
      if (start === undefined || end === undefined) return;
      const { line, col } = lines.linePos(start);
      // A block ends at the start of the next line.
      const last = lines.linePos(Math.max(start, end - 1)).line;
      if (last > line) found.set(`${line}:${col}`, last);
    },
  });
  return found;
}
