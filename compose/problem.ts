/** A place in a file; lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a Compose file: what, then the remedy, parted by a semicolon. */
export interface Problem extends Position {
  readonly file: string;
  readonly message: string;
}

/** Takes note of a problem at a place of the file being read. */
export type Report = (at: Position, message: string) => void;

/** All that is wrong with one Compose file, a line `file:line:column: what; remedy` each. */
export class ComposeError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join("\n"));
    this.name = "ComposeError";
    this.problems = problems;
  }
}

/** What `work` returns, if it reports nothing; throws a ComposeError with everything it reports, in file order. */
export function collectProblems<T>(file: string, work: (report: Report) => T): T {
  const found = new Map<string, Problem>();
  const result = work(({ line, column }, message) => {
    // What an anchor holds is reported once, however many aliases repeat it.
    found.set(`${line}:${column}:${message}`, { file, line, column, message });
  });
  if (found.size > 0) {
    throw new ComposeError([...found.values()].toSorted((a, b) => a.line - b.line || a.column - b.column));
  }
  return result;
}
