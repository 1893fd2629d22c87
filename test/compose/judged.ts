import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ComposeError, readApplication, type Source } from "../../compose/index.ts";
import { readDocument } from "../../compose/files/document.ts";
import { collectProblems } from "../../compose/tree/problem.ts";
import { corpusVariables } from "./corpus.ts";

/** A small project, with what Compose and this project say of it. */
export interface Judged {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** The files that are read as one, each of which may name others. */
  readonly read: readonly string[];
  /** What compose-go says in the place where it ends; empty where it loads the project. */
  readonly compose: string;
  /** What this project says, a line each: of the reading, or of the translation where the reading finds nothing. */
  readonly said: readonly string[];
}

/** The projects in a folder, by the name of their file: a key of Compose, or a part of its format. */
export function judgedIn(folder: string): Readonly<Record<string, readonly Judged[]>> {
  const names = readdirSync(folder).toSorted();
  return Object.fromEntries(
    names.map((name) => {
      const cases = parse(readFileSync(join(folder, name), "utf8")) as readonly Written[];
      return [name.replace(/\.yml$/, ""), cases.map(judged)];
    }),
  );
}

/** The same as a file spells it: `file` is a project of one file. */
type Written = Omit<Judged, "files" | "read"> &
  ({ readonly file: string } | { readonly files: Judged["files"]; readonly read?: Judged["read"] });

function judged(written: Written): Judged {
  const { title, compose, said } = written;
  const files = "file" in written ? { "shop.yml": written.file } : written.files;
  const [first = ""] = Object.keys(files);
  const read = "file" in written ? [first] : (written.read ?? [first]);
  return { title, files, read, compose, said };
}

/** What this project says of such a project now. */
export function saidOf({ files, read }: Pick<Judged, "files" | "read">): readonly string[] {
  const variables = Object.fromEntries(
    Object.entries(corpusVariables).map(([name, value]) => [name, { kind: "plain", value }] as const),
  );
  const source: Source = { files: read, variables, readFile: (path) => files[path] };
  const inReading = linesOf(() => collectProblems(read, (report) => readDocument(source, report)));
  return inReading.length > 0 ? inReading : linesOf(() => readApplication(source));
}

function linesOf(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof ComposeError) return error.message.split("\n");
    throw error;
  }
}
