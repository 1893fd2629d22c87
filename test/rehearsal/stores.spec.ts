import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DeleteParameterCommand, GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { docker } from "../../rehearsal/docker.ts";
import { listNotes, writeNote } from "../../rehearsal/journey/application.ts";
import { journey, type Journey } from "../../rehearsal/journey/journey.ts";
import { startSurroundings, type Surroundings } from "../../rehearsal/journey/surroundings.ts";
import { timeline } from "../../rehearsal/journey/timeline.ts";
import { stepByStep } from "../support/step-by-step.ts";

describe("the database of production, made by up,", function () {
  this.timeout(300_000);
  stepByStep();
  const lines: string[] = [];
  let around: Surroundings;
  let steps: Journey;

  before(async () => {
    const told = timeline((line) => lines.push(line));
    around = await startSurroundings({ environment: "production", log: told.note });
    appendFileSync(
      join(around.checkout, "Pulumi.production.yaml"),
      "  compose-ecs-pipeline:bucket: true\n  compose-ecs-pipeline:bucketPrefix: uploads/\n",
    );
    steps = journey(around, told);
  });

  after(async function () {
    // What was told is what a person needs who looks at a failure.
    if (this.test?.parent?.tests.some(({ state }) => state === "failed")) process.stdout.write(`${lines.join("\n")}\n`);
    await around.close();
  });

  const passwordParameter = "/shop/production/.database/password";

  /** Password and URL as they are in the store. */
  const stored = async () => {
    const Names = [passwordParameter, "/shop/production/DATABASE_URL"];
    const { Parameters = [] } = await new SSMClient(around.client).send(
      new GetParametersCommand({ Names, WithDecryption: true }),
    );
    const valueOf = (name: string | undefined) => Parameters.find(({ Name }) => Name === name)?.Value ?? "";
    return { password: valueOf(Names[0]), url: valueOf(Names[1]) };
  };

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

  it("is there at the first up, with its URL in the store and nobody's hand in it", async () => {
    await steps.firstUp();
    const { password, url } = await stored();
    expect(password).to.match(/^[0-9a-f]{40}$/);
    expect(url).to.equal(`postgres://app:${password}@shop-production.rehearsal:5432/shop_production?sslmode=require`);
  });

  it("is migrated and served from by the first release, over TLS only", async () => {
    await steps.releaseFirst();
    expect(
      await query(
        "SELECT count(*) > 0, bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE client_addr IS NOT NULL",
      ),
    ).to.equal("t|t");
  });

  it("gets another password by one up after the kept one is deleted, and what was written is there", async () => {
    await writeNote(around.url(), "written with the first password");
    const before = await stored();
    await new SSMClient(around.client).send(new DeleteParameterCommand({ Name: passwordParameter }));
    const { changes } = await around.up();
    await around.untilSteady();
    const after = await stored();
    expect(after.password)
      .to.match(/^[0-9a-f]{40}$/)
      .and.not.to.equal(before.password);
    expect(after.url).to.equal(before.url.replace(before.password, after.password));
    expect([changes.replace, changes.delete]).to.deep.equal([2, 0]);
    expect(await listNotes(around.url())).to.include("written with the first password");
  });

  it("stands beside a bucket that the application's role may use in its folder only", async () => {
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
