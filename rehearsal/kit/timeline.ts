/** The report of a journey: steps with their durations, and lines below each. */
export interface Timeline {
  /** Runs one step and reports how long it took, also when it fails. */
  step<T>(title: string, run: () => Promise<T>): Promise<T>;
  /** Writes one line below the present step. */
  readonly note: (line: string) => void;
  /** The steps that have ended, in order. */
  readonly steps: readonly TimelineStep[];
}

export interface TimelineStep {
  readonly title: string;
  readonly seconds: number;
  readonly failed: boolean;
}

/** A timeline that writes each line at once. */
export function timeline(write: (line: string) => void, now: () => number = () => performance.now()): Timeline {
  const steps: TimelineStep[] = [];
  const begin = now();
  const clock = () => `${((now() - begin) / 1000).toFixed(1).padStart(6)} s`;
  const finish = (title: string, since: number, failed: boolean) => {
    const seconds = (now() - since) / 1000;
    steps.push({ title, seconds, failed });
    write(`${clock()}  ${failed ? "✗" : "✓"} ${title} (${seconds.toFixed(1)} s)`);
  };
  return {
    steps,
    note: (line) => {
      write(`${clock()}      ${line}`);
    },
    step: async (title, run) => {
      write(`${clock()}  ▸ ${title}`);
      const since = now();
      try {
        const result = await run();
        finish(title, since, false);
        return result;
      } catch (error) {
        finish(title, since, true);
        throw error;
      }
    },
  };
}
