import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair } from "yaml";
import type { Position, Report } from "../../compose/index.ts";

/** A file by its name. */
export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/** The configuration in a stack's file. A key is one of the project, or has another namespace, such as `aws:region`. */
export interface ConfiguredKeys {
  readonly text: (key: string) => string | undefined;
  readonly number: (key: string) => number | undefined;
  /** One of the allowed words; the first of them if the key is absent. */
  readonly word: <Word extends string>(key: string, allowed: readonly [Word, ...Word[]]) => Word;
  /** The entries of a list; empty if the key is absent. `allowed` describes an entry in messages. */
  readonly list: (key: string, allowed?: string) => readonly { readonly value: string; readonly at: Position }[];
  /** The place of a key; the beginning of the file if the key is absent. */
  readonly at: (key: string) => Position;
  /** The variables that have a value in `settings:` or `secrets:`; the values themselves are not read. */
  readonly values: readonly { readonly name: string; readonly at: Position }[];
  readonly report: Report;
}

/**
 * Reads the keys of a `Pulumi.<stack>.yaml`. An encrypted value is never read; it is reported if its key is asked for.
 */
export function configuredKeys(file: TextFile, project: string, report: Report): ConfiguredKeys {
  const { pairs, start } = pairsOf(file, project, report);
  const pair = (key: string): Pair | undefined => pairs.get(withNamespace(key, project));
  const wrong = (key: string, node: unknown, allowed: string): void => {
    const secret = isMap(node) && node.has("secure") ? 'a secret ("secure")' : "this";
    const given = plain(node);
    report(
      start(node ?? pair(key)?.key),
      `${key}: ${given === undefined ? secret : `"${given}"`} is not allowed; set ${allowed}`,
    );
  };
  const text = (key: string, allowed = "one plain value"): string | undefined => {
    const { value } = pair(key) ?? {};
    const given = plain(value);
    if (given === undefined && !isNothing(value)) wrong(key, value, allowed);
    return given;
  };
  return {
    report,
    text,
    number: (key) => {
      const given = text(key, "a whole number");
      if (given === undefined || /^\d+$/.test(given)) return given === undefined ? undefined : Number(given);
      wrong(key, pair(key)?.value, "a whole number");
      return undefined;
    },
    word: (key, allowed) => {
      const given = text(key, allowed.join(" or ")) ?? allowed[0];
      const found = allowed.find((one) => one === given);
      if (found === undefined) wrong(key, pair(key)?.value, allowed.join(" or "));
      return found ?? allowed[0];
    },
    list: (key, allowed = "plain texts") => {
      const { value } = pair(key) ?? {};
      if (isSeq(value))
        return value.items.flatMap((item) => {
          const given = plain(item);
          if (given === undefined) wrong(key, item, allowed);
          return given === undefined ? [] : [{ value: given, at: start(item) }];
        });
      const entries = isNothing(value) ? [] : listed(plain(value));
      if (entries === undefined) wrong(key, value, "a list");
      return (entries ?? []).map((entry) => ({ value: entry, at: start(value) }));
    },
    at: (key) => start(pair(key)?.key),
    values: [...pairs].flatMap(([key, { key: at }]) => {
      const [, name] = /^(?:settings|secrets):(.+)$/.exec(key) ?? [];
      return name === undefined ? [] : [{ name, at: start(at) }];
    }),
  };
}

/**
 * The pairs below `config`, by key with namespace (Pulumi allows leaving out the project's), and a function for the
 * place of a node.
 */
function pairsOf({ file, text }: TextFile, project: string, report: Report) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const start = (node: unknown): Position => position((node as Node | null | undefined)?.range?.[0] ?? 0);
  for (const { pos, message } of document.errors)
    report(position(pos[0]), `not readable as YAML: ${message}; correct it`);
  const config = isMap(document.contents) ? document.get("config", true) : document.contents;
  if (!isMap(config) && !isNothing(config) && document.errors.length === 0)
    report(start(config), 'a stack\'s file has "config:" and one key in each line below it; write it like that');
  const found = isMap(config) ? config.items : [];
  const pairs = new Map<string, Pair>(found.map((pair) => [withNamespace(plain(pair.key) ?? "", project), pair]));
  return { pairs, start };
}

const withNamespace = (key: string, project: string): string => (key.includes(":") ? key : `${project}:${key}`);

const isNothing = (node: unknown): boolean =>
  node === undefined || node === null || (isScalar(node) && node.value === null);

/** A single value as Pulumi passes it on. */
function plain(node: unknown): string | undefined {
  const value = isScalar(node) ? node.value : undefined;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? JSON.stringify(value) : undefined;
}

/** A list as `pulumi config set` writes it without --path: JSON in a text. */
function listed(text: string | undefined): readonly string[] | undefined {
  try {
    const found: unknown = JSON.parse(text ?? "null");
    return Array.isArray(found) ? found.map(String) : undefined;
  } catch {
    return undefined;
  }
}
