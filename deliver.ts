import { createRequire } from "node:module";
import { join } from "node:path";
import type * as story from "./index.ts";
import type { Additions } from "./settings/additions.ts";
import { Refusal } from "./components/index.ts";
import { setDeliveredAdditions } from "./settings/delivered.ts";

// The front door of the npm package: `deliver`, and what a program that has the whole story imports.
export * from "./components/index.ts";
export { readSettings, type Settings } from "./settings.ts";
export type { Additions };

/** The outputs of the program. */
export type Delivered = typeof story;

let runs = 0;

/**
 * Creates everything between a push and the running services, as index.ts of this package says, from the stack's
 * configuration and the Compose files. `additions` come from the team's own program. Returns the stack's outputs;
 * throws a Refusal if the configuration or the Compose files are wrong.
 */
export async function deliver(additions: Additions = {}): Promise<Delivered> {
  requireOneCopy();
  runs += 1;
  // Node evaluates a module once for each URL, and an inline program runs several times in one process.
  const program = new URL(import.meta.url.replace(/deliver(\.\w+)(\?.*)?$/, `index$1?delivered=${runs}`));
  setDeliveredAdditions(additions);
  try {
    return (await import(program.href)) as Delivered;
  } finally {
    setDeliveredAdditions({});
  }
}

/**
 * Refuses a project whose program and this package use different copies of Pulumi's packages: resources of one copy are
 * unknown to the other.
 */
function requireOneCopy(): void {
  const [here, project] = [import.meta.url, join(process.cwd(), "package.json")].map((from) => createRequire(from));
  for (const name of ["@pulumi/pulumi", "@pulumi/aws"]) {
    const [own, theirs] = [here, project].map((require) => pathOf(require, name));
    if (own === undefined || theirs === undefined || own === theirs) continue;
    throw new Refusal(
      `${name}: there are two copies, ${own} and ${theirs}; give package.json the version that compose-ecs-pipeline asks for, and run \`npm dedupe\``,
    );
  }
}

function pathOf(require: NodeJS.Require | undefined, name: string): string | undefined {
  try {
    return require?.resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
}
