import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** The buildspec of this program, as text: buildspec.yml in the folder of the program's own code. */
export const ownBuildspec = (): string => readFileSync(new URL("../../buildspec.yml", import.meta.url), "utf8");

/**
 * A warning about a buildspec in the application's folder that the build does not run, because the stack names none;
 * undefined if there is none, or it is this program's own. `inside` is that folder in the repository.
 */
export function unusedBuildspec(folder: string, inside = ""): string | undefined {
  const found = ["buildspec.yml", "buildspec.yaml"].find((file) => existsSync(join(folder, file)));
  if (found === undefined || readFileSync(join(folder, found), "utf8") === ownBuildspec()) return undefined;
  return `${found}: the build does not run it, but this program's own buildspec, because the setting buildspec is empty; to run it, set buildspec: ${posix.join(inside, found)}`;
}
