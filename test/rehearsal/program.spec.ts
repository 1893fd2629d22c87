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
import { timeline } from "../../rehearsal/kit/timeline.ts";
import { stepByStep } from "../support/step-by-step.ts";
import { startSmallWorld, type SmallWorld } from "./retry-world.ts";

const place = "000000000000-us-east-1";
const [programs, artifacts] = ["program", "artifacts"].map((purpose) => `shop-staging-${purpose}-${place}`) as [
  string,
  string,
];

/** What the program itself prints when a migration fails. */
const migrationFailed = /^migrate: exit code 1 \(.*\); nothing was deployed$/;

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
  const lines: string[] = [];
  let on: SmallWorld | undefined;
  let world: SmallWorld;
  let around: SmallWorld["around"];
  let s3: S3Client;

  before(async () => {
    on = world = await startSmallWorld({ log: timeline((line) => lines.push(line)).note });
    around = world.around;
    s3 = new S3Client({ ...around.client, forcePathStyle: true });
  });
  after(async function () {
    // The lines are what a person needs to look into a failure.
    if (this.test?.parent?.tests.some(({ state }) => state === "failed")) process.stdout.write(`${lines.join("\n")}\n`);
    await on?.around.close();
  });

  const keysIn = async (Bucket: string): Promise<readonly string[]> => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    return Contents.map(({ Key = "" }) => Key);
  };
  /** What a run has come to: a release that ends in its migration costs no deployment. */
  const ended = async (executionId: string): Promise<readonly string[]> => {
    const { status, actions } = await world.ended(executionId);
    return [status, ...actions];
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
    expect((await keysIn(programs)).map((key) => /^[0-9a-f]{64}\.cjs$/.test(key))).to.deep.equal([true]);
    await world.behave({ MIGRATION: "fails" });
    const { executionId } = await around.push();
    expect(await ended(executionId)).to.deep.equal(["Failed", "Build Succeeded", "Migrate Failed", "Source Succeeded"]);
    expect(await world.lastLine()).to.match(migrationFailed);
  });

  it("is still there after 60 days, and a release works", async () => {
    const before = [await keysIn(programs), (await keysIn(artifacts)).length > 0];
    await later(60);
    // The control: the artifacts have expired.
    expect([await keysIn(programs), await keysIn(artifacts)]).to.deep.equal([before[0], []]);
    expect(before[1]).to.equal(true);
    await world.behave({ MIGRATION: "ok" });
    expect((await ended(await around.startRun()))[0]).to.equal("Succeeded");
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
    const run = await around.startRun();
    // The stage Build is retried once.
    expect(await ended(run)).to.deep.equal(["Failed", "Build Failed", "Build Failed", "Source Succeeded"]);
    expect([existsSync(marker), await world.lastLine()]).to.deep.equal([
      false,
      `s3://${programs}/${Key}: its SHA-256 is not ${Key.slice(0, 64)}, so nothing of it runs; run "pulumi up --refresh" for the stack`,
    ]);
    await around.run("refresh");
    await around.up();
    await world.behave({ MIGRATION: "fails" });
    expect((await world.retry(run, "Build")).actions).to.deep.equal(["Build Succeeded", "Migrate Failed"]);
    expect(await world.lastLine()).to.match(migrationFailed);
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
