import { problemOf } from "../kit/aws-problem.ts";

/** How one thing stands: as it should, not as it should, or nobody can say. */
export interface Check {
  readonly state: "ok" | "skipped" | "missing";
  /** `where: what`; where it is missing, what to do about it, and where it is skipped, why. */
  readonly text: string;
}

/** The checks of one topic. */
export interface CheckGroup {
  readonly name: string;
  readonly checks: readonly Check[];
}

/** Something is as it should be. */
export const ok = (text: string): Check => ({ state: "ok", text });

/** It could not be looked at, for this reason. */
export const skipped = (text: string): Check => ({ state: "skipped", text });

/** Something is not as it should be; the text says what to do. */
export const missing = (text: string): Check => ({ state: "missing", text });

/** Judges what is read; where it cannot be read, nothing is judged, and the reason is told. */
export async function judged<Found>(
  where: string,
  read: () => Promise<Found>,
  judge: (found: Found) => readonly Check[],
): Promise<readonly Check[]> {
  let found: Found;
  try {
    found = await read();
  } catch (error) {
    return [skipped(`${where}: ${problemOf(error)}`)];
  }
  return judge(found);
}

/** A topic as a branch of the tree for people. */
export const groupLines = ({ name, checks }: CheckGroup): readonly string[] => [
  `  ${name}`,
  ...checks.flatMap(checkLines),
];

/** How many checks ended in which way. */
export function sumLine(groups: readonly CheckGroup[]): string {
  const all = groups.flatMap(({ checks }) => checks);
  const states = ["ok", "skipped", "missing"] as const;
  return states.map((state) => `${all.filter((check) => check.state === state).length} ${state}`).join(", ");
}

/** A text of several lines, such as the problems of a Compose file, stays in its column. */
const checkLines = ({ state, text }: Check): readonly string[] =>
  text.split("\n").map((line, index) => `    ${(index === 0 ? state : "").padEnd(9)}${line}`);
