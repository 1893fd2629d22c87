/** The value, or an error that names what AWS's answer left out. */
export function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what}: missing in AWS's answer`);
  return value;
}

/** Whether an error is one of AWS's with one of these codes. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes(error.name);
}

/** Runs a call and forgives errors of these codes: what is to be removed is gone already. */
export async function unless(codes: readonly string[], call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isCode(error, ...codes)) throw error;
  }
}
