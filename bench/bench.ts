import { appendFileSync, cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { docker } from "../local-cloud/index.ts";
import { getText, startClient } from "../rehearsal/journey/client.ts";
import { startSurroundings, type Surroundings } from "../rehearsal/journey/surroundings.ts";
import { runStack } from "../scripts/pulumi/stack.ts";
import { rawRelease } from "./raw-docker.ts";
import { stackBench } from "./stack-bench.ts";
import { verbBench } from "./verb-bench.ts";

const say = (line: string) => {
  process.stdout.write(`${line}\n`);
};

await stackBench(say);
const around = await startSurroundings({ environment: "staging", log: say });
try {
  await around.up();
  await around.finishHandshake();
  await around.runOf((await around.push()).executionId);
  await around.up();
  await pushToServing(around);
  await preview(around);
  await verbBench(around, say);
} finally {
  await around.close();
}

/**
 * The time from a push to its answer over HTTP, compared with the docker commands that a release by hand needs; both
 * with a warm cache.
 */
async function pushToServing(on: Surroundings): Promise<void> {
  const page = "app/app/assets/stylesheets/application.css";
  const change = {
    message: "Another look",
    fails: false,
    edits: [{ file: page, replace: "{", by: `{ /* ${Date.now()} */` }],
  };
  const client = startClient({ url: on.url(), perSecond: 50, writeEvery: 5 });
  const begin = performance.now();
  const { commit, executionId } = await on.push(change);
  while ((await getText(on.url(), "/version")).trim() !== commit.slice(0, 7)) await sleep(50);
  const served = (performance.now() - begin) / 1000;
  const run = await on.runOf(executionId);
  const traffic = await client.stop();

  // A new change each time: the builder must not have seen it, in this run or in an earlier one.
  appendFileSync(join(on.checkout, page), `/* ${Date.now()} */\n`);
  const parts = await rawRelease({
    checkout: on.checkout,
    composeFile: join(on.checkout, "docker-compose-staging.yml"),
    repositories: await loggedIn(on),
    network: on.cloud.world.network,
    labels: on.cloud.world.labels,
    environment: { ...(await secrets(on)), IMAGE_TAG: "bench", RAILS_ENV: "production" },
  });
  const raw = Object.values(parts).reduce((sum, one) => sum + one, 0);
  for (const [what, seconds] of Object.entries(parts)) say(`  docker ${what}: ${seconds.toFixed(1)} s`);
  for (const { name, seconds } of run.actions) say(`  pipeline ${name}: ${seconds.toFixed(1)} s`);
  say(
    `push to serving over raw docker: ${served.toFixed(1)} s / ${raw.toFixed(1)} s = ${(served / raw).toFixed(2)} (goal 1.25)`,
  );
  say(`requests lost while rolling: ${traffic.lostCount} of ${traffic.requests} (goal 0)`);
}

/** Previews without a change, of this program and of a minimal one, in turn; prints the median of the ratios. */
async function preview(on: Surroundings): Promise<void> {
  const hello = join(on.directory, "hello-world");
  cpSync(join(import.meta.dirname, "hello-world"), hello, { recursive: true });
  symlinkSync(join(import.meta.dirname, "../node_modules"), join(hello, "node_modules"));
  const least = { stack: "staging", projectDirectory: hello, environment: on.variables };
  await runStack({ ...least, operation: "up" });
  const ratios: number[] = [];
  for (let pair = 0; pair < 5; pair += 1) {
    const ours = await timed(() => on.run("preview"));
    const theirs = await timed(() => runStack({ ...least, operation: "preview" }));
    say(`  preview: ${ours.toFixed(2)} s, hello-world: ${theirs.toFixed(2)} s`);
    ratios.push(ours / theirs);
  }
  const median = ratios.toSorted((a, b) => a - b)[2] ?? NaN;
  say(`no-change preview over hello-world: ${median.toFixed(2)} (goal 2)`);
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await run();
  return (performance.now() - begin) / 1000;
}

/** Two scratch repositories of the local registry, with Docker logged in. */
async function loggedIn(on: Surroundings): Promise<{ readonly web: string; readonly proxy: string }> {
  const { authorizationData = [] } = await new ECRClient(on.client).send(new GetAuthorizationTokenCommand({}));
  const [, password = ""] = Buffer.from(authorizationData[0]?.authorizationToken ?? "", "base64")
    .toString()
    .split(":");
  const host = on.cloud.world.registryHost;
  await docker(["login", "--username", "AWS", "--password-stdin", host], { input: password });
  return { web: `${host}/shop/staging/web`, proxy: `${host}/shop/staging/proxy` };
}

async function secrets(on: Surroundings): Promise<Readonly<Record<string, string>>> {
  const Names = ["/shop/staging/DATABASE_URL", "/shop/staging/SECRET_KEY_BASE"];
  const { Parameters = [] } = await new SSMClient(on.client).send(
    new GetParametersCommand({ Names, WithDecryption: true }),
  );
  return Object.fromEntries(Parameters.map(({ Name = "", Value = "" }) => [Name.split("/").at(-1) ?? "", Value]));
}
