import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Surroundings } from "../rehearsal/example/surroundings.ts";
import { runStack } from "../scripts/pulumi/stack.ts";
import { compared, median, type Say, timed } from "./print.ts";

/** Previews without a change, of this program and of a minimal one, in turn; prints the medians. */
export async function previewBench(on: Surroundings, say: Say): Promise<void> {
  const hello = join(on.directory, "hello-world");
  cpSync(join(import.meta.dirname, "hello-world"), hello, { recursive: true });
  symlinkSync(join(import.meta.dirname, "../node_modules"), join(hello, "node_modules"));
  const least = { stack: "staging", projectDirectory: hello, environment: on.variables };
  await runStack({ ...least, operation: "up" });
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < 5; pair += 1) {
    ours.push(await timed(() => on.run("preview")));
    theirs.push(await timed(() => runStack({ ...least, operation: "preview" })));
  }
  say(compared("no-change preview over hello-world", median(ours), median(theirs), 1.5));
}
