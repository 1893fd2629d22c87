import type { Surroundings } from "../verb/surroundings.ts";

/** How long a verb waits for what is in progress. */
export interface TimeLimit {
  /** Whether the time is over. */
  readonly isOver: () => boolean;
}

/** A limit that begins now; without a number of seconds it never ends. */
export function timeLimit(seconds: number | undefined, { now }: Pick<Surroundings, "now">): TimeLimit {
  const end = seconds === undefined ? Infinity : now().getTime() + seconds * 1000;
  return { isOver: () => now().getTime() >= end };
}
