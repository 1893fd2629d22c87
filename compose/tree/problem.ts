/** A place in a file; lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a Compose file: what, then the remedy, parted by a semicolon. */
export interface Problem extends Position {
  readonly message: string;
}

/** Takes note of a problem at a place of a file being read. */
export type Report = (at: Position, message: string) => void;

/** All that is wrong with a Compose file and those it takes in, a line `file:line:column: what; remedy` each. */
export class ComposeError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join("\n"));
    this.name = "ComposeError";
    this.problems = problems;
  }
}

/** What `work` returns, if it reports nothing; throws a ComposeError with everything it reports, by file and place. */
export function collectProblems<T>(files: readonly string[], work: (report: Report) => T): T {
  const found = new Map<string, Problem>();
  const result = work(({ file, line, column }, message) => {
    // What an anchor holds is reported once, however many aliases repeat it.
    found.set(`${file}:${line}:${column}:${message}`, { file, line, column, message });
  });
  if (found.size === 0) return result;
  const rank = ({ file }: Problem): number => (files.includes(file) ? files.indexOf(file) : files.length);
  throw new ComposeError(
    [...found.values()].toSorted(
      (a, b) => rank(a) - rank(b) || compare(a.file, b.file) || a.line - b.line || a.column - b.column,
    ),
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
