import { isMap, isSeq, visit } from "yaml";
import { blockOf, isReadable, partsAt, plain, sheetOf, type Part, type Sheet } from "./sheet.ts";

/** The beginning of each comment that `init` writes. */
export const mark = "# init:";

/** Turns the pair or item at an offset into comments, below the reason. If that is not possible, only the reason is written. */
export function commentOut(text: string, offset: number, reason: string): string {
  const sheet = sheetOf(text);
  const chosen = removable(sheet, partsAt(sheet, offset));
  const block = chosen && blockOf(sheet, chosen);
  if (block === undefined) return noteAbove(text, offset, reason);
  const { first, indent } = block;
  let { last } = block;
  // What was taken out of it before stands below it.
  const isDeeper = (row = ""): boolean =>
    row.trim().startsWith("#") && /^\s*/.exec(row)?.[0].startsWith(`${indent} `) === true;
  while (isDeeper(sheet.rows[last + 1])) last += 1;
  const kept = sheet.rows.slice(first, last + 1).filter((row) => row.trim() !== `${mark} ${reason}`);
  const off = kept.map((row) => commented(row, indent));
  const result = joined(sheet, first, last, [...noted(sheet, first, indent, reason), ...off]);
  if (isReadable(result)) return result;
  return emptied(sheet, offset, reason) ?? noteAbove(text, offset, reason);
}

/** The text with the last pair or item of a named mapping or list as comments, which leaves it empty. */
function emptied(sheet: Sheet, offset: number, reason: string): string | undefined {
  const [outer, inner] = partsAt(sheet, offset).slice(-2);
  const [above, block] = [outer && blockOf(sheet, outer), inner && blockOf(sheet, inner)];
  const head = sheet.rows[above?.first ?? -1] ?? "";
  if (outer === undefined || above === undefined || block === undefined || !/&\S+\s*$/.test(head)) return undefined;
  const none = isSeq("value" in outer.node ? outer.node.value : undefined) ? "[]" : "{}";
  const off = sheet.rows.slice(block.first, block.last + 1).map((row) => commented(row, block.indent));
  const lines = [
    `${head.trimEnd()} ${none}`,
    ...sheet.rows.slice(above.first + 1, block.first),
    `${block.indent}${mark} ${reason}`,
    ...off,
  ];
  const result = joined(sheet, above.first, block.last, lines);
  return isReadable(result) ? result : undefined;
}

/** Writes a reason above the line of the pair or item at an offset, once. */
export function noteAbove(text: string, offset: number, reason: string): string {
  const sheet = sheetOf(text);
  const block = partsAt(sheet, offset)
    .toReversed()
    .map((part) => blockOf(sheet, part))
    .find((one) => one !== undefined) ?? { first: 0, indent: "" };
  return joined(sheet, block.first, block.first - 1, noted(sheet, block.first, block.indent, reason));
}

/** Replaces what is written between two offsets; the text stays as it is if the result could not be read. */
export function replaceAt(text: string, [start, end]: readonly [number, number], by: string): string {
  const result = `${text.slice(0, start)}${by}${text.slice(end)}`;
  return isReadable(result) ? result : text;
}

/** Writes lines as the first ones below a key, indented as its other keys are. */
export function addBelow(text: string, path: readonly string[], lines: readonly string[]): string {
  const sheet = sheetOf(text);
  const value = sheet.document.getIn(path, true);
  if (!isMap(value) || value.flow === true) return text;
  const start = value.items[0]?.key as { readonly range?: readonly number[] } | undefined;
  const first = sheet.rowAt(start?.range?.[0] ?? 0);
  const indent = /^\s*/.exec(sheet.rows[first] ?? "")?.[0] ?? "";
  // Comments above the first key belong to it.
  let at = first;
  while (/^\s+#/.test(sheet.rows[at - 1] ?? "")) at -= 1;
  const result = joined(
    sheet,
    at,
    at - 1,
    lines.map((line) => `${indent}${line}`),
  );
  return isReadable(result) ? result : text;
}

/** The text with each `{…}` and `[…]` of services on lines of their own, except commands; unchanged if there is none. */
export function unfolded(text: string): string {
  const { document } = sheetOf(text);
  const changed: unknown[] = [];
  visit(document, {
    Pair: (_, pair) => {
      if (["command", "entrypoint", "test", "profiles"].includes(plain(pair.key) ?? "")) return visit.SKIP;
      return undefined;
    },
    Collection: (_, node) => {
      if (!node.flow || node.items.length === 0) return;
      node.flow = false;
      changed.push(node);
    },
  });
  return changed.length > 0 ? document.toString({ lineWidth: 0, flowCollectionPadding: false }) : text;
}

/** The innermost part that can become comments: its mapping keeps another pair, and it has lines for itself. */
function removable(sheet: Sheet, parts: readonly Part[]): Part | undefined {
  // A service, volume or network stays, and so does a common part such as x-app.
  const deepest = parts[0]?.key?.startsWith("x-") === true ? 1 : 2;
  for (let index = parts.length - 1; index >= deepest; index -= 1) {
    const part = parts[index];
    if (part === undefined || blockOf(sheet, part) === undefined) continue;
    if (part.siblings === 1 && index > deepest) continue;
    return part;
  }
  return undefined;
}

function noted({ rows }: Sheet, first: number, indent: string, reason: string): readonly string[] {
  const line = `${indent}${mark} ${reason}`;
  for (let at = first - 1; (rows[at] ?? "").trim().startsWith(mark); at -= 1) if (rows[at] === line) return [];
  return [line];
}

/** A line as a comment; what was taken out of it before stays at its depth. */
function commented(row: string, indent: string): string {
  const [, before = "", text = ""] = /^(\s*)(?:# ?)?(.*)$/.exec(row) ?? [];
  if (row.trim() === "") return row;
  if (row.trim().startsWith(mark)) return `${indent}${row.trim()}`;
  return `${indent}# ${before.slice(indent.length)}${text.trimEnd()}`;
}

function joined({ rows }: Sheet, first: number, last: number, lines: readonly string[]): string {
  return [...rows.slice(0, first), ...lines, ...rows.slice(last + 1)].join("\n");
}
