import { stringify } from "yaml";
import { ownLabels } from "../../compose/index.ts";
import type { ExplainedKey, Explanation } from "./explain.ts";
import { sizeText } from "./lines.ts";

/**
 * The explanation as lines of at most that many columns (minimum 80): the definition on the left, the files on the
 * right.
 */
export function explanationLines(explanation: Explanation, columns: number): readonly string[] {
  const { service, addedFor, family, size, files, definition, elsewhere } = explanation;
  const added =
    addedFor === undefined ? "" : `; it is in no file: it writes the secrets and configs of ${addedFor}, and ends`;
  const width = Math.floor((Math.max(80, Math.min(columns, 160)) - 3) / 2);
  const [main = ""] = files;
  const rows = (keys: readonly ExplainedKey[], left: (key: ExplainedKey) => readonly string[]) =>
    keys.flatMap((key) => beside(left(key), written(key, main), width));
  return [
    `${service}: container of the task definition ${family}, ${sizeText(size)}${added}`,
    "",
    ...beside(["container definition"], [main], width),
    rule(width),
    ...rows(definition, asYaml),
    ...(elsewhere.length === 0 ? [] : [rule(width)]),
    ...rows(elsewhere, ({ value }) => [`(${String(value)})`]),
  ];
}

const rule = (width: number): string => `${"─".repeat(width + 1)}┼${"─".repeat(width + 1)}`;

/** A key and its value as lines of YAML; digests are replaced by "…". */
function asYaml({ key, value }: ExplainedKey): readonly string[] {
  const shown =
    key === "dockerLabels"
      ? Object.fromEntries(
          Object.entries(value as object).map(([label, text]) => [
            label,
            label.startsWith(ownLabels) ? "…" : (text as unknown),
          ]),
        )
      : value;
  return stringify({ [key]: shown }, { lineWidth: 0, aliasDuplicateObjects: false })
    .trimEnd()
    .split("\n");
}

/**
 * Lines with their numbers, without the indentation that all lines of a file share; any file but the main one is
 * named.
 */
function written({ lines, otherwise }: ExplainedKey, main: string): readonly string[] {
  if (otherwise !== undefined) return [`(${otherwise})`];
  const files = [...new Set(lines.map(({ file }) => file))];
  return files.flatMap((file) => {
    const here = lines.filter((line) => line.file === file);
    const indent = Math.min(...here.map(({ text }) => text.search(/\S|$/)));
    const numbered = here.map(({ line, text }) => `${String(line).padStart(4)}  ${text.slice(indent).trimEnd()}`);
    return file === main ? numbered : [`${file}:`, ...numbered];
  });
}

/** Two texts side by side, each wrapped at the width. */
function beside(left: readonly string[], right: readonly string[], width: number): readonly string[] {
  const [one, other] = [left, right].map((lines) => lines.flatMap((line) => wrapped(line, width)));
  return Array.from({ length: Math.max(one?.length ?? 0, other?.length ?? 0) }, (_, row) =>
    `${(one?.[row] ?? "").padEnd(width)} │ ${other?.[row] ?? ""}`.trimEnd(),
  );
}

/** A line wrapped at a space, if there is one in the second half of the width; further lines are indented. */
function wrapped(line: string, width: number): readonly string[] {
  const pieces: string[] = [];
  const indent = " ".repeat(Math.min(line.search(/\S|$/) + 4, width / 2));
  let rest = line;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const end = space > width / 2 ? space : width;
    pieces.push(rest.slice(0, end).trimEnd());
    rest = `${indent}${rest.slice(end).trimStart()}`;
  }
  return [...pieces, rest];
}
