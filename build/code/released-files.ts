import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildPlan } from "./plan.ts";

/** Removes what an earlier build has left in a folder for the steps of a release. */
export function removeReleased(folder: string): void {
  const left = readdirSync(folder).filter((file) => /^(imagedefinitions.*|release)\.json$/.test(file));
  for (const file of left) rmSync(join(folder, file), { recursive: true });
}

/** Writes what the steps of a release read: the image definitions and release.json. All of these files, or none. */
export function writeReleased(folder: string, { imageDefinitions, release }: BuildPlan): void {
  const files: Readonly<Record<string, unknown>> = { ...imageDefinitions, "release.json": release };
  try {
    for (const [file, content] of Object.entries(files))
      writeFileSync(join(folder, file), `${JSON.stringify(content, null, 2)}\n`);
  } catch (error) {
    removeReleased(folder);
    throw error;
  }
}
