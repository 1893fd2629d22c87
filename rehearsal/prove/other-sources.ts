import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { parse, stringify } from "yaml";
import type { Surroundings } from "../example/surroundings.ts";

/** Another source for staging, since each source needs other permissions. */
export interface OtherSource {
  /** Title of the scenario: a run from this source. */
  readonly title: string;
  /** Settings of this project that differ. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Puts a good commit into the source. */
  readonly fill: (around: Surroundings) => Promise<void>;
}

const bucket = { Bucket: "acme-source" };
const object = { ...bucket, Key: "shop.zip" };

/** The other sources than a connection, in the order in which staging uses them. */
export const otherSources: readonly OtherSource[] = [
  {
    title: "a whole run from CodeCommit",
    settings: { sourceProvider: "CodeCommit", sourceRepository: "shop" },
    fill: async (around) => {
      around.cloud.pipelines.mapRepository("shop", join(around.directory, "repository", "remote.git"));
      // Reverts the newest commit, which is a bad one.
      await around.push({
        message: "Good again",
        fails: false,
        edits: [{ file: "app/public/proof.txt", text: "good\n" }],
      });
    },
  },
  {
    title: "a whole run from S3",
    settings: {
      sourceProvider: "S3",
      sourceRepository: "",
      branch: "",
      sourceBucket: bucket.Bucket,
      sourceKey: object.Key,
    },
    fill: async ({ client, checkout }) => {
      const s3 = new S3Client({ ...client, forcePathStyle: true });
      await s3.send(new CreateBucketCommand(bucket));
      await s3.send(new PutBucketVersioningCommand({ ...bucket, VersioningConfiguration: { Status: "Enabled" } }));
      const archive = ["archive", "--format=zip", "HEAD"];
      const { stdout } = await promisify(execFile)("git", archive, {
        cwd: checkout,
        encoding: "buffer",
        maxBuffer: 64 * 1024 * 1024,
      });
      // With a tag, which its artifact gets, too: S3 needs three more permissions for that.
      await s3.send(new PutObjectCommand({ ...object, Body: stdout, Tagging: "team=shop" }));
    },
  },
  {
    title: "a whole run of ready-made images",
    settings: {
      sourceProvider: "ECR",
      // Staging's file names one.
      buildspec: "",
      sourceBucket: "",
      sourceKey: "",
      // Only a build reads this.
      buildParameters: [],
      testReports: false,
    },
    // The last build has pushed `latest`.
    fill: () => Promise.resolve(),
  },
];

/** Sets configuration of this project in staging; Pulumi's note of its encryption in the same file stays. */
export function configure(
  { checkout }: Pick<Surroundings, "checkout">,
  settings: Readonly<Record<string, unknown>>,
): void {
  const file = join(checkout, "Pulumi.staging.yaml");
  const { config, ...notes } = parse(readFileSync(file, "utf8")) as { readonly config: Record<string, unknown> };
  const changed = Object.entries(settings).map(([key, value]) => [`compose-ecs-pipeline:${key}`, value]);
  writeFileSync(file, stringify({ ...notes, config: { ...config, ...(Object.fromEntries(changed) as object) } }));
}
