import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { reachedFrom, type Imports } from "./imports.ts";

/**
 * The spec files that a change may break: those that import a changed file, directly or not, and those that name a
 * changed file that is not a module, or its folder, in their text or in that of a helper.
 */
export function affectedSpecs(root: string, imports: Imports, changed: readonly string[]): readonly string[] {
  const specs = [...imports.keys()].filter((file) => file.endsWith(".spec.ts"));
  const modules = changed.filter((file) => imports.has(file));
  const others = changed
    .filter((file) => !imports.has(file))
    .flatMap((file) => [basename(file), basename(dirname(file))]);
  const words = others.filter((word) => word !== ".");
  return specs.filter((spec) => {
    const reached = [spec, ...reachedFrom(imports, spec)];
    if (modules.some((file) => reached.includes(file))) return true;
    const texts = reached
      .filter((file) => file.startsWith("test/"))
      .map((file) => readFileSync(join(root, file), "utf8"));
    return words.some((word) => texts.some((text) => text.includes(word)));
  });
}
