import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A Compose file in the shape of a public one, and the files of its application. */
export interface ComposeShape {
  readonly name: string;
  readonly text: string;
  readonly files: Readonly<Record<string, string>>;
  /** Those of them that Git ignores. */
  readonly ignored: readonly string[];
}

const folder = join(import.meta.dirname, "shapes");

/** The shapes; the first line of each says which files the application has, with the lines of those that matter. */
export const shapes: readonly ComposeShape[] = readdirSync(folder).map((name) => {
  const text = readFileSync(join(folder, name), "utf8");
  const [first = "", ...rest] = text.split("\n");
  const files = Object.fromEntries(
    first
      .replace(/^# files: /, "")
      .split(" ")
      .map((entry) => [/^[^=]+/.exec(entry)?.[0] ?? "", contentOf(entry)]),
  );
  return {
    name: name.replace(/\.yml$/, ""),
    text: rest.join("\n"),
    files,
    ignored: Object.keys(files).filter((path) => /^\.env(\.production)?$/.test(path)),
  };
});

function contentOf(entry: string): string {
  const [, content] = /^[^=]+=(.*)$/s.exec(entry) ?? [];
  return content === undefined ? "FROM scratch\nEXPOSE 3000\n" : content.replaceAll(";", "\n");
}
