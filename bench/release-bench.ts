import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { getText, startClient } from "../rehearsal/kit/client.ts";
import type { Surroundings } from "../rehearsal/example/surroundings.ts";
import { changeCode, codeChange, loggedIn, secrets } from "./application.ts";
import { countCalls } from "./calls.ts";
import { partsOf } from "./parts.ts";
import { compared, type Say, total } from "./print.ts";
import { rawRelease } from "./raw-docker.ts";

/**
 * A release of a code-only change under traffic, as a whole and part by part, compared with the docker commands that do
 * the same work; both with a warm cache. Prints also its starts of CodeBuild and its calls to AWS.
 */
export async function releaseBench(on: Surroundings, say: Say): Promise<void> {
  const client = startClient({ url: on.url(), perSecond: 50, writeEvery: 5 });
  const calls = countCalls(on.cloud);
  const { served, executionId } = await pushed(on).finally(client.stop);
  const [traffic, counted] = [await client.stop(), Object.entries(calls.stop())];

  changeCode(on);
  const floors = await rawRelease({
    checkout: on.checkout,
    composeFile: join(on.checkout, "docker-compose-staging.yml"),
    repositories: await loggedIn(on),
    network: on.cloud.world.network,
    labels: on.cloud.world.labels,
    environment: { ...(await secrets(on)), IMAGE_TAG: "bench", RAILS_ENV: "production" },
  });
  const { seconds, actions, starts } = await partsOf(on, "shop-staging", executionId);
  for (const part of ["Build", "Migrate", "Verify"] as const) {
    for (const [what, one] of Object.entries(floors[part])) say(`  docker ${what}: ${one.toFixed(1)} s`);
    say(compared(`${part} over raw docker`, seconds[part], total(floors[part])));
  }
  say(`  the pipeline's actions: ${actions.join(", ")}`);
  const floor = total(floors.Build) + total(floors.Migrate) + total(floors.Verify);
  say(compared("push to serving over raw docker", served, floor, 1.25));
  say(`CodeBuild starts of a release with a migration: ${starts} (goal 3)`);
  for (const [role, services] of counted.toSorted()) {
    const each = Object.entries(services).toSorted();
    say(`  calls of ${role}: ${total(services)} (${each.map(([service, count]) => `${service} ${count}`).join(", ")})`);
  }
  say(`calls to AWS of a release's steps: ${counted.reduce((sum, [, services]) => sum + total(services), 0)}`);
  say(`requests lost while rolling: ${traffic.lostCount} of ${traffic.requests} (goal 0)`);
}

/** Pushes a change and waits for the end of its run; returns the seconds until it served. */
async function pushed(on: Surroundings): Promise<{ readonly served: number; readonly executionId: string }> {
  const begin = performance.now();
  const { commit, executionId } = await on.push(codeChange());
  const version = () => getText(on.url(), "/version").catch(() => "");
  let [served, over] = [NaN, false];
  const ended = on.runOf(executionId).finally(() => (over = true));
  while (!over && Number.isNaN(served)) {
    if ((await version()).trim() === commit.slice(0, 7)) served = (performance.now() - begin) / 1000;
    else await sleep(50);
  }
  const { status } = await ended;
  if (status !== "Succeeded") throw new Error(`the release must succeed, not be ${status}: ${await on.buildLog()}`);
  return { served, executionId };
}
