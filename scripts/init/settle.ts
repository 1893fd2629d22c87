import type { Context, Draft } from "./draft.ts";
import { judge, type Judgement } from "./judge.ts";
import { noted, remedied } from "./remedies.ts";
import { stackVariables, type StackVariables } from "./stack-variables.ts";

/** An adapted Compose file, what its stack has to set, and what `compose check` says about it. */
export interface Settled {
  readonly draft: Draft;
  readonly stack: StackVariables;
  readonly judgement: Judgement;
}

/** More changes than any file needs; a rule that undoes another one ends here. */
const mostRounds = 200;

/** Applies remedies until the reader accepts the file or no rule knows one; writes what is left as comments. */
export function settled(
  start: Draft,
  context: Context,
  file: string,
  known: Readonly<Record<string, string>>,
): Settled {
  const look = (draft: Draft): Settled => {
    const stack = stackVariables(draft, context, known);
    const judgement = judge({ ...context, file, text: draft.text, settings: draft.settings, stack });
    return { draft, stack, judgement };
  };
  let current = look(start);
  for (let round = 0; round < mostRounds; round += 1) {
    const next = changed(current, file);
    if (next === undefined) break;
    current = look(next);
  }
  const left = placed(current.judgement, file).toSorted((a, b) => b.line - a.line || b.column - a.column);
  const text = left.reduce(noted, current.draft.text);
  return text === current.draft.text ? current : look({ ...current.draft, text });
}

/** The draft after the first remedy that changes something. */
function changed({ draft, judgement }: Settled, file: string): Draft | undefined {
  const processors =
    "problems" in judgement && judgement.problems.some(({ message }) => message.includes("is for arm64, but"));
  if (processors && draft.settings.architecture === undefined)
    return { ...draft, settings: { ...draft.settings, architecture: "arm64" } };
  for (const problem of placed(judgement, file)) {
    const next = remedied(draft, problem);
    if (next.text !== draft.text || next.settings.parameters.length !== draft.settings.parameters.length) return next;
  }
  return undefined;
}

const placed = (judgement: Judgement, file: string) =>
  "problems" in judgement ? judgement.problems.flatMap((one) => ("line" in one && one.file === file ? [one] : [])) : [];
