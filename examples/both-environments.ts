import { existsSync, realpathSync } from "node:fs";
import * as scripts from "../scripts/index.ts";

// Brings both environments up and takes a commit through them: `node examples/both-environments.ts COMMIT`. Production
// has `promoteFrom: staging`, so that it releases the very images that staging has verified; a person approves them.

/** Brings staging and production up, releases a commit on staging and, once it is verified there, on production. */
export async function bothEnvironments(
  commit: string,
  { up, environment, release }: Pick<typeof scripts, "up" | "environment" | "release"> = scripts,
  say: (line: string) => void = console.log,
): Promise<void> {
  for (const stack of ["staging", "production"]) {
    // `yes`, because production would ask a person to type its name.
    for await (const event of up(stack, { wait: true, yes: true })) {
      if (event.kind === "changed") say(`${stack}: ${event.change.what} ${event.change.type} ${event.change.name}`);
      if (event.kind === "remark") say(`${stack}: ${event.line}`);
    }
  }
  for (const stack of ["staging", "production"]) {
    const { executionId, events } = await release(await environment(stack), { commit });
    say(`${stack}: run ${executionId} releases ${commit}`);
    for await (const event of events) {
      if (event.kind === "approval") say(`${stack}: run ${executionId} waits for approval`);
      if (event.kind === "ended" && event.run.status !== "Succeeded") {
        throw new Error(`${stack}: run ${executionId} ended as ${event.run.status}: ${event.run.summary}`);
      }
    }
    say(`${stack}: run ${executionId} has succeeded`);
  }
}

const [, started = "", commit = "HEAD"] = process.argv;
if (existsSync(started) && realpathSync(started) === import.meta.filename) await bothEnvironments(commit);
