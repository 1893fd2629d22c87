import type { Position, Report } from "../../tree/problem.ts";
import type { WrittenTmpfs } from "../../keys/tmpfs.ts";
import type { Container } from "../draft.ts";

/** Reports file systems in memory that hide volumes, or that do not fit into the container's memory. */
export function checkTmpfs(
  tmpfs: readonly WrittenTmpfs[],
  { mounts, memoryMiB }: Pick<Container, "mounts" | "memoryMiB">,
  report: Report,
): void {
  const byPlace = tmpfs.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
  for (const [index, { path, at }] of byPlace.entries()) {
    const others = [...mounts, ...byPlace.slice(0, index)];
    for (const other of others) checkPlace(path, other.path, at, report);
  }
  const sizeMiB = tmpfs.reduce((sum, one) => sum + one.sizeMiB, 0);
  const [first] = byPlace;
  // A tmpfs uses memory of its container, which is stopped above its limit (Docker, "tmpfs mounts").
  if (first !== undefined && memoryMiB !== undefined && sizeMiB >= memoryMiB)
    report(
      first.at,
      `the tmpfs of ${sizeMiB} MiB would fill the container's memory of ${memoryMiB} MiB, and the container would be stopped; lower "size" or raise the limit`,
    );
}

/** AWS does not document the order in which ECS mounts; a later mount would hide an earlier one below it. */
function checkPlace(path: string, other: string, at: Position, report: Report): void {
  if (isBelow(path, other) || isBelow(other, path))
    report(
      at,
      `the tmpfs at ${path} and what is mounted at ${other} may hide each other; mount neither inside the other`,
    );
}

const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder.replace(/\/$/, "")}/`);
