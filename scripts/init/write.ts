import { copyFileSync, constants, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { NewFile } from "./infra-files.ts";

/** Writes files that do not exist yet; an existing one is kept. Prints a line for each. */
export function write(folder: string, files: readonly NewFile[], say: (line: string) => void): void {
  for (const { path, why, content } of files) {
    const target = resolve(folder, path);
    if (existsSync(target)) {
      say(`kept  ${path}: it exists already`);
      continue;
    }
    mkdirSync(dirname(target), { recursive: true });
    if ("text" in content) writeFileSync(target, content.text, { flag: "wx" });
    else copyFileSync(content.copyOf, target, constants.COPYFILE_EXCL);
    say(`made  ${path}: ${why}`);
  }
}

/** Prints what would be written. */
export function show(folder: string, files: readonly NewFile[], say: (line: string) => void): void {
  for (const { path, why, content } of files) {
    if (existsSync(resolve(folder, path))) say(`would keep  ${path}: it exists already`);
    else if ("text" in content)
      say(
        [
          `would make  ${path}: ${why}`,
          ...content.text
            .trimEnd()
            .split("\n")
            .map((line) => `    ${line}`.trimEnd()),
        ].join("\n"),
      );
    else say(`would make  ${path}: ${why}`);
  }
}
