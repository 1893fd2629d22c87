/**
 * Waits for all reads, which have been started together, and returns their results. If some fail, it throws the error of
 * the first one in the list, so that the same mistake always gives the same message.
 */
export async function sideBySide<Reads extends readonly unknown[]>(
  ...reads: Reads
): Promise<{ -readonly [Index in keyof Reads]: Awaited<Reads[Index]> }> {
  const ended = await Promise.allSettled(reads);
  for (const one of ended) if (one.status === "rejected") throw one.reason;
  return await Promise.all(reads);
}
