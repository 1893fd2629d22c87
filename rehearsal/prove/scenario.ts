/** A piece of the journey that is run again and again, each time without one permission of a role. */
export interface Scenario {
  /** What is done, as docs/permissions.md names it. */
  readonly title: string;
  /** Runs it once. */
  readonly run: () => Promise<Outcome>;
  /** Its outcome when no permission is missing. */
  readonly expected: string;
  /** Prepares each run. @default - nothing is needed */
  readonly ready?: () => Promise<void>;
  /** Restores the environment after the last run. @default - nothing is left */
  readonly finish?: () => Promise<void>;
}

/** The outcome of a run of a scenario. */
export interface Outcome {
  /** In words that are the same for each run. */
  readonly outcome: string;
  /** Further messages, besides the logs. @default - none */
  readonly said?: string;
}
