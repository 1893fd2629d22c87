import { isAlias, isCollection, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair } from "yaml";
import type { Document } from "yaml";

/** A YAML text, with its nodes and their lines. */
export interface Sheet {
  readonly text: string;
  readonly document: Document.Parsed;
  /** The lines of the text. */
  readonly rows: readonly string[];
  /** Index of the line at an offset. */
  readonly rowAt: (offset: number) => number;
}

/** A pair of a mapping or an item of a list, with its place in the text. */
export interface Part {
  readonly node: Pair<Node, Node | null> | Node;
  /** The key of a pair. */
  readonly key: string | undefined;
  readonly start: number;
  readonly end: number;
  /** How many pairs or items its mapping or list has. */
  readonly siblings: number;
}

/** Reads a YAML text; it may be broken. */
export function sheetOf(text: string): Sheet {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  return { text, document, rows: text.split("\n"), rowAt: (offset) => lines.linePos(offset).line - 1 };
}

/** Whether a text is YAML with all its anchors. */
export function isReadable(text: string): boolean {
  const { document } = sheetOf(text);
  if (document.errors.length > 0) return false;
  try {
    document.toJS();
    return true;
  } catch {
    return false;
  }
}

/** The node behind an alias, or the node itself. */
export function resolved({ document }: Sheet, node: unknown): Node | undefined {
  const found = isAlias(node) ? node.resolve(document) : node;
  return isScalar(found) || isCollection(found) ? found : undefined;
}

/** The text of a scalar as a person would write it; undefined for anything else. */
export function plain(node: unknown): string | undefined {
  if (!isScalar(node)) return undefined;
  const { value, source } = node;
  if (typeof value === "string") return value;
  return value === null || value === undefined ? undefined : (source ?? JSON.stringify(value));
}

/** The offset behind the last character of a node that is not blank. */
export function endOf(text: string, node: Node | null | undefined, otherwise: number): number {
  let end = node?.range?.[1] ?? otherwise;
  while (end > otherwise && /\s/.test(text[end - 1] ?? "")) end -= 1;
  return Math.max(end, otherwise);
}

/** The pairs and items around an offset, from the top of the file to the innermost one. */
export function partsAt(sheet: Sheet, offset: number): readonly Part[] {
  const found: Part[] = [];
  let node: unknown = sheet.document.contents;
  while (isMap(node) || isSeq(node)) {
    const inside = partsOf(sheet, node).find(({ start, end }) => start <= offset && offset <= end);
    if (inside === undefined) break;
    found.push(inside);
    node = inside.key === undefined ? inside.node : (inside.node as Pair).value;
  }
  return found;
}

/** The pairs of a mapping or the items of a list. */
export function partsOf(sheet: Sheet, node: unknown): readonly Part[] {
  if (isMap<Node, Node | null>(node)) {
    const siblings = node.items.length;
    return node.items.flatMap((pair) => {
      const [start = -1, keyEnd = -1] = pair.key.range ?? [];
      if (start < 0) return [];
      return [{ node: pair, key: plain(pair.key) ?? "", start, end: endOf(sheet.text, pair.value, keyEnd), siblings }];
    });
  }
  if (!isSeq<Node>(node)) return [];
  const siblings = node.items.length;
  return node.items.flatMap((item) => {
    const start = item.range?.[0] ?? -1;
    return start < 0 ? [] : [{ node: item, key: undefined, start, end: endOf(sheet.text, item, start), siblings }];
  });
}

/** The lines that a pair or an item has for itself; undefined if it shares its first line with something else. */
export function blockOf({ text, rows, rowAt }: Sheet, { start, end, key }: Part): Block | undefined {
  const first = rowAt(start);
  const row = rows[first] ?? "";
  const before = row.slice(0, start - (text.lastIndexOf("\n", start - 1) + 1));
  const alone = key === undefined ? /^\s*- +([&!]\S+ +)*$/ : /^\s*$/;
  if (!alone.test(before)) return undefined;
  return { first, last: rowAt(Math.max(start, end - 1)), indent: /^\s*/.exec(row)?.[0] ?? "" };
}

/** Lines by their index, both inclusive. */
export interface Block {
  readonly first: number;
  readonly last: number;
  readonly indent: string;
}
