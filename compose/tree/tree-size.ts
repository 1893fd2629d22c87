import type { Value } from "./tree.ts";

/** The maximum number of values in a file, with aliases expanded; no real file has so many. */
const most = 100_000;

/** The error that a file has too many values once its aliases are expanded. */
export class TooLarge extends Error {
  constructor() {
    super(`it has more than ${most} values when its aliases are expanded; remove aliases that hold aliases`);
    this.name = "TooLarge";
  }
}

/** Counts the entries that merge keys copy; throws a TooLarge if they are too many. */
export function counter(): (added: number) => void {
  let count = 0;
  return (added) => {
    count += added;
    if (count > most) throw new TooLarge();
  };
}

/** The value; throws a TooLarge if it has too many values once its aliases are expanded. */
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
