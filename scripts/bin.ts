#!/usr/bin/env node
// The command `compose-ecs-pipeline`. An older Node gets a clear message before it loads the rest, which it may not understand.
import "./require-node.cjs";

const [first, ...rest] = process.argv.slice(2);
if (first === "compose") {
  const { main } = await import("./compose/cli.ts");
  process.exitCode = main(rest);
} else {
  const { main } = await import("./cli.ts");
  process.exitCode = await main(process.argv.slice(2));
}
