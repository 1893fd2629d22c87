/** The reasons why a step of a run ends, one line `where: what; remedy` each. */
export class StepError extends Error {
  constructor(lines: readonly string[]) {
    super(lines.join("\n"));
    this.name = "StepError";
  }
}

/** What an error says, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
