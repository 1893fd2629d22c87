import { createServer } from "node:http";
import type { Server, ServerResponse } from "node:http";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { openListener } from "../../../local-cloud/ecs/balancing/balancer.ts";
import type { Listener, ListenerOptions } from "../../../local-cloud/ecs/balancing/balancer.ts";
import {
  matches,
  type Target,
  targetGroup,
  type TargetGroup,
  targetHealthXml,
} from "../../../local-cloud/ecs/balancing/target-group.ts";
import { ownCertificate } from "../../../local-cloud/ecs/balancing/own-certificate.ts";
import { startClient } from "../../../rehearsal/journey/client.ts";
import { trustedUrl } from "../../../rehearsal/journey/trusted-url.ts";
import { ask } from "../ask.ts";
import { until } from "./ecs-world.ts";

// Rules after the Application Load Balancers user guide: target-group-health-checks, edit-target-group-attributes
// (deregistration delay), load-balancer-troubleshooting (502, 503, 504) and x-forwarded-headers.
describe("the load balancer", () => {
  const servers: Server[] = [];
  const started: (() => unknown)[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((stop) => stop()));
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  const group = (change: object = {}): TargetGroup => {
    const made = targetGroup(
      {
        ...{ arn: "tg", path: "/health", matcher: "200", intervalSeconds: 0.02, timeoutSeconds: 0.2 },
        ...{ healthyThreshold: 2, unhealthyThreshold: 3, deregistrationDelaySeconds: 5 },
        ...change,
      },
      () => undefined,
    );
    started.push(made.close);
    return made;
  };
  const listener = async (
    pick: ListenerOptions["pick"],
    idleTimeoutSeconds = 60,
    certificate?: ListenerOptions["certificate"],
  ): Promise<Listener> => {
    const made = await openListener({ pick, idleTimeoutSeconds, certificate });
    started.push(made.close);
    return made;
  };
  /** A target that answers health checks with `status()` and everything else with `answer`. */
  const target = async (id: string, answer: (reply: ServerResponse) => void, status = () => 200): Promise<Target> => {
    const server = createServer((request, reply) => {
      if (request.url === "/health") reply.writeHead(status()).end();
      else if (request.url === "/headers") reply.end(JSON.stringify(request.headers));
      else if (request.method === "POST") request.pipe(reply);
      else answer(reply);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { id, port: 8080, hostPort: (server.address() as AddressInfo).port };
  };
  const saying = (text: string) => (reply: ServerResponse) => reply.end(text);
  const states = (targets: TargetGroup) => targets.health().map(({ state }) => state);
  const reach = (targets: TargetGroup, ...wanted: readonly string[]) =>
    until(
      () => Promise.resolve(states(targets)),
      (found) => found.join() === wanted.join(),
      5,
    );
  const get = async (url: string): Promise<string> => {
    const reply = await fetch(url);
    return `${reply.status} ${(await reply.text()).slice(0, 20)}`;
  };

  it("answers 503 without a target", async () => {
    const { url } = await listener(group().pick);
    expect((await get(url)).slice(0, 3)).to.equal("503");
  });

  it("takes turns among healthy targets and leaves the others out", async () => {
    const targets = group();
    targets.register(await target("a", saying("a")));
    targets.register(await target("b", saying("b")));
    targets.register(await target("c", saying("c"), () => 500));
    await reach(targets, "healthy", "healthy", "unhealthy");
    const { url } = await listener(targets.pick);
    const answers = [await get(url), await get(url), await get(url), await get(url)];
    expect(answers.toSorted()).to.deep.equal(["200 a", "200 a", "200 b", "200 b"]);
  });

  // "If a target group contains only unhealthy registered targets, the load balancer routes requests to all of them"
  it("routes to unhealthy targets where there are no others", async () => {
    const targets = group();
    targets.register(await target("a", saying("a"), () => 500));
    await reach(targets, "unhealthy");
    const { url } = await listener(targets.pick);
    expect(await get(url)).to.equal("200 a");
  });

  it("is unhealthy after three failed checks in a row, and healthy again after two passed ones", async () => {
    let status = 200;
    // The state at the time of each check since the status was changed.
    let seen: string[] = [];
    const targets = group();
    targets.register(
      await target("a", saying("a"), () => {
        seen.push(...states(targets));
        return status;
      }),
    );
    await reach(targets, "healthy");
    [status, seen] = [404, []];
    await reach(targets, "unhealthy");
    expect(seen.slice(0, 3)).to.deep.equal(["healthy", "healthy", "healthy"]);
    expect(targets.health()).to.deep.equal([
      {
        ...{ id: "a", port: 8080, state: "unhealthy", reason: "Target.ResponseCodeMismatch" },
        description: "Health checks failed with these codes: [404]",
      },
    ]);
    await until(
      () => Promise.resolve(seen),
      ({ length }) => length > 4,
    );
    expect(seen[3]).to.equal("unhealthy");
    [status, seen] = [200, []];
    await reach(targets, "healthy");
    await until(
      () => Promise.resolve(seen),
      ({ length }) => length > 2,
    );
    expect(seen.slice(0, 3)).to.deep.equal(["unhealthy", "unhealthy", "healthy"]);
  });

  it("fails a check that takes too long, and one that nobody answers", async () => {
    const targets = group({ timeoutSeconds: 0.05, unhealthyThreshold: 1, path: "/slow" });
    targets.register(await target("a", () => undefined));
    targets.register({ id: "b", port: 8080, hostPort: 1 });
    await reach(targets, "unhealthy", "unhealthy");
    expect(targets.health().map(({ reason }) => reason)).to.deep.equal(["Target.Timeout", "Target.FailedHealthChecks"]);
  });

  it("tells the target who asked, and passes bodies on", async () => {
    const targets = group();
    targets.register(await target("a", saying("a")));
    const { url } = await listener(targets.pick);
    const reply = await fetch(`${url}/headers`, { headers: { "x-forwarded-for": "10.0.0.1" } });
    const headers = (await reply.json()) as Record<string, string>;
    expect([
      headers["x-forwarded-for"],
      headers["x-forwarded-proto"],
      headers["x-forwarded-port"],
      headers["host"],
    ]).to.deep.equal([...["10.0.0.1, 127.0.0.1", "http", new URL(url).port, new URL(url).host]]);
    expect(await (await fetch(url, { method: "POST", body: "a body" })).text()).to.equal("a body");
  });

  // "X-Forwarded-Proto … helps you identify the protocol (HTTP or HTTPS) that a client used"; a client's own word is replaced
  it("ends TLS with its certificate, and tells the target that the client came by HTTPS", async () => {
    const targets = group();
    targets.register(await target("a", saying("a")));
    const folder = await mkdtemp(join(tmpdir(), "compose-ecs-pipeline-tls-"));
    started.push(() => rm(folder, { recursive: true, force: true }));
    const certificate = await ownCertificate(folder, "shop.example.com");
    const { url } = await listener(targets.pick, 60, certificate);
    const headers = { "x-forwarded-proto": "http", host: "shop.example.com" };
    const reply = await ask(`${url}/headers`, { headers, ca: certificate.cert, servername: "shop.example.com" });
    const seen = JSON.parse(reply.text) as Record<string, string>;
    expect([seen["x-forwarded-proto"], seen["host"], await readdir(folder)]).to.deep.equal([
      "https",
      "shop.example.com",
      [],
    ]);
  });

  it("is believed by the journey's clients, which take no other certificate", async () => {
    const targets = group();
    targets.register(await target("a", saying("a")));
    const certificates = await Promise.all([1, 2].map(() => ownCertificate(tmpdir(), "127.0.0.1")));
    const urls = await Promise.all(certificates.map(async (each) => (await listener(targets.pick, 60, each)).url));
    const [url = "", other = ""] = urls;
    const open = { ...{ arn: "", name: "", dnsName: "", urls: {} }, url, certificate: certificates[0]?.cert };
    const trusted = trustedUrl({ ecs: { loadBalancers: () => [open] } });
    const client = startClient({ url: trusted, perSecond: 50, writeEvery: 5 });
    await sleep(200);
    const { requests, lost } = await client.stop();
    const refused = await get(other).catch((error: unknown) => ((error as Error).cause as NodeJS.ErrnoException).code);
    expect([await get(trusted), requests > 0, lost, refused]).to.deep.equal([
      "200 a",
      true,
      {},
      "DEPTH_ZERO_SELF_SIGNED_CERT",
    ]);
  });

  // "When a load balancer first receives a request from a client, it routes the request to a target …, generates a cookie
  // named AWSALB …, and includes the cookie in the response to the client."
  it("keeps a client with one target by its cookies, until that target is gone or the time is over", async () => {
    const targets = group({ stickySeconds: 1 });
    const [a, b] = [await target("a", saying("a")), await target("b", saying("b"))];
    targets.register(a);
    targets.register(b);
    await reach(targets, "healthy", "healthy");
    const { url } = await listener(targets.pick);
    const first = await ask(url);
    const [cookie = "", cors = ""] = first.cookies;
    expect([cookie, cors].map((text) => text.replace(/=[\w-]+; Expires=[^;]+/, ""))).to.deep.equal([
      "AWSALB; Path=/",
      "AWSALBCORS; Path=/; SameSite=None; Secure",
    ]);
    const headers = { cookie: `other=1; ${cookie.split(";")[0] ?? ""}` };
    const again = await Promise.all([1, 2, 3, 4].map(async () => (await ask(url, { headers })).text));
    expect(again).to.deep.equal([1, 2, 3, 4].map(() => first.text));
    await sleep(1050);
    const late = await Promise.all([1, 2].map(async () => (await ask(url, { headers })).text));
    expect(late.toSorted()).to.deep.equal(["a", "b"]);
    const fresh = (await ask(url)).cookies.map((text) => text.split(";")[0] ?? "").join("; ");
    await targets.deregister(first.text === "a" ? a : b);
    const other = await ask(url, { headers: { cookie: fresh } });
    expect(other.text).to.equal(first.text === "a" ? "b" : "a");
  });

  it("sends a client elsewhere where its rule says so", async () => {
    const { url } = await listener(() => ({ status: 301, location: "https://shop.example.com:443/" }));
    const { status, location, text } = await ask(url);
    expect([status, location, text.includes("301 Moved Permanently")]).to.deep.equal([
      301,
      "https://shop.example.com:443/",
      true,
    ]);
  });

  it("answers 502 when the target cuts the connection, and does not ask again", async () => {
    let asked = 0;
    const targets = group();
    targets.register(
      await target("a", (reply) => {
        asked += 1;
        reply.socket?.destroy();
      }),
    );
    await reach(targets, "healthy");
    const { url } = await listener(targets.pick);
    expect([(await get(url)).slice(0, 3), asked]).to.deep.equal(["502", 1]);
  });

  it("answers 504 when the target does not answer in time", async () => {
    const targets = group();
    targets.register(await target("a", () => undefined));
    const { url } = await listener(targets.pick, 0.1);
    expect((await get(url)).slice(0, 3)).to.equal("504");
  });

  it("lets a request end before its target is gone, and sends it no other", async () => {
    const targets = group();
    const slow = await target("a", (reply) => setTimeout(() => reply.end("slow"), 200));
    targets.register(slow);
    const { url } = await listener(targets.pick);
    const request = get(url);
    await sleep(50);
    const order: string[] = [];
    const gone = targets.deregister(slow).then(() => order.push("gone"));
    expect(states(targets)).to.deep.equal(["draining"]);
    expect((await get(url)).slice(0, 3)).to.equal("503");
    expect(await request.finally(() => order.push("answered"))).to.equal("200 slow");
    await gone;
    expect([order.toSorted(), states(targets)]).to.deep.equal([["answered", "gone"], []]);
  });

  it("waits no longer than the deregistration delay", async () => {
    const targets = group({ deregistrationDelaySeconds: 0.05 });
    const stuck = await target("a", () => undefined);
    targets.register(stuck);
    const { url } = await listener(targets.pick);
    const request = get(url).catch(() => "cut");
    await sleep(30);
    await targets.deregister(stuck);
    expect(states(targets)).to.deep.equal([]);
    await Promise.all(started.splice(0).map((stop) => stop()));
    expect(await request).to.equal("cut");
  });

  it("understands lists and ranges of codes", () => {
    expect([200, 250, 301, 302].map((code) => matches("200-299,301", code))).to.deep.equal([true, true, true, false]);
  });

  it("tells targets' health in ELB's XML", () => {
    expect(targetHealthXml([{ id: "172.18.0.3", port: 8080, state: "healthy" }])).to.include(
      "<Target><Id>172.18.0.3</Id><Port>8080</Port><AvailabilityZone>all</AvailabilityZone></Target>" +
        "<HealthCheckPort>8080</HealthCheckPort><TargetHealth><State>healthy</State></TargetHealth>",
    );
  });
});
