import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { type Engine, parameter, releaseOf, removeWorker, rollBackTo, startEngine } from "./engine.ts";
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
  /** What the next `up` would change. */
  const next = async () => (await engine.run("preview", "staging")).ecs;
  /** Revision and images' tags of a service. */
  const running = async (service: string) => {
    const { revision, containers } = runningRevision(await engine.cloud(), service);
    return [revision, containers.map(({ image }) => image.split(":").at(-1))];
  };

  it("adds a second service with no task, and gives the first one a revision with the running images", async () => {
    writeFileSync(file(), both);
    expect(await up()).to.deep.equal({ created: 2, replaced: 1, same: 2, updated: 1 });
    expect(await running(own)).to.deep.equal([3, ["aaaaaaa", "aaaaaaa"]]);
    expect(await running(worker)).to.deep.equal([1, ["latest"]]);
    const counts = (await engine.cloud()).services.map(({ name, desiredCount }) => [name, desiredCount]);
    expect(counts).to.deep.equal([
      [own, 1],
      [worker, 0],
    ]);
    expect(await next()).to.deep.equal(nothing);
  });

  it("changes nothing after a release of both", async () => {
    for (const service of [own, worker]) await engine.change(releaseOf(service, "bbbbbbb"));
    expect(await up()).to.deep.equal(nothing);
  });

  it("leaves one service alone when the other changes", async () => {
    writeFileSync(
      file(),
      readFileSync(file(), "utf8").replace("--port 9292 worker.ru", "--port 9292 --quiet worker.ru"),
    );
    expect([await up(), await next()]).to.deep.equal([{ replaced: 1, same: 4, updated: 1 }, nothing]);
    expect(await running(own)).to.deep.equal([4, ["bbbbbbb", "bbbbbbb"]]);
    expect(await running(worker)).to.deep.equal([3, ["bbbbbbb"]]);
  });

  it("changes neither service while a rollback is held", async () => {
    await engine.change(parameter(hold, "held"));
    writeFileSync(file(), both.replace("RAILS_ENV: production", "RAILS_ENV: staging"));
    expect(await up()).to.deep.equal(nothing);
    await engine.change(parameter(hold, undefined));
  });

  it("keeps both at the revisions of a rollback with hold, past the change of one template, also after a refresh", async () => {
    for (const service of [own, worker]) await engine.change(releaseOf(service, "ccccccc"));
    await engine.change(rollBackTo(own, 3));
    await engine.change(rollBackTo(worker, 2));
    await engine.change(parameter(hold, "held"));
    const first = await up();
    const refreshed = await engine.run("up", "staging", { refresh: true });
    expect([first, refreshed.ecs]).to.deep.equal([nothing, nothing]);
    expect([await running(own), await running(worker)]).to.deep.equal([
      [3, ["aaaaaaa", "aaaaaaa"]],
      [2, ["bbbbbbb"]],
    ]);
  });

  it("gives one new revision, when the hold is lifted, to the service that was rolled back past its template", async () => {
    await engine.change(parameter(hold, undefined));
    expect([await up(), await next()]).to.deep.equal([{ replaced: 1, same: 4, updated: 1 }, nothing]);
    expect([await running(own), await running(worker)]).to.deep.equal([
      [6, ["aaaaaaa", "aaaaaaa"]],
      [2, ["bbbbbbb"]],
    ]);
  });

  it("tries the template again that ECS rolled back, says so, and leaves the other service alone", async () => {
    await engine.change(rollBackTo(own, 3));
    const { ecs, diagnostics } = await engine.run("up", "staging");
    expect([ecs, diagnostics.filter((line) => line.includes("tries it again"))]).to.deep.equal([
      { replaced: 1, same: 4, updated: 1 },
      [`${own}: revision 6 already has this template but does not run; a new revision tries it again`],
    ]);
    expect([await next(), await running(own), await running(worker)]).to.deep.equal([
      nothing,
      [7, ["aaaaaaa", "aaaaaaa"]],
      [2, ["bbbbbbb"]],
    ]);
  });

  it("waits with a container whose image was not built yet, and changes the other service", async () => {
    const before = readFileSync(file(), "utf8");
    const helper = ["  helper:", "    build: ./app/proxy", "    x-ecs: {service: worker}", ""].join("\n");
    writeFileSync(
      file(),
      before
        .replace("services:\n", `services:\n${helper}`)
        .replace("RAILS_LOG_LEVEL: ${LOG_LEVEL:-info}", "RAILS_LOG_LEVEL: debug"),
    );
    const waiting = await engine.run("up", "staging");
    expect(waiting.diagnostics.filter((line) => line.startsWith("helper"))).to.deep.equal([
      "helper: no commit has been built yet, so the running revision stays as it is; push the commit, then run `pulumi up` again",
    ]);
    expect([await running(own), await running(worker)]).to.deep.equal([
      [8, ["aaaaaaa", "aaaaaaa"]],
      [2, ["bbbbbbb"]],
    ]);
    await engine.change((cloud) => ({
      ...cloud,
      repositories: { ...cloud.repositories, "shop/staging/helper": ["ddddddd", "latest"] },
    }));
    expect([await up(), await next()]).to.deep.equal([{ replaced: 1, same: 4, updated: 1 }, nothing]);
    expect([await running(own), (await running(worker))[0]]).to.deep.equal([[8, ["aaaaaaa", "aaaaaaa"]], 5]);
  });

  it("is refused while either service is being deployed", async () => {
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
