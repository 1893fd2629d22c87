import type { DeclaredParameter } from "../../scripts/for-rehearsal.ts";

/** Values of the rehearsal's own parameters by variable, and the variables without one. */
export interface OwnValues {
  readonly secrets: Readonly<Record<string, string>>;
  readonly missing: readonly string[];
}

/**
 * The value of each parameter that a person would set. All of them become secrets of the stack: `up` creates the
 * parameters and `destroy` deletes them.
 */
export function ownValues(
  declared: Readonly<Record<string, Pick<DeclaredParameter, "from">>>,
  given: Readonly<Record<string, string>>,
): OwnValues {
  const wanted = Object.entries(declared).flatMap(([variable, { from }]) =>
    from === "store" || from === "settings" ? [] : [variable],
  );
  return {
    secrets: Object.fromEntries(
      wanted.flatMap((variable) => (given[variable] === undefined ? [] : [[variable, given[variable]]])),
    ),
    missing: wanted.filter((variable) => given[variable] === undefined),
  };
}

/** Why a rehearsal cannot begin without values; undefined if all are there. */
export function missingProblem({ missing }: Pick<OwnValues, "missing">): string | undefined {
  if (missing.length === 0) return undefined;
  return `no value for ${missing.join(", ")}; write a line NAME=value for each into a file, and give it with --env-file FILE. The rehearsal reads no parameter and no database of a real environment`;
}
