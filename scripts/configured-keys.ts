import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair } from "yaml";
import type { Position, Report } from "../compose/index.ts";

/** A file by its name. */
export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/** The configuration of a stack's file, by key of the project or with another namespace, as in `aws:region`. */
export interface ConfiguredKeys {
  readonly text: (key: string) => string | undefined;
  readonly number: (key: string) => number | undefined;
  /** The entries of a list; none where the key is absent. */
  readonly list: (key: string) => readonly { readonly value: string; readonly at: Position }[];
  /** Where a key stands; the beginning of the file where it is absent. */
  readonly at: (key: string) => Position;
  /** The variables that `settings:` and `secrets:` give a value, which nobody reads here. */
  readonly values: readonly { readonly name: string; readonly at: Position }[];
  readonly report: Report;
}

/** Reads the keys of a `Pulumi.<stack>.yaml`; a value that is encrypted is reported where it is asked for, and never read. */
export function configuredKeys({ file, text }: TextFile, project: string, report: Report): ConfiguredKeys {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const start = (node: unknown): Position => position((node as Node | null)?.range?.[0] ?? 0);
  for (const { pos, message } of document.errors)
    report(position(pos[0]), `not readable as YAML: ${message}; correct it`);
  const pairs = pairsIn(document.get("config"), project);
  const pair = (key: string): Pair | undefined => pairs.get(withNamespace(key, project));
  const valueOf = (key: string): unknown => {
    const { key: at, value } = pair(key) ?? {};
    if (!isMap(value)) return value;
    report(start(at), `${key} is no plain value; set it without --secret and without --path`);
    return undefined;
  };
  const number = (key: string): number | undefined => {
    const value = plain(valueOf(key));
    if (value === undefined || /^\d+$/.test(value)) return value === undefined ? undefined : Number(value);
    report(start(pair(key)?.value), `${key}: "${value}" is not allowed; set a whole number`);
    return undefined;
  };
  const list = (key: string): ReturnType<ConfiguredKeys["list"]> => {
    const value = valueOf(key);
    if (isSeq(value)) return value.items.map((item) => ({ value: plain(item) ?? "", at: start(item) }));
    const written = plain(value);
    const entries = written === undefined ? [] : listed(written);
    if (entries !== undefined) return entries.map((entry) => ({ value: entry, at: start(value) }));
    report(start(value), `${key}: "${written ?? ""}" is not allowed; set a list`);
    return [];
  };
  return {
    report,
    text: (key) => plain(valueOf(key)),
    number,
    list,
    at: (key) => start(pair(key)?.key),
    values: [...pairs].flatMap(([key, { key: at }]) => {
      const [, name] = /^(?:settings|secrets):(.+)$/.exec(key) ?? [];
      return name === undefined ? [] : [{ name, at: start(at) }];
    }),
  };
}

/** The pairs of a stack's configuration by key with its namespace; Pulumi lets the project's be left out. */
function pairsIn(config: unknown, project: string): ReadonlyMap<string, Pair> {
  const pairs = isMap(config) ? config.items : [];
  return new Map(pairs.map((pair) => [withNamespace(plain(pair.key) ?? "", project), pair]));
}

const withNamespace = (key: string, project: string): string => (key.includes(":") ? key : `${project}:${key}`);

/** A single value as Pulumi hands it on. */
function plain(node: unknown): string | undefined {
  const value = isScalar(node) ? node.value : undefined;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? JSON.stringify(value) : undefined;
}

/** A list as `pulumi config set` writes it without --path: JSON in a text. */
function listed(text: string): readonly string[] | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.map(String) : undefined;
  } catch {
    return undefined;
  }
}
