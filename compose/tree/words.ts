import { items, text } from "./fields.ts";
import type { Report } from "./problem.ts";
import type { Value } from "./tree.ts";

/** The words of a command, or the reason why it cannot be split. */
export type Split = { readonly words: readonly string[] } | { readonly problem: string };

/**
 * A command line, split into words as Compose splits it: like a shell, except that a backslash in double quotes is
 * always removed.
 */
export function splitWords(line: string): Split {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    const next = line.charAt(at + 1);
    if (quote !== "") {
      if (char === quote) quote = "";
      else if (char === "\\" && quote === '"') word = (word ?? "") + line.charAt(++at);
      else word = (word ?? "") + char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (char === "\\" && next !== "") word = (word ?? "") + line.charAt(++at);
    else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (/[;&|<>()`]/.test(char))
      return { problem: `has "${char}", but no shell reads it; write sh -c '…' around it` };
    else word = (word ?? "") + char;
  }
  const problem = unfinished(line);
  if (problem !== undefined) return { problem };
  return { words: word === undefined ? words : [...words, word] };
}

/** Why Compose cannot split a line, which it reads up to the first `;`, `&`, `|`, `<` or `>`; undefined if it can. */
export function unfinished(line: string): string | undefined {
  let open = "";
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === "\\" && open !== "'") {
      if (at + 1 === line.length) return "ends with a backslash, which escapes nothing; remove it";
      at++;
    } else if (open === "'" || open === '"' || open === "`") {
      if (char === open) open = "";
    } else if (char === ")") open = open === ")" ? "" : ")";
    else if (char === "(" && (open === ")" || line.charAt(at - 1) !== "$")) return parenthesis;
    else if (char === "(") open = ")";
    else if (/['"`]/.test(char) && open === "") open = char;
    else if (/[;&|<>]/.test(char) && open === "") return undefined;
  }
  if (open === ")") return parenthesis;
  return open === "" ? undefined : `has an unclosed ${open}; close it`;
}

const parenthesis = "has a parenthesis, but no shell reads it; write sh -c '…' around it";

/** The words of a command that is written as a list or as one line. */
export function commandWords(value: Value, what: string, report: Report): readonly string[] | undefined {
  const found = value.kind === "sequence" ? listed(value, what, report) : split(value, what, report);
  if (found?.length !== 0) return found;
  report(value.at, `${what} is empty, but ECS cannot clear what the image says; name a program or remove it`);
  return undefined;
}

function listed(value: Value, what: string, report: Report): readonly string[] | undefined {
  const words = items(value, what, report).map((item) => text(item, `an item of ${what}`, report));
  return words.includes(undefined) ? undefined : words.filter((word) => word !== undefined);
}

function split(value: Value, what: string, report: Report): readonly string[] | undefined {
  const line = text(value, what, report);
  if (line === undefined) return undefined;
  const result = splitWords(line);
  if ("words" in result) return result.words;
  report(value.at, `${what} ${result.problem}`);
  return undefined;
}
