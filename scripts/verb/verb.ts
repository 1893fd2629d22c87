import { resolve } from "node:path";
import { Refusal, UsageError } from "../kit/refusal.ts";
import type { Surroundings } from "./surroundings.ts";

/** Exit codes of the process; docs/verbs.md explains them. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 130;

export interface Option {
  readonly type: "string" | "boolean";
  /** The name of the value in the help. @default - the option takes no value */
  readonly value?: string;
  readonly help: string;
  /** Whether it may be given more than once. @default - the last one counts */
  readonly multiple?: true;
}

type OptionTable = Readonly<Record<string, Option>>;

/** The values of a verb's options, by name. */
export type Values<Table extends OptionTable> = {
  readonly [Name in keyof Table]?:
    | (Table[Name] extends { readonly multiple: true }
        ? readonly string[]
        : Table[Name]["type"] extends "string"
          ? string
          : boolean)
    | undefined;
};

/** Arguments that a verb takes besides its options. */
export interface Positionals {
  /** Their form in the usage, for example `[CONTAINER]`. */
  readonly usage: string;
  /** Their maximum number before `--`. */
  readonly most: number;
  /** Whether a command may follow after `--`. @default - it may not */
  readonly command?: boolean;
}

/** What a command line has besides options. */
export interface Words {
  readonly words: readonly string[];
  /** What follows after `--`, unchanged; undefined if there is no `--`. */
  readonly command: readonly string[] | undefined;
}

/** A verb of the command line. */
export interface Verb {
  /** What it does, in a few words. */
  readonly help: string;
  readonly options: OptionTable;
  /** @default - it takes no arguments */
  readonly positionals?: Positionals;
  /** Returns the exit code: an ExitCode, or the exit code of another program that the verb runs. */
  readonly run: (
    values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>,
    around: Surroundings,
    given: Words,
  ) => Promise<number>;
}

/** Defines a verb, so that the compiler knows its options; the command line passes no others. */
export function verb<const Table extends OptionTable>(definition: {
  readonly help: string;
  readonly options: Table;
  readonly positionals?: Positionals;
  readonly run: (values: Values<Table>, around: Surroundings, given: Words) => Promise<number>;
}): Verb {
  return definition as Verb;
}

/** Options that several verbs have. */
export const common = {
  stack: { type: "string", value: "NAME", help: "the environment, as in Pulumi.NAME.yaml" },
  json: { type: "boolean", help: "print JSON" },
  "dry-run": { type: "boolean", help: "print what would be done, and do nothing" },
  yes: { type: "boolean", help: "do not ask" },
  "policy-pack": { type: "string", value: "FOLDER", help: "refuse what breaks a rule of this policy pack" },
  "break-lock": { type: "boolean", help: "take the lock from a verb that no longer runs" },
} as const;

/**
 * A folder from the command line, relative to the user's current folder: npm and Pulumi run in the project's folder.
 */
export const folderOf = (given: string | undefined): string | undefined =>
  given === undefined ? undefined : resolve(process.env["INIT_CWD"] ?? "", given);

/** The seconds of an option's duration, such as 30s, 10m, 2h or 7d; refuses any other text, and 0. */
export function durationOf(option: string, given: string): number {
  const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(given) ?? [];
  const seconds = Number(count) * (secondsPer[unit] ?? NaN);
  if (seconds > 0) return seconds;
  throw new UsageError(
    `--${option} ${given}: this is not a duration; write a number and a unit, as in 30s, 10m, 2h or 7d`,
  );
}

const secondsPer: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Asks whether to continue; refuses if the answer is no, or if there is no terminal to ask on. */
export async function confirm(
  name: string,
  { yes }: { readonly yes?: boolean | undefined },
  around: Surroundings,
): Promise<void> {
  if (yes === true) return;
  if (around.ask === undefined) throw new Refusal(`${name}: there is no one to ask; give --yes`);
  const reply = await around.ask(`${name} it? [y/N] `);
  if (!/^y(es)?$/i.test(reply.trim())) throw new Refusal(`${name}: nothing was done`);
}
