import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DeleteParameterCommand, GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { docker, redisImage } from "../../local-cloud/index.ts";
import { listNotes, writeNote } from "../../rehearsal/example/notes.ts";
import { journey, type Journey } from "../../rehearsal/example/journey.ts";
import { startSurroundings, type Surroundings } from "../../rehearsal/example/surroundings.ts";
import { edited } from "../../rehearsal/kit/commits.ts";
import { timeline } from "../../rehearsal/kit/timeline.ts";
import { stepByStep } from "../support/step-by-step.ts";
import { lighten } from "./lighten.ts";

describe("the database of production, made by up,", function () {
  this.timeout(300_000);
  stepByStep();
  const lines: string[] = [];
  let around: Surroundings;
  let steps: Journey;

  before(async () => {
    const told = timeline((line) => lines.push(line));
    around = await startSurroundings({ environment: "production", log: told.note });
    lighten(around.checkout);
    const file = join(around.checkout, "Pulumi.production.yaml");
    // One task uses the database as two do.
    const settings = edited({ file, replace: "desiredCount: 2", by: "desiredCount: 1" }, readFileSync(file, "utf8"));
    const stores = ["bucket: true", "bucketPrefix: uploads/", "cacheEngine: valkey"];
    writeFileSync(file, settings + stores.map((setting) => `  compose-ecs-pipeline:${setting}\n`).join(""));
    steps = journey(around, told);
  });

  after(async function () {
    // The lines are what a person needs to look into a failure.
    if (this.test?.parent?.tests.some(({ state }) => state === "failed")) process.stdout.write(`${lines.join("\n")}\n`);
    await around.close();
  });

  const passwordParameter = "/shop/production/.database/password";
  const tokenParameter = "/shop/production/.cache/token";

  /** Password, token and URLs as they are in the store. */
  const stored = async () => {
    const Names = [passwordParameter, "/shop/production/DATABASE_URL", "/shop/production/REDIS_URL"];
    const { Parameters = [] } = await new SSMClient(around.client).send(
      new GetParametersCommand({ Names, WithDecryption: true }),
    );
    const valueOf = (name: string | undefined) => Parameters.find(({ Name }) => Name === name)?.Value ?? "";
    return { password: valueOf(Names[0]), url: valueOf(Names[1]), cache: valueOf(Names[2]) };
  };

  /** The cache's answer to a container in the network with the cache's URL; for redis-cli, an empty user name means no user. */
  const asked = async (url: string, command: string) =>
    docker(
      [
        "run",
        "--rm",
        "--network",
        around.cloud.world.network,
        "--env",
        "CACHE",
        "--entrypoint",
        "sh",
        redisImage,
      ].concat(["-c", `redis-cli --no-auth-warning --insecure -u "$CACHE" ${command} 2>&1`]),
      { env: { CACHE: url.replace("://:", "://default:") } },
    ).catch((error: unknown) => (error as Error).message);

  /** Runs a query in the database, as its owner. */
  const query = async (text: string) => {
    const server = await docker([
      "ps",
      "--quiet",
      "--filter",
      `network=${around.cloud.world.network}`,
      "--filter",
      "ancestor=compose-ecs-pipeline/postgres:15",
    ]);
    return docker([
      "exec",
      server,
      "psql",
      "--username=app",
      "--tuples-only",
      "--no-align",
      "--command",
      text,
      "shop_production",
    ]);
  };

  it("exists after the first up, with its URL in the store, without a person's help", async () => {
    await steps.firstUp();
    const { password, url } = await stored();
    expect(password).to.match(/^[0-9a-f]{40}$/);
    expect(url).to.equal(`postgres://app:${password}@shop-production.rehearsal:5432/shop_production?sslmode=require`);
  });

  it("is migrated and used by the first release, over TLS only", async () => {
    await steps.releaseFirst();
    expect(
      await query(
        "SELECT count(*) > 0, bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE client_addr IS NOT NULL",
      ),
    ).to.equal("t|t");
  });

  it("has a cache next to it that a container uses through its URL, and no one without TLS or the token", async () => {
    const { cache } = await stored();
    expect(cache).to.match(/^rediss:\/\/:[0-9a-f]+@master\.shop-production\.rehearsal:6379\/0$/);
    expect([await asked(cache, "set greeting hello"), await asked(cache, "get greeting")]).to.deep.equal([
      "OK",
      "hello",
    ]);
    expect(await asked(cache.replace(/:[0-9a-f]+@/, ":wrong@"), "get greeting")).to.include("NOAUTH");
    expect(await asked(cache.replace("rediss:", "redis:"), "get greeting")).to.not.include("hello");
  });

  it("gets another password by one up after the kept one is deleted, like the cache another token, and the data is still there", async () => {
    await writeNote(around.url(), "written with the first password");
    const before = await stored();
    for (const Name of [passwordParameter, tokenParameter])
      await new SSMClient(around.client).send(new DeleteParameterCommand({ Name }));
    const { changes } = await around.up();
    await around.untilSteady();
    const after = await stored();
    expect(after.password)
      .to.match(/^[0-9a-f]{40}$/)
      .and.not.to.equal(before.password);
    expect(after.url).to.equal(before.url.replace(before.password, after.password));
    expect([changes.replace, changes.delete]).to.deep.equal([2, 0]);
    expect(await listNotes(around.url())).to.include("written with the first password");
    expect(after.cache).to.not.equal(before.cache);
    // Tasks that go have the old token.
    expect([await asked(before.cache, "get greeting"), await asked(after.cache, "get greeting")]).to.deep.equal([
      "hello",
      "hello",
    ]);
  });

  it("has a bucket next to it that the application's role may use in its folder only", async () => {
    const { identity, region, accountId, endpointUrl: endpoint } = around.cloud.world;
    const role = `arn:aws:iam::${accountId}:role/shop-production-task`;
    const from = `arn:aws:ecs:${region}:${accountId}:task/shop-production/1`;
    const credentials = await identity.assume(role, "ecs-tasks.amazonaws.com", "1", from);
    const s3 = new S3Client({ region, endpoint, credentials, forcePathStyle: true });
    const put = (Key: string) =>
      s3.send(new PutObjectCommand({ Bucket: `shop-production-files-${accountId}-${region}`, Key, Body: "1" })).then(
        () => "written",
        (error: unknown) => (error as Error).name,
      );
    expect([await put("uploads/1"), await put("private/1")]).to.deep.equal(["written", "AccessDenied"]);
  });
});
