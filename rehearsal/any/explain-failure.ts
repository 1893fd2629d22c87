import type { Place } from "../kit/place.ts";

/** Prints what a person needs who looks into a failed step: the end of the builds' logs, and of what the containers wrote. */
export async function explainFailure(place: Place, say: (line: string) => void): Promise<void> {
  print("the builds' logs end with", await place.buildTail(25), say);
  const { code, lines } = await place.commandLine(["logs", "--since", "10m"]);
  if (code === 0) print("what the containers wrote ends with", lines.slice(-25), say);
}

function print(title: string, lines: readonly string[], say: (line: string) => void): void {
  if (lines.length === 0) return;
  say(`\n${title}`);
  for (const line of lines) say(`  ${line}`);
}
