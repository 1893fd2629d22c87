import type { Value } from "./tree.ts";

/** More values than any file that is meant to be read has, aliases counted as what they stand for. */
const most = 100_000;

/** That a file unfolds to more values than can be read. */
export class TooLarge extends Error {
  constructor() {
    super(`it has more than ${most} values when its aliases are expanded; remove aliases that hold aliases`);
    this.name = "TooLarge";
  }
}

/** Counts what merge keys copy; throws a TooLarge when it is too much. */
export function counter(): (added: number) => void {
  let count = 0;
  return (added) => {
    count += added;
    if (count > most) throw new TooLarge();
  };
}

/** The value; throws a TooLarge when its aliases unfold to more values than can be read in time. */
export function checked(root: Value): Value {
  if (sizeOf(root, new Map()) > most) throw new TooLarge();
  return root;
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
