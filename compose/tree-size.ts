import type { Report } from "./problem.ts";
import type { Value } from "./tree.ts";

/** More values than any file that is meant to be read has, aliases counted as what they stand for. */
const most = 100_000;

/** The value, unless its aliases unfold to more values than can be read in time. */
export function checkSize(root: Value, report: Report): Value | undefined {
  if (sizeOf(root, new Map()) <= most) return root;
  report(root.at, `it has more than ${most} values, its aliases unfolded; remove aliases that hold aliases`);
  return undefined;
}

function sizeOf(value: Value, known: Map<Value, number>): number {
  const done = known.get(value);
  if (done !== undefined) return done;
  const size = 1 + inner(value).reduce((sum, part) => sum + sizeOf(part, known), 0);
  known.set(value, size);
  return size;
}

function inner(value: Value): readonly Value[] {
  if (value.kind === "sequence") return value.items;
  return value.kind === "mapping" ? value.entries.map((entry) => entry.value) : [];
}
