import { docker } from "../local-cloud/index.ts";
import { startSurroundings, type Surroundings } from "../rehearsal/example/surroundings.ts";
import { configure } from "../rehearsal/prove/other-sources.ts";
import { changeCode, codeChange, loggedIn } from "./application.ts";
import { classicFlow } from "./classic-flow.ts";
import { freshBuilders } from "./fresh-builder.ts";
import { partsOf } from "./parts.ts";
import { compared, type Say, total } from "./print.ts";

/**
 * A code-only build whose builder is new each time and finds its layers in the registry (`buildCache: registry`),
 * compared with the classic flow, whose builder is new too and finds none.
 */
export async function cacheBench(say: Say): Promise<void> {
  const builders = await freshBuilders();
  const path = process.env.PATH;
  process.env.PATH = builders.path;
  const on = await startSurroundings({ environment: "staging", log: say }).finally(() => (process.env.PATH = path));
  try {
    await firstRelease(on);
    const { executionId } = await on.push(codeChange());
    const { status } = await on.runOf(executionId);
    if (status !== "Succeeded") throw new Error(`the release must succeed, not be ${status}: ${await on.buildLog()}`);
    const { seconds } = await partsOf(on, "shop-staging", executionId);
    changeCode(on);
    const classic = await classicFlow(on);
    for (const [what, one] of Object.entries(classic)) say(`  ${what}: ${one.toFixed(1)} s`);
    const what = "on a new builder, with the registry cache, over the classic flow";
    say(compared(`code-only Build ${what}`, seconds.Build, total(classic), 0.5));
    say(
      compared(
        `  the same with Migrate, which the classic flow does in its build`,
        seconds.Build + seconds.Migrate,
        total(classic),
      ),
    );
  } finally {
    await on.close();
    builders.close();
  }
}

/** Releases the first commit, which fills the cache. The builders know no image but the registry's, also no base image. */
async function firstRelease(on: Surroundings): Promise<void> {
  const base = `${on.cloud.world.registryHost}/shop/staging/web:base`;
  configure(on, { buildCache: "registry", baseImages: [`debian:bookworm-slim=${base}`] });
  await on.up();
  await on.finishHandshake();
  await loggedIn(on);
  await docker(["tag", "debian:bookworm-slim", base]);
  await docker(["push", "--quiet", base]);
  await on.runOf((await on.push()).executionId);
}
