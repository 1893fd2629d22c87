/** The lines that builds have printed, in their order. */
export interface BuildLines {
  readonly add: (line: string) => void;
  /** Output of the newest command that failed, in one line; empty when none has. */
  readonly failed: () => string;
  /** The last lines, so many at most. */
  readonly tail: (count: number) => readonly string[];
  /** The newest line that matches; empty when there is none. */
  readonly newest: (pattern: RegExp) => string;
}

/** No line yet. */
export function buildLines(): BuildLines {
  const lines: string[] = [];
  return {
    add: (line) => void lines.push(line),
    failed: () => failedOutput(lines),
    tail: (count) => lines.slice(-count),
    newest: (pattern) => lines.findLast((line) => pattern.test(line)) ?? "",
  };
}

/** Output of the newest command that failed: the lines between its start and CodeBuild's message about it. */
function failedOutput(lines: readonly string[]): string {
  const end = lines.findLastIndex((line) => line.includes("Command did not exit successfully"));
  const start = lines.slice(0, end).findLastIndex((line) => line.includes("Running command"));
  const output = lines.slice(start + 1, end).filter((line) => line.trim() !== "");
  return output.slice(-5).join(" · ");
}
