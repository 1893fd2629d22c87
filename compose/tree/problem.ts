/** A place in a file; lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A problem with a Compose file; the message says what is wrong and then the remedy, separated by a semicolon. */
export interface Problem extends Position {
  readonly message: string;
}

/** Reports a problem at a place in a file. */
export type Report = (at: Position, message: string) => void;

/** All problems of a Compose file and the files that it includes, one `file:line:column: what; remedy` a line. */
export class ComposeError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join("\n"));
    this.name = "ComposeError";
    this.problems = problems;
  }
}

/**
 * Returns what `work` returns, if it reports nothing; else throws a ComposeError with all reported problems, by file
 * and place.
 */
export function collectProblems<T>(files: readonly string[], work: (report: Report) => T): T {
  const found = new Map<string, Problem>();
  const result = work(({ file, line, column }, message) => {
    // A problem inside an anchor is reported once, even if many aliases repeat it.
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
