import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { withMigration } from "../../rehearsal/changes.ts";
import type { Change } from "../../rehearsal/kit/commits.ts";
import { startSurroundings, type Surroundings } from "../../rehearsal/example/surroundings.ts";
import { stepByStep } from "../support/step-by-step.ts";

const place = "000000000000-us-east-1";
const [programs, artifacts] = ["program", "artifacts"].map((purpose) => `shop-staging-${purpose}-${place}`) as [
  string,
  string,
];

/** A rule of a lifecycle, as Pulumi's state has it. */
interface Rule {
  readonly status: string;
  readonly filter?: { readonly prefix?: string };
  readonly expiration?: { readonly days?: number };
  readonly noncurrentVersionExpiration?: { readonly noncurrentDays?: number };
}

interface LifecycleInputs {
  readonly bucket: string;
  readonly rules: readonly Rule[];
}

// The rehearsal's builds have no package registry: see noRegistry in rehearsal/example/surroundings.ts.
describe("the program that builds run, on the local cloud", function () {
  this.timeout(240_000);
  stepByStep();
  let around: Surroundings;
  let s3: S3Client;

  before(async () => {
    around = await startSurroundings({ environment: "staging", log: () => undefined });
    s3 = new S3Client({ ...around.client, forcePathStyle: true });
  });
  after(() => around.close());

  const keysIn = async (Bucket: string): Promise<readonly string[]> => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    return Contents.map(({ Key = "" }) => Key);
  };
  const release = async (change?: Change) => {
    const { executionId } = await around.push(change);
    const { status, actions } = await around.runOf(executionId);
    return { status, failed: actions.filter(({ error }) => error !== "").map(({ name }) => name) };
  };
  /** The lifecycles of all buckets of the stack. */
  const lifecycles = (): readonly LifecycleInputs[] => {
    const backend = (around.variables["PULUMI_BACKEND_URL"] ?? "").replace("file://", "");
    const file = join(backend, ".pulumi/stacks/compose-ecs-pipeline/staging.json");
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
      checkpoint: { latest: { resources: readonly { type: string; inputs: unknown }[] } };
    };
    return checkpoint.latest.resources
      .filter(({ type }) => type === "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
      .map(({ inputs }) => inputs as LifecycleInputs);
  };
  /** Deletes what S3 would have deleted after so many days in which nobody has changed anything. */
  const later = async (days: number): Promise<void> => {
    for (const { bucket: Bucket, rules } of lifecycles()) {
      for (const { status, filter, expiration, noncurrentVersionExpiration } of rules) {
        const { Versions = [] } = await s3.send(
          new ListObjectVersionsCommand({ Bucket, Prefix: filter?.prefix ?? "" }),
        );
        const expired = Versions.filter(
          ({ IsLatest }) =>
            status === "Enabled" &&
            ((IsLatest === true ? expiration?.days : noncurrentVersionExpiration?.noncurrentDays) ?? Infinity) <= days,
        );
        const Objects = expired.map(({ Key, VersionId }) => ({ Key, VersionId }));
        if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      }
    }
  };

  it("is in its bucket before the first run, whose build asks no package registry", async () => {
    await around.up();
    await around.finishHandshake();
    expect((await keysIn(programs)).map((key) => /^[0-9a-f]{64}\.cjs$/.test(key))).to.deep.equal([true]);
    expect(await release()).to.deep.equal({ status: "Succeeded", failed: [] });
  });

  it("is still there after 60 days, and a release works", async () => {
    const before = [await keysIn(programs), (await keysIn(artifacts)).length > 0];
    await later(60);
    // The control: the artifacts have expired.
    expect([await keysIn(programs), await keysIn(artifacts)]).to.deep.equal([before[0], []]);
    expect(before[1]).to.equal(true);
    expect(await release(withMigration)).to.deep.equal({ status: "Succeeded", failed: [] });
  });

  it("can be read by the role of the build, which may not write it", async () => {
    const [Key = ""] = await keysIn(programs);
    const { identity, accountId, region } = around.cloud.world;
    const credentials = await identity.assume(
      `arn:aws:iam::${accountId}:role/shop-staging-build`,
      "codebuild.amazonaws.com",
      "proof",
      `arn:aws:codebuild:${region}:${accountId}:project/shop-staging-build`,
    );
    const build = new S3Client({ ...around.client, credentials, forcePathStyle: true });
    const write = (key: string) =>
      build.send(new PutObjectCommand({ Bucket: programs, Key: key, Body: "tampered" })).then(
        () => "written",
        (error: unknown) => (error instanceof Error ? error.name : error),
      );
    const { Body } = await build.send(new GetObjectCommand({ Bucket: programs, Key }));
    expect([
      ((await Body?.transformToString()) ?? "").length > 100_000,
      await write(Key),
      await write("new.cjs"),
    ]).to.deep.equal([true, "AccessDenied", "AccessDenied"]);
  });

  it("does not run when its bytes are others, and a refresh brings the right ones back", async () => {
    const [Key = ""] = await keysIn(programs);
    const marker = join(around.directory, "tampered");
    const Body = `require("node:fs").writeFileSync(${JSON.stringify(marker)}, "");`;
    await s3.send(new PutObjectCommand({ Bucket: programs, Key, Body }));
    const { status, actions } = await around.runOf(await around.startRun());
    // The stage Build is retried once.
    expect([status, actions.filter(({ error }) => error !== "").map(({ name }) => name)]).to.deep.equal([
      "Failed",
      ["Build", "Build"],
    ]);
    expect([existsSync(marker), (await around.buildLog()).split(" · ").at(-1)]).to.deep.equal([
      false,
      `s3://${programs}/${Key}: its SHA-256 is not ${Key.slice(0, 64)}, so nothing of it runs; run "pulumi up --refresh" for the stack`,
    ]);
    await around.run("refresh");
    await around.up();
    expect((await around.runOf(await around.startRun())).status).to.equal("Succeeded");
  });

  it("stays for builds that are queued when a later up brings another one", async () => {
    const [before = ""] = await keysIn(programs);
    const file = join(around.checkout, "build/code/promotion.ts");
    writeFileSync(file, `${readFileSync(file, "utf8")}\nprocess.stderr.write("");\n`);
    await around.up();
    const now = await keysIn(programs);
    expect([now.length, now.includes(before)]).to.deep.equal([2, true]);
  });
});
