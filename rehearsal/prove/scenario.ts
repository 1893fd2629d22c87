/** A piece of the journey that is run again and again, each time without one permission of a role. */
export interface Scenario {
  /** What is done, as docs/permissions.md names it. */
  readonly title: string;
  /** Runs it once. */
  readonly run: () => Promise<Outcome>;
  /** What it comes to when no permission is missing. */
  readonly expected: string;
  /** Brings about, before each run, what it starts from. @default - nothing is needed */
  readonly ready?: () => Promise<void>;
  /** Puts the environment back after the last run. @default - nothing is left */
  readonly finish?: () => Promise<void>;
}

/** What a run of a scenario came to. */
export interface Outcome {
  /** In words that are the same each time. */
  readonly outcome: string;
  /** What was said beside the logs. @default - nothing */
  readonly said?: string;
}
