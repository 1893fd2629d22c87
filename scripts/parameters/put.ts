import { envFileValues } from "../../compose/index.ts";
import type { DeclaredParameters } from "../pulumi/declared-parameters.ts";
import { checkType, checkValue, targetOf, type Target } from "./decision.ts";
import { putValue, readParametersBelow, readValues, type ParameterView } from "./view.ts";
import { Refusal } from "../kit/refusal.ts";
import type { Clients } from "../verb/surroundings.ts";

/** A parameter to write, and the one that exists now. */
export interface PreparedPut {
  readonly target: Target;
  readonly there: ParameterView | undefined;
}

/** Checks a parameter before its value is requested; refuses one that may not be written, or not with this type. */
export async function prepareSet(
  declared: DeclaredParameters,
  { ssm }: Pick<Clients, "ssm">,
  { given, plain }: { readonly given: string; readonly plain: boolean },
): Promise<PreparedPut> {
  const target = targetOf(declared, given, plain ? "String" : "SecureString");
  const there = (await readParametersBelow(ssm, declared.path)).find(({ name }) => name === target.name);
  checkType(target, there);
  return { target, there };
}

/** Writes the value; returns the new version. */
export async function setParameter(
  { ssm }: Pick<Clients, "ssm">,
  { target, there }: PreparedPut,
  value: string,
): Promise<number> {
  checkValue(target, value);
  return await putValue(ssm, { ...target, value, there });
}

/** What an import of an env file would change: names only, never values. */
export interface PreparedImport {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly same: readonly string[];
  /** Writes what is new or changed, in the file's order, and yields each variable once it is written. */
  readonly put: () => AsyncGenerator<string>;
}

/**
 * Reads an env file and compares it with the existing parameters; one refusal lists everything that is wrong with the
 * file.
 */
export async function prepareImport(
  declared: DeclaredParameters,
  { ssm }: Pick<Clients, "ssm">,
  { file, text, plain }: { readonly file: string; readonly text: string; readonly plain: boolean },
): Promise<PreparedImport> {
  const values = Object.entries(envFileValues(file, text));
  if (values.length === 0) throw new Refusal(`${file}: it has no line NAME=value; nothing was done`);
  const all = await readParametersBelow(ssm, declared.path);
  const puts = allOrNothing(values, ([variable, value]) => {
    const target = targetOf(declared, variable, plain ? "String" : "SecureString");
    const there = all.find(({ name }) => name === target.name);
    checkType(target, there);
    checkValue(target, value);
    return { target, there, value };
  });
  const known = await readValues(
    ssm,
    puts.flatMap(({ target, there }) => (there === undefined ? [] : [target.name])),
  );
  const isSame = ({ target, value }: (typeof puts)[number]) => known[target.name] === value;
  const named = (some: typeof puts) => some.map(({ target }) => target.variable);
  const different = puts.filter((one) => !isSame(one));
  return {
    added: named(different.filter(({ there }) => there === undefined)),
    changed: named(different.filter(({ there }) => there !== undefined)),
    same: named(puts.filter(isSame)),
    put: () => putAll(ssm, different),
  };
}

async function* putAll(
  ssm: Clients["ssm"],
  puts: readonly (PreparedPut & { readonly value: string })[],
): AsyncGenerator<string> {
  for (const { target, there, value } of puts) {
    await putValue(ssm, { ...target, value, there });
    yield target.variable;
  }
}

/** Acts on each item, also after a refusal; at the end refuses with all messages together. */
function allOrNothing<Item, Result>(items: readonly Item[], act: (item: Item) => Result): readonly Result[] {
  const refusals: string[] = [];
  const results = items.flatMap((item) => {
    try {
      return [act(item)];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusals.push(error.message);
      return [];
    }
  });
  if (refusals.length > 0) throw new Refusal(refusals.join("\n"));
  return results;
}
