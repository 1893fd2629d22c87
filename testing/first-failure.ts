/**
 * Does something; rejects with its error or else with the first error that no one has awaited meanwhile, such as that
 * of an `apply`. Such an error ends a real run of a program, too.
 */
export async function firstFailureOf<Result>(action: () => Promise<Result>): Promise<Result> {
  const listeners = process.listeners("unhandledRejection");
  const failures: unknown[] = [];
  const note = (reason: unknown) => failures.push(reason);
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", note);
  try {
    const result = await action();
    // Node reports such an error once everything that waits has run.
    await new Promise((resolve) => setImmediate(resolve));
    if (failures.length > 0) throw failures[0];
    return result;
  } finally {
    process.off("unhandledRejection", note);
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
}
