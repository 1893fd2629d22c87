import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { parse, stringify } from "yaml";
import type { Surroundings } from "../journey/surroundings.ts";

/** Another source that staging is moved to, since each has permissions of its own. */
export interface OtherSource {
  /** Title of the scenario: a run from this source. */
  readonly title: string;
  /** Keys of this project that differ. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Puts a good commit where the source is. */
  readonly fill: (around: Surroundings) => Promise<void>;
}

const bucket = { Bucket: "acme-source" };
const object = { ...bucket, Key: "shop.zip" };

/** The sources beside a connection, in the order in which staging is moved. */
export const otherSources: readonly OtherSource[] = [
  {
    title: "a whole run from CodeCommit",
    settings: { sourceProvider: "CodeCommit", sourceRepository: "shop" },
    fill: async (around) => {
      around.cloud.pipelines.mapRepository("shop", join(around.directory, "repository", "remote.git"));
      // Takes the newest commit back, which is a bad one.
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
      // With a tag: its artifact gets it, for which S3 asks three permissions more.
      await s3.send(new PutObjectCommand({ ...object, Body: stdout, Tagging: "team=shop" }));
    },
  },
  {
    title: "a whole run of ready-made images",
    settings: {
      sourceProvider: "ECR",
      sourceBucket: "",
      sourceKey: "",
      // What only a build reads.
      buildParameters: [],
      testReports: false,
    },
    // `latest` is on what the last build has pushed.
    fill: () => Promise.resolve(),
  },
];

/** Sets keys of this project in the rehearsed staging; Pulumi's own note of its encryption beside them stays. */
export function configure(
  { checkout }: Pick<Surroundings, "checkout">,
  settings: Readonly<Record<string, unknown>>,
): void {
  const file = join(checkout, "Pulumi.staging.yaml");
  const { config, ...notes } = parse(readFileSync(file, "utf8")) as { readonly config: Record<string, unknown> };
  const changed = Object.entries(settings).map(([key, value]) => [`compose-ecs-pipeline:${key}`, value]);
  writeFileSync(file, stringify({ ...notes, config: { ...config, ...(Object.fromEntries(changed) as object) } }));
}
