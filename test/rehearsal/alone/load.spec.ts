import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { startClient } from "../../../rehearsal/kit/client.ts";
import { startSurroundings, type Surroundings } from "../../../rehearsal/example/surroundings.ts";
import { timeline } from "../../../rehearsal/kit/timeline.ts";

const perSecond = 500;

describe(`the sample go-arm64 under ${perSecond} requests a second, built for this machine's processor,`, function () {
  this.timeout(300_000);
  const lines: string[] = [];
  const told = timeline((line) => lines.push(line));
  let around: Surroundings;

  before(async () => {
    around = await startSurroundings({ environment: "staging", sample: "examples/go-arm64", log: told.note });
    forThisMachine(around.checkout);
    await told.step("up from nothing", () => around.up());
    await around.finishHandshake();
    const { executionId } = await around.push();
    expect((await told.step("push → serving", () => around.runOf(executionId))).status).to.equal("Succeeded");
    await around.untilSteady();
  });

  after(async function () {
    if (this.test?.parent?.tests.some(({ state }) => state !== "passed")) process.stdout.write(`${lines.join("\n")}\n`);
    await around.close();
  });

  it("rolls over to a new image, loses no request and answers at that rate all the time", async () => {
    const label = { file: "app/Dockerfile", replace: "EXPOSE 8080", by: "LABEL release=2\nEXPOSE 8080" };
    const client = startClient({ url: around.url(), perSecond, writeEvery: Infinity, makesUp: true });
    const released = async () => {
      const { commit, executionId } = await around.push({ message: "A label", fails: false, edits: [label] });
      return { tag: commit.slice(0, 7), run: await told.step("push → serving", () => around.runOf(executionId)) };
    };
    // Whatever happens, the client must not go on: it would keep the process alive.
    const { tag, run } = await released().finally(client.stop);
    const { requests, lost, answeredPerSecond, slowestMs } = await client.stop();
    const reached = `${answeredPerSecond.toFixed(0)} answers a second, the slowest after ${slowestMs.toFixed(0)} ms`;
    console.log(`      ${requests} requests, ${reached}`);
    expect([run.status, run.summary]).to.deep.equal(["Succeeded", ""]);
    expect((await around.runningImages()).map(({ tags }) => tags.toSorted())).to.deep.equal([
      [tag, "latest", `verified-${tag}`].toSorted(),
    ]);
    expect(lost).to.deep.equal({});
    expect(answeredPerSecond, reached).to.be.within(0.9 * perSecond, perSecond);
  });
});

/** What the sample says for AWS and its processor, and what this machine cannot do. */
function forThisMachine(checkout: string): void {
  const [compose, stack] = ["docker-compose-staging.yml", "Pulumi.staging.yaml"].map((file) => join(checkout, file));
  if (process.arch !== "arm64") {
    leaveOut(compose, / {4}platform: linux\/arm64\n/);
    leaveOut(stack, / {2}compose-ecs-pipeline:architecture: arm64\n/);
  }
  // Docker's command line runs a health check in a shell, and this image has none: the load balancer's check remains.
  leaveOut(compose, / {4}healthcheck:\n( {6}.*\n)+/);
}

function leaveOut(file = "", pattern: RegExp): void {
  const text = readFileSync(file, "utf8");
  if (!pattern.test(text)) throw new Error(`${file}: nothing matches ${pattern.source}`);
  writeFileSync(file, text.replace(pattern, ""));
}
