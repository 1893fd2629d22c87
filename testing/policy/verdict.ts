/** Whether something holds or, if that cannot be known, the reasons. */
export type Verdict = boolean | readonly string[];

/** Whether all hold. One that does not is enough for a no, whatever is unknown of the others. */
export function all(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes(false) ? false : orUnknown(verdicts, true);
}

/** Whether at least one holds. */
export function some(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes(true) ? true : orUnknown(verdicts, false);
}

/** The opposite; what is unknown stays unknown. */
export const not = (verdict: Verdict): Verdict => (typeof verdict === "boolean" ? !verdict : verdict);

function orUnknown(verdicts: readonly Verdict[], otherwise: boolean): Verdict {
  const reasons = verdicts.flatMap((verdict) => (typeof verdict === "boolean" ? [] : verdict));
  return reasons.length > 0 ? [...new Set(reasons)] : otherwise;
}
