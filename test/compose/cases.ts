import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { parse } from "yaml";

/** A small Compose project. */
export interface Project {
  readonly title: string;
  /** The text of each file, by its path. */
  readonly files: Readonly<Record<string, string>>;
  /** The files that are read as one, each of which may name others. */
  readonly read: readonly string[];
}

/**
 * The cases in a folder, by the name of their file, which is a key of Compose or a part of its format. Each case is a
 * project and a verdict on it.
 */
export function casesIn<Verdict>(folder: string): Readonly<Record<string, readonly (Project & Verdict)[]>> {
  const names = readdirSync(folder).toSorted();
  return Object.fromEntries(
    names.map((name) => {
      const cases = parse(readFileSync(join(folder, name), "utf8")) as readonly (Written & Verdict)[];
      return [name.replace(/\.yml$/, ""), cases.map((one) => ({ ...one, ...projectOf(one) }))];
    }),
  );
}

/** A project as a file of cases spells it: `file` is a project of one file. */
type Written = { readonly title: string } & (
  { readonly file: Text } | { readonly files: Readonly<Record<string, Text>>; readonly read?: readonly string[] }
);

/** A text, or its parts in their order, some of which are repeated. */
type Text = string | readonly (string | { readonly repeat: string; readonly times: number })[];

function projectOf(written: Written): Project {
  const texts = "file" in written ? { "shop.yml": written.file } : written.files;
  const files = Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, textOf(text)]));
  const [first = ""] = Object.keys(files);
  return { title: written.title, files, read: ("read" in written && written.read) || [first] };
}

function textOf(text: Text): string {
  if (typeof text === "string") return text;
  return text.map((part) => (typeof part === "string" ? part : part.repeat.repeat(part.times))).join("");
}

/** Reads a project's files by their paths; undefined for a file that it does not have. */
export function readerOf({ files }: Project): (path: string) => string | undefined {
  return (path) => files[posix.normalize(path)];
}

/** Writes the files of a project into a folder; returns the paths of those that are read as one. */
export function writeProject({ files, read }: Project, folder: string): readonly string[] {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return read.map((name) => join(folder, name));
}
