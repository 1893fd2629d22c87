import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeServicesCommand, ECSClient } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { walkOf } from "../../rehearsal/any/journey.ts";
import { walkThrough } from "../../rehearsal/any/steps.ts";
import { getText } from "../../rehearsal/kit/client.ts";
import { startSurroundings, type Surroundings } from "../../rehearsal/example/surroundings.ts";
import { timeline } from "../../rehearsal/kit/timeline.ts";
import { lighten } from "./lighten.ts";
import { until } from "./local-cloud/ecs-world.ts";

/** A sample that was brought up and released, as by a person who has copied it. */
interface Released {
  readonly around: Surroundings;
  /** First digits of the commit. */
  readonly tag: string;
  /** Actions of the run, sorted: some are under way at the same time. */
  readonly actions: readonly string[];
  /** The running containers, with the tags of their images. */
  readonly images: readonly (readonly [string, readonly string[]])[];
}

/** Brings up a sample's environment and pushes it; the surroundings are closed after the tests of its suite. */
function released(sample: string): () => Released {
  let found: Released | undefined;
  let around: Surroundings | undefined;
  const lines: string[] = [];
  const told = timeline((line) => lines.push(line));
  before(async () => {
    const started = await startSurroundings({ environment: "staging", sample, log: told.note });
    around = started;
    lighten(started.checkout);
    const walk = walkOf(started, told);
    await walkThrough(walk, { quick: true, keep: false });
    const images = (await started.runningImages()).map(({ container, tags }) => [container, tags.toSorted()] as const);
    found = {
      around: started,
      tag: walk.serving.slice(0, 7),
      actions: (walk.run?.actions ?? []).map(({ name }) => name).toSorted(),
      images: images.toSorted(([one], [other]) => (one < other ? -1 : 1)),
    };
  });
  after(async function () {
    // The lines are what a person needs to look into a failure.
    if (found === undefined || this.test?.parent?.tests.some(({ state }) => state === "failed"))
      process.stdout.write(`${lines.join("\n")}\n`);
    await around?.close();
  });
  return () => {
    if (found === undefined) throw new Error(`${sample} was not released`);
    return found;
  };
}

/** The tags of every image that was built from a commit and verified. */
const tagsOf = (commit: string) => [commit, "latest", `verified-${commit}`].toSorted();

describe("the sample rails-sidekiq, brought up and pushed,", function () {
  this.timeout(300_000);
  const sample = released("examples/rails-sidekiq");

  it("runs nginx, Rails, Sidekiq and Redis as one ECS service each, from the pushed commit", () => {
    const { tag, images, actions } = sample();
    const deploys = ["Deploy", "Deploy-redis", "Deploy-sidekiq", "Deploy-web"];
    expect(actions).to.deep.equal(["Build", ...deploys, "Source", "Verify"]);
    expect(images).to.deep.equal(["nginx", "redis", "sidekiq", "web"].map((name) => [name, tagsOf(tag)]));
  });

  it("starts nginx at the first release without a failed task, whether or not Rails runs yet", async () => {
    const ecs = new ECSClient(sample().around.client);
    const services = ["shop-staging", "shop-staging-web"];
    const found = await ecs.send(new DescribeServicesCommand({ cluster: "shop-staging", services }));
    const deployments = found.services?.flatMap((service) => service.deployments ?? []);
    expect(deployments?.map(({ rolloutState, failedTasks }) => [rolloutState, failedTasks])).to.deep.equal([
      ["COMPLETED", 0],
      ["COMPLETED", 0],
    ]);
  });

  it("serves through nginx, and Sidekiq counts the visits in the Redis that both reach by its name", async () => {
    const url = sample().around.url();
    expect(await getText(url, "/health")).to.equal("ok\n");
    const visits = await until(
      () => getText(url, "/"),
      (answer) => /^[1-9]\d* visits\n$/.test(answer),
      30,
    );
    expect(visits).to.match(/^[1-9]\d* visits\n$/);
  });
});

describe("the sample node-sidecar, brought up and pushed,", function () {
  this.timeout(300_000);
  const sample = released("examples/node-sidecar");

  it("runs the service and its sidecar in one task, from the pushed commit", () => {
    const { tag, images, actions } = sample();
    expect(actions).to.deep.equal(["Build", "Deploy", "Source", "Verify"]);
    expect(images).to.deep.equal(["cache", "web"].map((name) => [name, tagsOf(tag)]));
  });

  it("greets with the stack's variable and counts in its sidecar", async () => {
    const url = sample().around.url();
    const first = await getText(url, "/");
    expect([first, await getText(url, "/")]).to.deep.equal([
      "Hello from staging, visitor 1\n",
      "Hello from staging, visitor 2\n",
    ]);
  });
});

describe("the sample python-worker, brought up and pushed,", function () {
  this.timeout(300_000);
  const sample = released("examples/python-worker");

  it("runs without a load balancer, after its migration, from the pushed commit", () => {
    const { around, tag, images, actions } = sample();
    expect(actions).to.deep.equal(["Build", "Deploy", "Migrate", "Source", "Verify"]);
    expect(images).to.deep.equal([["worker", tagsOf(tag)]]);
    expect(around.cloud.ecs.loadBalancers()).to.deep.equal([]);
  });

  it("does the job that the migration has queued, once", async () => {
    const logs = new CloudWatchLogsClient(sample().around.client);
    const done = async () => {
      const { events = [] } = await logs.send(
        new FilterLogEventsCommand({ logGroupName: "/ecs/shop-staging", filterPattern: "done" }),
      );
      return events.map(({ message }) => message);
    };
    const told = await until(done, (messages) => messages.length > 0, 30);
    expect(told).to.deep.equal(["job 1 is done: greet the release"]);
  });
});

// A build for ARM64 runs only on such a machine; test/program/examples.spec.ts checks on any machine what the program makes of it.
if (process.arch === "arm64") {
  describe("the sample go-arm64, brought up and pushed,", function () {
    this.timeout(300_000);
    const sample = released("examples/go-arm64");

    it("serves on ARM64, from the pushed commit", async () => {
      const { around, tag, images } = sample();
      expect(images).to.deep.equal([["web", tagsOf(tag)]]);
      expect(await getText(around.url(), "/")).to.equal("hello from arm64\n");
    });
  });
}
