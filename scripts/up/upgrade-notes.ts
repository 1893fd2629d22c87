import { readFileSync } from "node:fs";
import { version } from "../../components/plain.ts";

/** The version of the programs that did not yet write theirs into the stack. */
const first = "0.1.0";

/**
 * What a person has to know before the first `up` with a newer version: the sections of UPGRADING.md after the version
 * that the stack was made with.
 */
export const upgradeNotes = (madeWith: string | undefined): readonly string[] =>
  notesBetween(readFileSync(new URL("../../UPGRADING.md", import.meta.url), "utf8"), madeWith ?? first, version);

/** The lines of the sections of newer versions than `from`, up to `to`; a section begins with `## ` and its version. */
export function notesBetween(text: string, from: string, to: string): readonly string[] {
  if (isNewer(from, to)) {
    return [`the stack was made with version ${from}, and this is ${to}; use ${from} or a later version`];
  }
  const sections = text.split(/^## /m).slice(1);
  return sections.flatMap((section) => {
    const [heading = "", ...lines] = section.trimEnd().split("\n");
    if (!isNewer(heading, from) || isNewer(heading, to)) return [];
    return [`new in ${heading}:`, ...lines.filter((line) => line !== "")];
  });
}

/** Whether the first of two versions MAJOR.MINOR.PATCH is newer. */
function isNewer(one: string, other: string): boolean {
  const [these, those] = [one, other].map((version) => version.split(".").map(Number));
  const at = [0, 1, 2].find((part) => these?.[part] !== those?.[part]);
  return at !== undefined && (these?.[at] ?? 0) > (those?.[at] ?? 0);
}
