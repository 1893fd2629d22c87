import { posix } from "node:path";
import { isText } from "../../tree/fields.ts";
import type { Report } from "../../tree/problem.ts";
import { itemsIn, valueOf, type Mapping } from "../../tree/tree.ts";

/** Reports a path at which a service mounts two things; like Compose, it looks at file systems in memory first. */
export function checkTargets(keys: Mapping, report: Report): void {
  const tmpfs = itemsIn(keys, "tmpfs").flatMap((item) =>
    isText(item) ? [{ path: item.pieces.join("").replace(/:.*$/s, ""), at: item.at }] : [],
  );
  const volumes = itemsIn(keys, "volumes").flatMap((item) => {
    const target = item.kind === "mapping" ? valueOf(item, "target") : undefined;
    return target !== undefined && isText(target) ? [{ path: cleaned(target.pieces.join("")), at: item.at }] : [];
  });
  const taken = new Set<string>();
  for (const { path, at } of [...tmpfs, ...volumes]) {
    if (taken.has(path)) report(at, `something else is mounted at ${path}, too; remove one`);
    taken.add(path);
  }
}

const cleaned = (path: string): string => posix.normalize(path).replace(/(?<=.)\/$/, "");
