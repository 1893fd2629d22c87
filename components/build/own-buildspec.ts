import { readFileSync } from "node:fs";

/** The buildspec of this program, as text: buildspec.yml in the folder of the program's own code. */
export const ownBuildspec = (): string => readFileSync(new URL("../../buildspec.yml", import.meta.url), "utf8");
