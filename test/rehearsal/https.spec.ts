import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "chai";
import { getText } from "../../rehearsal/kit/client.ts";
import type { PipelineRun } from "../../rehearsal/kit/pipeline-run.ts";
import { startSurroundings, type Surroundings } from "../../rehearsal/example/surroundings.ts";
import { timeline } from "../../rehearsal/kit/timeline.ts";
import { stepByStep } from "../support/step-by-step.ts";
import { ask, type AskOptions } from "./ask.ts";
import { lighten } from "./lighten.ts";
import { until } from "./local-cloud/ecs-world.ts";

// The example in production: its file with a domain, and FORCE_SSL. Two tasks, and two ECS services behind one balancer.
describe("production behind a domain, with Rails's force_ssl,", function () {
  this.timeout(300_000);
  stepByStep();
  const domain = "shop.example.com";
  const lines: string[] = [];
  let around: Surroundings;
  let run: PipelineRun;

  before(async () => {
    const told = timeline((line) => lines.push(line));
    around = await startSurroundings({ environment: "production", log: told.note });
    lighten(around.checkout);
    const settings = [
      `domain: ${domain}`,
      "hostedZoneId: Z0123456789ABC",
      'variables: [FORCE_SSL=true, "APP_HOSTS=.example.com,127.0.0.1"]',
    ];
    appendFileSync(
      join(around.checkout, "Pulumi.production.yaml"),
      settings.map((setting) => `  compose-ecs-pipeline:${setting}\n`).join(""),
    );
    withRules(join(around.checkout, "docker-compose-production.yml"));
  });

  after(async function () {
    if (this.test?.parent?.tests.some(({ state }) => state === "failed")) process.stdout.write(`${lines.join("\n")}\n`);
    await around.close();
  });

  const urls = () => around.cloud.ecs.loadBalancers()[0]?.urls ?? {};
  /** A request by HTTPS, as from a client that has resolved the host to the balancer. */
  const secure = (path: string, host = domain, more: AskOptions = {}) =>
    ask(`${urls()[443] ?? ""}${path}`, { ...more, headers: { host, ...more.headers } });

  it("is created by one up and released, with the database's URL set before the first migration", async () => {
    await around.up();
    await around.finishHandshake();
    const { executionId } = await around.push();
    run = await around.runOf(executionId);
    expect([run.status, run.actions.find(({ name }) => name === "Migrate")?.status, run.summary]).to.deep.equal([
      "Succeeded",
      "Succeeded",
      "",
    ]);
    await around.untilSteady();
    expect(Object.keys(urls())).to.deep.equal(["80", "443"]);
  });

  it("sends HTTP to HTTPS with host, path and query", async () => {
    const { status, location } = await ask(`${urls()[80] ?? ""}/notes?page=2`, { headers: { host: domain } });
    expect([status, location]).to.deep.equal([301, `https://${domain}:443/notes?page=2`]);
  });

  it("serves Rails by HTTPS, which sees a secure request and requires HTTPS from then on", async () => {
    const headers = { "content-type": "application/json", accept: "application/json" };
    const written = await secure("/notes", domain, { method: "POST", headers, body: '{"body":"by HTTPS"}' });
    const { status, text, headers: told } = await secure("/notes");
    const bodies = (JSON.parse(text) as readonly { readonly body: string }[]).map(({ body }) => body);
    expect((await getText(around.url(), "/version")).trim()).to.equal(around.head().slice(0, 7));
    expect([written.status, status, bodies, told["strict-transport-security"]]).to.deep.equal([
      201,
      200,
      ["by HTTPS"],
      "max-age=63072000; includeSubDomains",
    ]);
  });

  it("sends the worker the requests of its rule by host and path, and Rails all others", async () => {
    const answer = async (host: string, path: string) => {
      const { status, text } = await secure(path, host);
      return [status, text.startsWith('{"commit"') ? "worker" : "rails"];
    };
    expect([
      await answer("jobs.example.com", "/jobs/1"),
      await answer("JOBS.example.com", "/jobs/1"),
      await answer(domain, "/jobs/1"),
      await answer("jobs.example.com", "/version"),
    ]).to.deep.equal([
      [200, "worker"],
      [200, "worker"],
      [404, "rails"],
      [200, "rails"],
    ]);
  });

  it("is refused by Rails for a host that APP_HOSTS does not cover, but answers the health check for any host", async () => {
    const statuses = [
      ["evil.example", "/version"],
      ["shop.example.com.evil.example", "/version"],
      ["evil.example", "/up"],
    ];
    const answers = statuses.map(async ([host, path = ""]) => (await secure(path, host)).status);
    expect(await Promise.all(answers)).to.deep.equal([403, 403, 200]);
  });

  it("keeps a client with its cookies at one of two tasks, and clients without cookies at neither", async () => {
    const first = await secure("/version");
    const cookie = first.cookies.map((text) => text.split(";")[0] ?? "").join("; ");
    expect(first.cookies.map((text) => text.split("=")[0])).to.deep.equal(["AWSALB", "AWSALBCORS"]);
    const ids = (name: string) => [1, 2, 3, 4].map((each) => `${name}-${String(process.pid)}-${String(each)}`);
    for (const id of ids("sticky")) await secure("/version", domain, { headers: { cookie, "x-request-id": id } });
    for (const id of ids("free")) await secure("/version", domain, { headers: { "x-request-id": id } });
    expect([await tasksOf(around, ids("sticky")), await tasksOf(around, ids("free"))]).to.deep.equal([1, 2]);
  });

  it("changes only scaling's bounds at the next up, and nothing at the one after it", async () => {
    await around.up();
    const { changes } = await around.up();
    const { create, update, replace, delete: gone } = changes;
    expect({ create, update, replace, gone }).to.deep.equal({ create: 0, update: 0, replace: 0, gone: 0 });
  });
});

/** Changes the Compose file: clients stay with one task of the example's service, and the worker has a rule. */
function withRules(file: string): void {
  const before = readFileSync(file, "utf8");
  const after = before
    .replace("    build: ./app/proxy\n", "    build: ./app/proxy\n    x-ecs: { balancer: { sticky: 10m } }\n")
    .replace(
      "      service: worker\n",
      '      service: worker\n      balancer: { hosts: [jobs.example.com], paths: ["/jobs/*"] }\n    ports: ["9292"]\n',
    );
  if (!/sticky[\s\S]*jobs/.test(after)) throw new Error(`${file}: proxy or worker is not what it was`);
  writeFileSync(file, after);
}

/** How many tasks have logged these requests, once each has been logged. */
async function tasksOf({ client }: Surroundings, ids: readonly string[]): Promise<number> {
  const logs = new CloudWatchLogsClient(client);
  const streams = async () => {
    const found = ids.map(async (id) => {
      const { events = [] } = await logs.send(
        new FilterLogEventsCommand({ logGroupName: "/ecs/shop-production", filterPattern: `"${id}"` }),
      );
      return events[0]?.logStreamName;
    });
    return await Promise.all(found);
  };
  return new Set(await until(streams, (found) => !found.includes(undefined), 20)).size;
}
