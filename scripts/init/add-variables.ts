import { isMap, isSeq, stringify } from "yaml";
import { addBelow, mark } from "./edits.ts";
import { servicesOf } from "./services.ts";
import { isReadable, partsOf, sheetOf } from "./sheet.ts";

/** A variable to add; without a value, it is a variable of the stack. */
export interface AddedVariable {
  readonly name: string;
  readonly value?: string | undefined;
}

/** Adds variables to the `environment` of a service, in the form that it has. */
export function addVariables(text: string, name: string, added: readonly AddedVariable[], reason?: string): string {
  if (added.length === 0) return text;
  const sheet = sheetOf(text);
  const service = servicesOf(sheet).find((one) => one.name === name);
  const node = service?.value("environment");
  const note = reason === undefined ? [] : [`${mark} ${reason}`];
  if (node === undefined || (!isMap(node) && !isSeq(node)) || node.items.length === 0) {
    return addBelow(
      text,
      ["services", name],
      ["environment:", ...note.map((line) => `  ${line}`), ...added.map((one) => `  ${pair(one)}`)],
    );
  }
  const first = partsOf(sheet, node)[0];
  if (first === undefined) return text;
  let row = sheet.rowAt(first.start);
  const indent = /^\s*/.exec(sheet.rows[row] ?? "")?.[0] ?? "";
  // Comments above the first entry belong to it.
  while (/^\s+#/.test(sheet.rows[row - 1] ?? "")) row -= 1;
  const lines = [...note, ...added.map((one) => (isSeq(node) ? `- ${item(one)}` : pair(one)))].map(
    (line) => `${indent}${line}`,
  );
  const result = [...sheet.rows.slice(0, row), ...lines, ...sheet.rows.slice(row)].join("\n");
  return isReadable(result) ? result : text;
}

/** A variable as a pair; the same in other places of YAML. */
export const pair = ({ name, value = `\${${name}}` }: AddedVariable): string =>
  `${name}: ${stringify(value, { lineWidth: 0 }).trim()}`;

const item = ({ name, value = `\${${name}}` }: AddedVariable): string =>
  stringify(`${name}=${value}`, { lineWidth: 0 }).trim();
