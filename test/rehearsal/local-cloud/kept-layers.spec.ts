import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { startLocalEndpoint } from "./local-endpoint.ts";
import type { LocalEndpoint } from "./local-endpoint.ts";

describe("the layers that a registry of the local cloud keeps for the next one", function () {
  this.timeout(60_000);
  const layersFolder = mkdtempSync(join(tmpdir(), "kept-layers-"));
  const registries: LocalEndpoint[] = [];
  const [large, small] = [randomBytes(2 << 20), randomBytes(1000)];
  const digestOf = (content: Buffer) => `sha256:${createHash("sha256").update(content).digest("hex")}`;

  after(async () => {
    for (const registry of registries) await registry.close();
    rmSync(layersFolder, { recursive: true, force: true });
  });

  /** A new registry with an empty repository; returns how a client asks it for something. */
  async function emptyRegistry(folder: string | undefined) {
    const local = await startLocalEndpoint(folder === undefined ? {} : { layersFolder: folder });
    registries.push(local);
    const ecr = new ECRClient(local.asRoot);
    await ecr.send(new CreateRepositoryCommand({ repositoryName: "shop/web" }));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand());
    const authorization = `Basic ${authorizationData?.[0]?.authorizationToken ?? ""}`;
    return async (method: string, path: string, body?: Buffer) => {
      const address = path.startsWith("/") ? path : `/v2/shop/web/blobs/${path}`;
      return await fetch(`${local.endpoint.url}${address}`, {
        method,
        headers: { authorization },
        ...(body !== undefined && { body }),
      });
    };
  }

  /** Pushes a layer as Docker does: a session, the content, the end. */
  async function push(ask: Awaited<ReturnType<typeof emptyRegistry>>, content: Buffer): Promise<number> {
    const begun = await ask("POST", "uploads/");
    const session = begun.headers.get("location") ?? "";
    const sent = await ask("PATCH", session, content);
    const next = sent.headers.get("location") ?? session;
    return (await ask("PUT", `${next}?digest=${digestOf(content)}`)).status;
  }

  it("are the large ones, which a client of the next registry need not push", async () => {
    const first = await emptyRegistry(layersFolder);
    expect([await push(first, large), await push(first, small)]).to.deep.equal([201, 201]);
    const next = await emptyRegistry(layersFolder);
    const [kept, other] = [await next("HEAD", digestOf(large)), await next("HEAD", digestOf(small))];
    expect([kept.status, kept.headers.get("content-length"), other.status]).to.deep.equal([200, `${2 << 20}`, 404]);
    expect(Buffer.from(await (await next("GET", digestOf(large))).arrayBuffer()).equals(large)).to.equal(true);
    expect(readdirSync(layersFolder)).to.deep.equal([digestOf(large).slice("sha256:".length)]);
  });

  it("are the newest ones, up to 500 MiB", async () => {
    for (const [name, days] of [
      ["older", 2],
      ["old", 1],
    ] as const) {
      const file = join(layersFolder, name);
      writeFileSync(file, "");
      truncateSync(file, 300 << 20);
      const then = new Date(Date.now() - days * 86_400_000);
      utimesSync(file, then, then);
    }
    const another = randomBytes(2 << 20);
    await push(await emptyRegistry(layersFolder), another);
    // A layer is kept after the client has its answer.
    while (readdirSync(layersFolder).includes("older")) await sleep(20);
    const kept = [large, another].map((layer) => digestOf(layer).slice("sha256:".length));
    expect(readdirSync(layersFolder)).to.have.members([...kept, "old"]);
  });

  it("are none, and a push succeeds all the same, where the folder cannot be written", async () => {
    const file = join(layersFolder, "file");
    writeFileSync(file, "");
    const ask = await emptyRegistry(file);
    expect([await push(ask, large), (await ask("HEAD", digestOf(large))).status]).to.deep.equal([201, 200]);
    rmSync(file);
  });

  it("are not taken when their content is another one, and not by a registry without that folder", async () => {
    const without = await emptyRegistry(undefined);
    expect((await without("HEAD", digestOf(large))).status).to.equal(404);
    writeFileSync(join(layersFolder, digestOf(large).slice("sha256:".length)), randomBytes(2 << 20));
    const next = await emptyRegistry(layersFolder);
    expect((await next("HEAD", digestOf(large))).status).to.equal(404);
  });
});
