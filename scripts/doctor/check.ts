import { problemOf } from "../kit/aws-problem.ts";

/** The result of a check: as it should be, not as it should be, or not known. */
export interface Check {
  readonly state: "ok" | "skipped" | "missing";
  /** `where: what`, and a remedy if something is missing, or the reason if the check was skipped. */
  readonly text: string;
}

/** The checks of one topic. */
export interface CheckGroup {
  readonly name: string;
  readonly checks: readonly Check[];
}

/** A check that found nothing wrong. */
export const ok = (text: string): Check => ({ state: "ok", text });

/** A check that could not be made, and why. */
export const skipped = (text: string): Check => ({ state: "skipped", text });

/** A check that found something wrong; the text says what to do. */
export const missing = (text: string): Check => ({ state: "missing", text });

/** Reads something and checks it; if it cannot be read, the result is one skipped check with the reason. */
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

/** The lines of a topic, as a branch of the printed tree. */
export const groupLines = ({ name, checks }: CheckGroup): readonly string[] => [
  `  ${name}`,
  ...checks.flatMap(checkLines),
];

/** The number of checks with each result, in words. */
export function sumLine(groups: readonly CheckGroup[]): string {
  const all = groups.flatMap(({ checks }) => checks);
  const states = ["ok", "skipped", "missing"] as const;
  return states.map((state) => `${all.filter((check) => check.state === state).length} ${state}`).join(", ");
}

/** A text of several lines, such as the problems of a Compose file, is indented as a whole. */
const checkLines = ({ state, text }: Check): readonly string[] =>
  text.split("\n").map((line, index) => `    ${(index === 0 ? state : "").padEnd(9)}${line}`);
