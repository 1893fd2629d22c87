import { interpolate, type Variable, type Variables } from "../tree/interpolate.ts";
import type { Position, Report } from "../tree/problem.ts";
import { implied, type Entry, type Fault, type Scalar, type Value } from "../tree/tree.ts";

/** An env file; its values may refer to variables and to earlier lines. */
export interface EnvFile {
  readonly file: string;
  readonly text: string;
  /** Variables that win over any definition. */
  readonly variables: Variables;
  /** Variables that earlier files define; this file may define them again. @default - none */
  readonly defined?: Variables;
}

/**
 * The variables that an env file defines, read as Compose does: quotes, comments, `export`, and names without a value.
 */
export function parseEnvFile({ file, text, variables, defined }: EnvFile, report: Report): readonly Entry[] {
  const entries = new Map<string, Entry>();
  const known = layered(defined ?? {}, variables);
  let rest = 0;
  const position = positionsOf(file, text);
  while (rest < text.length) {
    const statement = statementAt(text, rest);
    if (statement === undefined) break;
    const at = position(statement.start);
    rest = statement.end;
    if ("problem" in statement) {
      report(at, statement.problem);
      continue;
    }
    const { name, raw } = statement;
    const inherited = Object.hasOwn(variables, name) ? variables[name] : undefined;
    const value = raw === undefined ? passedOn(name, inherited, at) : valueOf(raw, known.variables, at);
    // Compose refuses it even where a later line defines the name again.
    for (const { fatal, message } of value?.faults ?? []) if (fatal) report(at, message);
    // A name without a value that nothing sets is left out, as in Compose.
    if (value === undefined) continue;
    entries.set(name, { key: name, at, value });
    known.define(name, value);
  }
  return [...entries.values()];
}

/** The variables and the definitions together; variables win, and the last definition of a name counts. */
function layered(
  defined: Variables,
  variables: Variables,
): { readonly variables: Variables; readonly define: (name: string, value: Value) => void } {
  // One object for all lines: a copy for each line would take quadratic time. It has no prototype that a name could change.
  const known = Object.assign(Object.create(null) as Record<string, Variable>, defined, variables);
  const define = (name: string, value: Value): void => {
    if (Object.hasOwn(variables, name)) return;
    const variable = variableOf(value);
    if (variable === undefined) Reflect.deleteProperty(known, name);
    else known[name] = variable;
  };
  return { variables: known, define };
}

type Statement = { readonly start: number; readonly end: number } & (
  { readonly name: string; readonly raw: Raw | undefined } | { readonly problem: string }
);

interface Raw {
  readonly text: string;
  readonly quote: string;
}

const opening = /(?:\s|#[^\n]*(?:\n|$))*/y;
const nameAndSign = /(?:export[^\S\n]+)?([^\n=:]*?)[^\S\n]*(?:([=:])[^\S\n]*|\n|$)/y;

function statementAt(text: string, from: number): Statement | undefined {
  opening.lastIndex = from;
  const start = from + (opening.exec(text)?.[0].length ?? 0);
  if (start >= text.length) return undefined;
  nameAndSign.lastIndex = start;
  const [whole = "", name = "", sign] = nameAndSign.exec(text) ?? [];
  const after = start + whole.length;
  const line = endOfLine(text, start);
  if (!/^[\p{L}\p{N}_.[\]-]+$/u.test(name))
    return { start, end: line, problem: `"${name}" is not the name of a variable; write NAME=value` };
  if (sign === undefined) return { start, end: after, name, raw: undefined };
  const quote = /["']/.exec(text.charAt(after))?.[0] ?? "";
  if (quote === "") {
    const end = endOfLine(text, after);
    return { start, end, name, raw: { text: text.slice(after, end).replace(/ #.*$/s, "").trimEnd(), quote } };
  }
  const close = closing(text, after, quote);
  if (close === undefined) return { start, end: line, problem: `${name} has an unclosed ${quote}; close it` };
  const inner = text.slice(after + 1, close).replaceAll(`\\${quote}`, quote);
  return { start, end: close + 1, name, raw: { text: inner, quote } };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function closing(text: string, open: number, quote: string): number | undefined {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return at;
  }
  return undefined;
}

const escapes: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  $: "$$",
};

function valueOf({ text, quote }: Raw, variables: Variables, at: Position): Scalar {
  if (quote === "'") return implied(at, text);
  const meant =
    quote === "" ? text : text.replace(/\\([abfnrtv\\"$])/g, (whole, sign: string) => escapes[sign] ?? whole);
  const faults: Fault[] = [];
  const pieces = interpolate(meant, variables, (_, message, fatal, unset) => {
    const inFile = `nothing sets ${unset ?? ""}; set it, or put the value into single quotes if the $ is part of it`;
    faults.push({ at, message: unset === undefined ? message : inFile, fatal });
  });
  return { ...implied(at, text), pieces, faults, broken: faults.length > 0 };
}

function passedOn(name: string, variable: Variable | undefined, at: Position): Scalar | undefined {
  if (variable?.kind === "plain") return implied(at, variable.value);
  if (variable === undefined) return undefined;
  return { ...implied(at, name), pieces: [{ variable: variable.name ?? name, kind: variable.kind, offset: 0 }] };
}

/** The value as a variable; undefined if it has no value, or mixes text with a variable that is not known now. */
function variableOf(value: Value): Variable | undefined {
  if (value.kind !== "scalar" || value.value === null) return undefined;
  const [first, ...more] = value.pieces;
  if (typeof first === "object" && more.length === 0) return { kind: first.kind, name: first.variable };
  const known = value.pieces.filter((piece) => typeof piece === "string");
  return known.length === value.pieces.length ? { kind: "plain", value: known.join("") } : undefined;
}

/** A function that gives the place of each offset; offsets must not get smaller. */
function positionsOf(file: string, text: string): (offset: number) => Position {
  let line = 1;
  let begin = 0;
  return (offset) => {
    for (let next = text.indexOf("\n", begin); next >= 0 && next < offset; next = text.indexOf("\n", begin)) {
      line++;
      begin = next + 1;
    }
    return { file, line, column: offset - begin + 1 };
  };
}

/** Entries as variables, if their values are known; if a name occurs twice, the last one counts. */
export function variablesOf(entries: readonly Entry[]): Variables {
  const last = new Map(entries.map(({ key, value }) => [key, variableOf(value)]));
  return Object.fromEntries([...last].flatMap(([key, variable]) => (variable === undefined ? [] : [[key, variable]])));
}
