/** The lines that the program logs through Pulumi during a call. */
export async function loggedBy(call: () => Promise<unknown>): Promise<readonly string[]> {
  const lines: string[] = [];
  const { log, warn } = console;
  console.log = console.warn = (line: unknown) => lines.push(String(line));
  try {
    await call();
  } finally {
    Object.assign(console, { log, warn });
  }
  return lines;
}
