/** Prints one line. */
export type Say = (line: string) => void;

/** Two times in seconds and their ratio, in one line: what is measured, and the floor that it is compared with. */
export function compared(what: string, ours: number, floor: number, goal?: number): string {
  const ratio = `${shown(ours)} / ${shown(floor)} = ${(ours / floor).toFixed(2)}`;
  return `${what}: ${ratio}${goal === undefined ? "" : ` (goal ${goal})`}`;
}

const shown = (seconds: number): string => `${seconds.toFixed(seconds < 1 ? 3 : seconds < 10 ? 2 : 1)} s`;

/** The seconds that something takes. */
export async function timed(run: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await run();
  return (performance.now() - begin) / 1000;
}

/** The value in the middle; of an even number, the higher one of the two. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** The sum of named seconds. */
export const total = (seconds: Readonly<Record<string, number>>): number =>
  Object.values(seconds).reduce((sum, one) => sum + one, 0);
