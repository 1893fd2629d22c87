import { StepError } from "./step-error.ts";

/**
 * Waits for all of them. If some fail, throws one StepError with the lines of all of them; an error that is not a
 * StepError is thrown as it is.
 */
export async function together<Value>(promises: readonly Promise<Value>[]): Promise<readonly Value[]> {
  const settled = await Promise.allSettled(promises);
  const reasons = settled.flatMap((one): readonly unknown[] => (one.status === "rejected" ? [one.reason] : []));
  const lines = reasons.map((reason) => {
    if (reason instanceof StepError) return reason.message;
    throw reason;
  });
  if (lines.length > 0) throw new StepError(lines);
  return settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}
