import type { Clients } from "./clients.ts";
import type { Environment } from "./environment.ts";

/** What a step works with; tests give their own. */
export interface Surroundings {
  readonly environment: Environment;
  readonly clients: Clients;
  /** The folder of its files. */
  readonly folder: string;
  /** Writes a line to the build's log. */
  readonly say: (line: string) => void;
  /** Waits so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Milliseconds since a fixed moment. */
  readonly now: () => number;
}
