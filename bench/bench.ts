import { startSurroundings } from "../rehearsal/example/surroundings.ts";
import { cacheBench } from "./cache-bench.ts";
import { previewBench } from "./preview-bench.ts";
import { releaseBench } from "./release-bench.ts";
import { stackBench } from "./stack-bench.ts";
import { verbBench } from "./verb-bench.ts";

const say = (line: string) => {
  process.stdout.write(`${line}\n`);
};

/** The benches by name; without an argument, all run. */
const benches: Readonly<Record<string, () => Promise<void>>> = {
  stack: () => stackBench(say),
  release: onRelease,
  cache: () => cacheBench(say),
};

/** What is measured on an environment that has had its first release. */
async function onRelease(): Promise<void> {
  const around = await startSurroundings({ environment: "staging", log: say });
  try {
    await around.up();
    await around.finishHandshake();
    await around.runOf((await around.push()).executionId);
    await around.up();
    await releaseBench(around, say);
    await previewBench(around, say);
    await verbBench(around, say);
  } finally {
    await around.close();
  }
}

for (const [name, bench] of Object.entries(benches)) {
  if (process.argv.length === 2 || process.argv.includes(name)) await bench();
}
