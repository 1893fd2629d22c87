import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { ownCertificate } from "../../../local-cloud/ecs/balancing/own-certificate.ts";
import { startClient } from "../../../rehearsal/kit/client.ts";
import { trustedUrl } from "../../../rehearsal/local/trusted-url.ts";
import { ask } from "../ask.ts";
import { balancerBench } from "./balancer-bench.ts";

// Rules from the Application Load Balancers user guide: target-group-health-checks, edit-target-group-attributes
// (deregistration delay), load-balancer-troubleshooting (502, 503, 504) and x-forwarded-headers.
describe("the load balancer", () => {
  const { started, group, listener, target, saying, reach, get } = balancerBench();

  it("answers 503 without a target", async () => {
    const { url } = await listener(group().pick);
    expect((await get(url)).slice(0, 3)).to.equal("503");
  });

  it("tells the target the client's address, and passes bodies on", async () => {
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

  // "X-Forwarded-Proto … helps you identify the protocol (HTTP or HTTPS) that a client used"; a client's own word is
  // replaced
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

  it("is trusted by the journey's clients, which accept no other certificate", async () => {
    const targets = group();
    targets.register(await target("a", saying("a")));
    const certificates = await Promise.all([1, 2].map(() => ownCertificate(tmpdir(), "127.0.0.1")));
    const urls = await Promise.all(certificates.map(async (each) => (await listener(targets.pick, 60, each)).url));
    const [url = "", other = ""] = urls;
    const open = { arn: "", name: "", dnsName: "", urls: {}, url, certificate: certificates[0]?.cert };
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
  it("keeps a client with one target by its cookies, until that target is gone or the time has passed", async () => {
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

  it("redirects a client when a rule says so", async () => {
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
});
