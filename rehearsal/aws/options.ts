import type { Copy } from "../any/copy.ts";
import type { ClientSettings } from "../kit/command-line.ts";
import type { AccountPlace } from "./place.ts";

/** What differs on the local cloud, on which the tests run this. */
export interface Elsewhere {
  /** Region, endpoint and credentials of the clients. */
  readonly client: ClientSettings;
  /** What the engine gets in addition, such as a provider that is attached. */
  readonly variables: NodeJS.ProcessEnv;
  /** Where the application answers. */
  readonly address: () => string | undefined;
  /** Milliseconds between two looks at AWS. */
  readonly everyMs: number;
  /** Called with the place before the first step. */
  readonly onPlace?: (place: AccountPlace) => void;
}

/** A rehearsal on an account that a person has asked for. */
export interface OnAwsOptions {
  /** The real environment. */
  readonly stack: string;
  /** Copies the application's commit and its program into a folder. */
  readonly copy: (directory: string) => Promise<Copy>;
  /** Lines about what is rehearsed, which are printed before the price. */
  readonly about: readonly string[];
  /** Values of parameters, by variable. */
  readonly given: Readonly<Record<string, string>>;
  /** The account's id, as `--account` gives it. */
  readonly account?: string | undefined;
  /** Whether it ends after the first release. */
  readonly quick: boolean;
  /** Whether the environment goes on after the last step, until Ctrl-C. */
  readonly keep: boolean;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
  /** Asks at the terminal; undefined if there is none. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Folder of all rehearsals on AWS. @default - in the user's state folder */
  readonly root?: string;
  /** Calls a listener at each signal to end. @default - those of this process */
  readonly onSignal?: (listener: () => void) => () => void;
  /** @default - AWS itself, with the user's credentials */
  readonly elsewhere?: Elsewhere;
}
