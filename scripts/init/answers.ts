import { nameLimits, nameProblem } from "../../settings/name-limits.ts";
import { Refusal, UsageError } from "../kit/refusal.ts";

/** Asks a person, or takes the proposals. */
export interface Asker {
  /** Undefined if proposals are taken. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly say: (line: string) => void;
}

/** Something that `init` has to know. */
export interface Question {
  /** The option that answers it. */
  readonly option: string;
  /** What was given with the option. */
  readonly given: string | undefined;
  /** What was found. */
  readonly found: string | undefined;
  /** Whether a person is asked even if something was found. @default - only if nothing was found */
  readonly always?: boolean;
  readonly question: string;
  /** What is wrong with an answer; undefined if nothing is. */
  readonly wrong?: (answer: string) => string | undefined;
}

/** The answer to a question; refuses a wrong one, and names the option if no one is asked and nothing was found. */
export async function answer(
  { option, given, found, question, ...how }: Question,
  { ask, say }: Asker,
): Promise<string> {
  const wrong = (value: string) => how.wrong?.(value);
  if (given !== undefined) {
    const problem = wrong(given);
    if (problem !== undefined) throw new UsageError(`init: --${option} ${given}: ${problem}`);
    return given;
  }
  const proposal = found !== undefined && wrong(found) === undefined ? found : undefined;
  if (proposal !== undefined && (ask === undefined || how.always !== true)) return proposal;
  if (ask === undefined) {
    const reason = found === undefined ? "it was not found" : `"${found}" was found: ${wrong(found) ?? ""}`;
    throw new Refusal(`init: ${question}: ${reason}; give --${option}`);
  }
  for (;;) {
    const reply = (await ask(`${question}${proposal === undefined ? "" : ` [${proposal}]`}: `)).trim() || proposal;
    if (reply === undefined) throw new Refusal(`init: nothing was written; give --${option}`);
    const problem = wrong(reply);
    if (problem === undefined) return reply;
    say(`${reply}: ${problem}`);
  }
}

/** The environments on the command line; each option may have several, separated by commas. */
export function environmentsOf(given: readonly string[]): readonly string[] {
  const found = given.flatMap((one) => one.split(",")).map((one) => one.trim());
  return found.length === 0 ? ["staging"] : [...new Set(found)];
}

/** What is wrong with an application's name for some of the environments. */
export function wrongName(environments: readonly string[]): (name: string) => string | undefined {
  return (name) => {
    const problem = environments.map((environment) => nameProblem(name, environment)).find((one) => one !== undefined);
    if (problem === undefined) return undefined;
    return `${problem.of === "app" ? "" : `the environment "${problem.value}": `}write ${problem.allowed}`;
  };
}

/** The question for the application's name, with its limits. */
export const nameQuestion = `name of the application (${nameLimits})`;

/** A name that AWS accepts, made from that of a folder or repository. */
export const nameFrom = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
