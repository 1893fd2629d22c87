import { randomBytes } from "node:crypto";
import type { DeclaredParameter } from "../../scripts/for-rehearsal.ts";

/** What a stack needs before its first `up`, and where each value comes from. */
export interface Values {
  /** Values of parameters, by the parameter's name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Values of `secrets:`, by variable. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The parameter that gets the URL of a PostgreSQL of the rehearsal; undefined if the stack needs none. */
  readonly database: string | undefined;
  /** The variables without a value. */
  readonly missing: readonly string[];
  /** One line for each value that no one has given. */
  readonly notes: readonly string[];
}

/** What is declared, and what the person has given. */
export interface ValuesArgs {
  /** By variable, as the stack declares them. */
  readonly declared: Readonly<Record<string, DeclaredParameter>>;
  /** The variable of the database's URL. */
  readonly databaseVariable: string;
  /** Values by variable. */
  readonly given: Readonly<Record<string, string>>;
  /** The variables that get a random value. */
  readonly madeUp: readonly string[];
}

/** Decides where the value of each declared parameter comes from; nothing is made up without a request. */
export function valuesOf({ declared, databaseVariable, given, madeUp }: ValuesArgs): Values {
  const [parameters, secrets, missing, notes] = [
    {} as Record<string, string>,
    {} as Record<string, string>,
    [] as string[],
    [] as string[],
  ];
  let database: string | undefined;
  for (const [variable, { name, from }] of Object.entries(declared)) {
    if (from === "store" || from === "settings") continue;
    const value = given[variable] ?? (madeUp.includes(variable) ? randomBytes(32).toString("hex") : undefined);
    if (value === undefined && variable === databaseVariable && from !== "secrets") {
      database = name;
      notes.push(`${variable}: the URL of a PostgreSQL that is started for the rehearsal`);
    } else if (value === undefined) missing.push(variable);
    else {
      if (given[variable] === undefined) notes.push(`${variable}: a random value`);
      if (from === "secrets") secrets[variable] = value;
      else parameters[name] = value;
    }
  }
  return { parameters, secrets, database, missing, notes };
}

/** What to say about the variables without a value; empty if there are none. */
export function missingValueLines(missing: readonly string[], file: string | undefined): readonly string[] {
  if (missing.length === 0) return [];
  const [first = ""] = missing;
  const where = file === undefined ? "a file, and give it with --env-file FILE" : file;
  return [
    `no value: ${missing.join(", ")}; write a line NAME=value for each into ${where}`,
    `  where any value will do, --made-up ${first} gives it a random one`,
  ];
}
