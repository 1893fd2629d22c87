import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { Refusal } from "../kit/refusal.ts";

/**
 * The folder of the Pulumi project: the nearest folder with a Pulumi.yaml, from the user's folder upwards. Throws a
 * Refusal if there is none.
 */
export function projectDirectory(from = userDirectory()): string {
  for (const folder of upwards(from)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    const below = join(folder, "infra");
    if (existsSync(join(below, "Pulumi.yaml"))) {
      const path = relative(from, below);
      throw new Refusal(`Pulumi.yaml: it is not in ${from}, but in ${path}; run \`cd ${path}\` first`);
    }
  }
  throw new Refusal(
    `Pulumi.yaml: there is none in ${from} or in a folder above; go to the folder of the Pulumi project first`,
  );
}

/** A folder and those above it, the nearest first. */
const upwards = (folder: string): readonly string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...upwards(dirname(folder))];

/**
 * The folder in which the user is. npm runs a script in the folder of its package, and names the user's folder in
 * INIT_CWD; if that is not inside the package, the user has chosen the package (npm --prefix), or the variable is from
 * another npm.
 */
function userDirectory(): string {
  const [here, user] = [process.cwd(), process.env["INIT_CWD"]];
  return user !== undefined && isInside(here, user) ? user : here;
}

function isInside(folder: string, other: string): boolean {
  const path = relative(folder, other);
  return path !== ".." && !path.startsWith("../") && !isAbsolute(path);
}
