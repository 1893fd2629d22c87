import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";

/** For each file of the checkout, the files that it imports; paths are relative to the checkout's root. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the imports of TypeScript files, imports of types included, those of packages not. With `named`, a file that is
 * named as `new URL("…", import.meta.url)` counts as imported.
 */
export function importsOf(root: string, files: readonly string[], named = false): Imports {
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(root, file), "utf8");
      const urls = named ? [...text.matchAll(/new URL\("([^":]*)", import\.meta\.url\)/g)] : [];
      const imported = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
      const paths = [...imported.filter((path) => path.startsWith(".")), ...urls.map(([, path = ""]) => path)];
      const resolved = paths.map((path) => normalize(join(dirname(file), path)));
      return [file, [...new Set(resolved)].filter((path) => known.has(path)).toSorted()];
    }),
  );
}

/** Groups of files that import each other in a circle, each group sorted; the largest first. */
export function circlesOf(imports: Imports): readonly (readonly string[])[] {
  const reach = new Map([...imports.keys()].map((file) => [file, reachedFrom(imports, file)]));
  const groups = new Map<string, readonly string[]>();
  for (const [file, reached] of reach) {
    if (!reached.has(file)) continue;
    const group = [...reached].filter((other) => reach.get(other)?.has(file)).toSorted();
    groups.set(group.join(), group);
  }
  return [...groups.values()].toSorted((a, b) => b.length - a.length);
}

/** All files that a file imports, directly or not; the file itself only if it is in a circle of imports. */
export function reachedFrom(imports: Imports, file: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [...(imports.get(file) ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    waiting.push(...(imports.get(next) ?? []));
  }
  return reached;
}
