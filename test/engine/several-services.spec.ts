import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { type Engine, parameter, releaseOf, removeWorker, startEngine } from "./engine.ts";
import { runningRevision } from "./recording-cloud.ts";

// Two ECS services: each is handed over by itself. The six ECS resources are the cluster, and a service and a task
// definition of each, and the migration's task definition.
describe("the hand-over of several ECS services", function () {
  this.timeout(120_000);
  const [own, worker] = ["shop-staging", "shop-staging-worker"];
  const hold = "/shop/staging/.release/rollback-hold";
  const nothing = { same: 6 };
  let engine: Engine;
  let both: string;
  const file = () => join(engine.directory, "docker-compose-staging.yml");

  before(async () => {
    engine = await startEngine();
    both = removeWorker(engine);
    for (const variable of ["DATABASE_URL", "SECRET_KEY_BASE"]) {
      await engine.change(parameter(`/shop/staging/${variable}`, "there"));
    }
    await engine.run("up", "staging", { configuration: { sourceRepository: "acme/shop" } });
    await engine.change(releaseOf(own, "aaaaaaa"));
    await engine.run("up", "staging");
  });
  after(() => engine.close());

  const up = async () => (await engine.run("up", "staging")).ecs;
  /** Revision and images' tags of a service. */
  const running = async (service: string) => {
    const { revision, containers } = runningRevision(await engine.cloud(), service);
    return [revision, containers.map(({ image }) => image.split(":").at(-1))];
  };

  it("a second one is added with no task, and the first gets one new revision with the images that run", async () => {
    writeFileSync(file(), both);
    expect(await up()).to.deep.equal({ created: 2, replaced: 1, same: 2, updated: 1 });
    expect(await running(own)).to.deep.equal([3, ["aaaaaaa", "aaaaaaa"]]);
    expect(await running(worker)).to.deep.equal([1, ["latest"]]);
    const counts = (await engine.cloud()).services.map(({ name, desiredCount }) => [name, desiredCount]);
    expect(counts).to.deep.equal([
      [own, 1],
      [worker, 0],
    ]);
    expect(await up()).to.deep.equal(nothing);
  });

  it("a release of both: up changes nothing", async () => {
    for (const service of [own, worker]) await engine.change(releaseOf(service, "bbbbbbb"));
    expect(await up()).to.deep.equal(nothing);
  });

  it("a change of one leaves the other alone", async () => {
    writeFileSync(
      file(),
      readFileSync(file(), "utf8").replace("--port 9292 worker.ru", "--port 9292 --quiet worker.ru"),
    );
    expect([await up(), await up()]).to.deep.equal([{ replaced: 1, same: 4, updated: 1 }, nothing]);
    expect(await running(own)).to.deep.equal([4, ["bbbbbbb", "bbbbbbb"]]);
    expect(await running(worker)).to.deep.equal([3, ["bbbbbbb"]]);
  });

  it("a rollback that is held holds both", async () => {
    await engine.change(parameter(hold, "held"));
    writeFileSync(file(), both.replace("RAILS_ENV: production", "RAILS_ENV: staging"));
    expect(await up()).to.deep.equal(nothing);
    await engine.change(parameter(hold, undefined));
  });

  it("refuses while either is being deployed", async () => {
    await engine.change((cloud) => ({
      ...cloud,
      services: cloud.services.map((each) =>
        each.name === worker ? { ...each, deployments: [...each.deployments, "ecs-svc/0"] } : each,
      ),
    }));
    const refusal = await up().then(
      () => "no refusal",
      (error: unknown) => (error as Error).message,
    );
    expect(refusal).to.equal(
      "shop-staging-worker: a deployment is in progress; run `pulumi up` again when it has ended (nothing was changed)",
    );
  });
});
