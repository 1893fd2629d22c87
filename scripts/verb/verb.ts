import { resolve } from "node:path";
import { Refusal, UsageError } from "../kit/refusal.ts";
import type { Surroundings } from "./surroundings.ts";

/** How a command line ended, as its process's exit code; docs/verbs.md tells them. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

export interface Option {
  readonly type: "string" | "boolean";
  /** What stands for the value in the help. @default - the option takes none */
  readonly value?: string;
  readonly help: string;
}

type OptionTable = Readonly<Record<string, Option>>;

/** The values of a verb's options, by name. */
export type Values<Table extends OptionTable> = {
  readonly [Name in keyof Table]?: (Table[Name]["type"] extends "string" ? string : boolean) | undefined;
};

/** Words that a verb takes beside its options. */
export interface Positionals {
  /** How the usage shows them, as in `[CONTAINER]`. */
  readonly usage: string;
  /** The most of them that it takes before `--`. */
  readonly most: number;
  /** Whether a command may stand behind `--`. @default - none may */
  readonly command?: boolean;
}

/** What a command line has beside its options. */
export interface Words {
  readonly words: readonly string[];
  /** What stands behind `--`, untouched; undefined where there is no `--`. */
  readonly command: readonly string[] | undefined;
}

/** One verb of the command line. */
export interface Verb {
  /** What it does, in a few words. */
  readonly help: string;
  readonly options: OptionTable;
  /** @default - it takes no words */
  readonly positionals?: Positionals;
  /** Returns the exit code: an ExitCode, but where a verb passes on that of another program. */
  readonly run: (
    values: Readonly<Record<string, string | boolean | undefined>>,
    around: Surroundings,
    given: Words,
  ) => Promise<number>;
}

/** A verb whose options the compiler knows; the command line hands it no others. */
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
  json: { type: "boolean", help: "say it as JSON" },
  "dry-run": { type: "boolean", help: "say what would be done, and do nothing" },
  yes: { type: "boolean", help: "do not ask" },
  "policy-pack": { type: "string", value: "FOLDER", help: "refuse what breaks a rule of this policy pack" },
  "break-lock": { type: "boolean", help: "take the lock from a verb that runs no more" },
} as const;

/** A folder that a person has named, from where they are: npm and Pulumi are run in the project's. */
export const folderOf = (given: string | undefined): string | undefined =>
  given === undefined ? undefined : resolve(process.env["INIT_CWD"] ?? "", given);

/** Seconds of a duration that an option was given, as 30s, 10m, 2h or 7d; refuses another text, and nothing at all. */
export function durationOf(option: string, given: string): number {
  const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(given) ?? [];
  const seconds = Number(count) * (secondsPer[unit] ?? NaN);
  if (seconds > 0) return seconds;
  throw new UsageError(
    `--${option} ${given}: this is no duration; write a number and a unit, as in 30s, 10m, 2h or 7d`,
  );
}

const secondsPer: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Asks whether to go on; refuses where the answer is no, or where nobody is there to answer. */
export async function confirm(
  name: string,
  { yes }: { readonly yes?: boolean | undefined },
  around: Surroundings,
): Promise<void> {
  if (yes === true) return;
  if (around.ask === undefined) throw new Refusal(`${name}: nobody is there to ask; give --yes`);
  const reply = await around.ask(`${name} it? [y/N] `);
  if (!/^y(es)?$/i.test(reply.trim())) throw new Refusal(`${name}: nothing was done`);
}
