import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { type Engine, parameter, releaseOf, removeWorker, rollBackTo, startEngine } from "./engine.ts";
import { registryHost, runningRevision } from "./recording-cloud.ts";

// Every row of the table in docs/hand-over.md, on the real engine, for one ECS service. The four ECS resources show
// what an `up` did: cluster, service, task definition and the migration's task definition.
describe("the hand-over between Pulumi and the pipeline", function () {
  this.timeout(120_000);
  const service = "shop-staging";
  const hold = "/shop/staging/.release/rollback-hold";
  const nothing = { same: 4 };
  const oneRevision = { same: 2, replaced: 1, updated: 1 };
  let engine: Engine;

  before(async () => {
    engine = await startEngine();
    removeWorker(engine);
    for (const variable of ["DATABASE_URL", "SECRET_KEY_BASE"]) {
      await engine.change(parameter(`/shop/staging/${variable}`, "there"));
    }
  });
  after(() => engine.close());

  const up = async () => (await engine.run("up", "staging")).ecs;
  /** What the next `up` would change. */
  const next = async () => (await engine.run("preview", "staging")).ecs;
  /** An `up`, and another one that reads first what AWS says now. */
  const upTwice = async () => [await up(), (await engine.run("up", "staging", { refresh: true })).ecs];
  const upRefreshUp = async () => {
    const first = await up();
    await engine.run("refresh", "staging");
    return [first, await up()];
  };
  const released = (tag: string) => engine.change(releaseOf(service, tag));
  const rolledBackTo = (revision: number) => engine.change(rollBackTo(service, revision));
  const held = (is: boolean) => engine.change(parameter(hold, is ? "held" : undefined));
  /** Revision that runs, the tag of its images and whether it has the new template. */
  const running = async () => {
    const { revision, containers } = runningRevision(await engine.cloud(), service);
    const tags = new Set(containers.map(({ image }) => image.split(":").at(-1)));
    const web = containers.find(({ name }) => name === "web");
    const level = web?.environment?.find(({ name }) => name === "RAILS_LOG_LEVEL")?.value;
    return [revision, [...tags].join(), level];
  };

  it("the first up creates revision 1 and runs no task of it", async () => {
    expect(
      await engine.run("up", "staging", { configuration: { sourceRepository: "acme/shop" } }).then(({ ecs }) => ecs),
    ).to.deep.equal({
      created: 4,
    });
    expect(await running()).to.deep.equal([1, "latest", "info"]);
    expect((await engine.cloud()).services.map(({ desiredCount }) => desiredCount)).to.deep.equal([0]);
  });

  it("an up after three releases changes nothing, also after a refresh", async () => {
    for (const tag of ["aaaaaaa", "bbbbbbb", "ccccccc"]) await released(tag);
    expect(await upRefreshUp()).to.deep.equal([nothing, nothing]);
    expect(await running()).to.deep.equal([4, "ccccccc", "info"]);
  });

  it("an up after a changed variable creates one revision with the running images, and all revisions stay active", async () => {
    const file = join(engine.directory, "docker-compose-staging.yml");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace("RAILS_LOG_LEVEL: ${LOG_LEVEL:-info}", "RAILS_LOG_LEVEL: debug"),
    );
    expect([await up(), await next()]).to.deep.equal([oneRevision, nothing]);
    expect(await running()).to.deep.equal([5, "ccccccc", "debug"]);
    const own = (await engine.cloud()).revisions.filter(({ family }) => family === service);
    expect(own.map(({ status }) => status)).to.deep.equal(["ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE"]);
  });

  it("an up after a release and a rollback with hold changes nothing, also after a refresh", async () => {
    await released("ddddddd");
    expect(await up()).to.deep.equal(nothing);
    await rolledBackTo(5);
    await held(true);
    expect(await upTwice()).to.deep.equal([nothing, nothing]);
    expect(await running()).to.deep.equal([5, "ccccccc", "debug"]);
  });

  it("an up after a rollback with hold past the change of the template changes nothing, also after a refresh", async () => {
    await rolledBackTo(2);
    expect(await upTwice()).to.deep.equal([nothing, nothing]);
    expect(await running()).to.deep.equal([2, "aaaaaaa", "info"]);
  });

  it("an up after the hold is lifted creates one revision of the new template with the running images", async () => {
    await held(false);
    expect([await up(), await next()]).to.deep.equal([oneRevision, nothing]);
    expect(await running()).to.deep.equal([7, "aaaaaaa", "debug"]);
  });

  it("an up after a rollback past the change and a release gives the new template the images of that release", async () => {
    await rolledBackTo(2);
    await released("fffffff");
    expect(await upTwice()).to.deep.equal([oneRevision, nothing]);
    expect(await running()).to.deep.equal([9, "fffffff", "debug"]);
  });

  it("an up after a rollback to the same images under the old template rolls the new template out again", async () => {
    await rolledBackTo(8);
    const { ecs, diagnostics } = await engine.run("up", "staging");
    expect(ecs).to.deep.equal(oneRevision);
    expect(diagnostics.filter((line) => line.startsWith("shop-staging:"))).to.deep.equal([
      "shop-staging: revision 9 already has this template but does not run; a new revision tries it again",
    ]);
    expect((await engine.run("up", "staging", { refresh: true })).ecs).to.deep.equal(nothing);
    expect(await running()).to.deep.equal([10, "fffffff", "debug"]);
  });

  it("an up while a deployment is in progress is refused, and one with a read error stops; neither changes anything", async () => {
    const alone = () => engine.runAlone("up", "staging");
    const before = await engine.cloud();
    const during = {
      ...before,
      services: before.services.map((each) => ({ ...each, deployments: [...each.deployments, "ecs-svc/0"] })),
    };
    await engine.change(() => during);
    expect(await refusal(alone)).to.equal(
      "shop-staging: a deployment is in progress; run `pulumi up` again when it has ended (nothing was changed)",
    );
    const readError =
      "reading ECS Service: operation error ECS: DescribeServices, AccessDeniedException: not authorized";
    await engine.change(() => ({ ...before, readError }));
    expect(await refusal(alone)).to.contain(readError);
    await engine.change((cloud) => ({ ...cloud, readError: undefined }));
    expect({ ...(await engine.cloud()), readError: undefined }).to.deep.equal({ ...before, readError: undefined });
  });

  it("an up after a parameter got a new value creates one revision with the same images and template; the next one changes nothing", async () => {
    await engine.change(parameter("/shop/staging/DATABASE_URL", "elsewhere"));
    expect([await up(), await next()]).to.deep.equal([oneRevision, nothing]);
    expect(await running()).to.deep.equal([11, "fffffff", "debug"]);
    const web = runningRevision(await engine.cloud(), service).containers.find(({ name }) => name === "web");
    expect(web?.dockerLabels?.["compose-ecs-pipeline.parameters"]).to.equal('{"DATABASE_URL":2,"SECRET_KEY_BASE":1}');
  });

  it("an up with a container whose image was never built keeps the running revision until a build has pushed the image", async () => {
    const file = join(engine.directory, "docker-compose-staging.yml");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace("services:\n", "services:\n  worker:\n    build: ./app/proxy\n"),
    );
    const waiting = await engine.run("up", "staging");
    expect(waiting.ecs).to.deep.equal(nothing);
    expect(waiting.diagnostics.filter((line) => line.startsWith("worker"))).to.deep.equal([
      "worker: no commit has been built yet, so the running revision stays as it is; push the commit, then run `pulumi up` again",
    ]);
    await engine.change((cloud) => ({
      ...cloud,
      repositories: { ...cloud.repositories, "shop/staging/worker": ["eeeeeee", "latest"] },
    }));
    expect([await up(), await next()]).to.deep.equal([oneRevision, nothing]);
    const images = runningRevision(await engine.cloud(), service).containers.map(({ name, image }) => [
      name,
      image.split("@")[0],
    ]);
    expect(images).to.deep.equal([
      ["proxy", `${registryHost}/shop/staging/proxy:fffffff`],
      ["web", `${registryHost}/shop/staging/web:fffffff`],
      ["worker", `${registryHost}/shop/staging/worker`],
    ]);
  });
});

async function refusal(run: () => Promise<unknown>): Promise<string> {
  return run().then(
    () => "no refusal",
    (error: unknown) => (error as Error).message,
  );
}
