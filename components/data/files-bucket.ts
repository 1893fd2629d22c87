import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { closedBucket } from "../kit/closed-bucket.ts";
import type { Names } from "../kit/names.ts";
import type { Statement } from "../kit/statement.ts";

/** The settings of a stack about the bucket for its application's files. */
export interface FilesBucketSettings {
  /** Compose variable that holds the bucket's name. */
  readonly variable: string;
  /** Prefix of the keys that containers may use; empty means all keys. */
  readonly prefix: string;
  /** Days for which a version is kept after a newer one or a deletion; 0 keeps no versions. */
  readonly versionDays: number;
  /** Origins of the pages from which browsers may read and upload. */
  readonly corsOrigins: readonly string[];
}

export interface FilesBucketArgs {
  readonly bucketName: string;
  readonly settings: FilesBucketSettings;
  /** Whether the bucket is protected from deletion, and is not deleted while it holds files. @default - false */
  readonly protect?: boolean;
}

/** The bucket where the application keeps files: encrypted, over TLS only, never public. */
export class FilesBucket extends pulumi.ComponentResource {
  constructor(name: string, args: FilesBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:FilesBucket", name, {}, opts);
    const { bucketName, settings, protect = false } = args;
    const own = { parent: this };
    const { bucket } = closedBucket(name, { bucketName, protect }, this);
    // If a bucket has ever had versions, they can only be suspended.
    const status = settings.versionDays > 0 ? "Enabled" : "Suspended";
    const versioning = new aws.s3.BucketVersioning(name, { bucket, versioningConfiguration: { status } }, own);
    new aws.s3.BucketLifecycleConfiguration(
      name,
      { bucket, rules: [expiry(settings)] },
      { parent: this, dependsOn: [versioning] },
    );
    if (settings.corsOrigins.length > 0)
      new aws.s3.BucketCorsConfiguration(name, { bucket, corsRules: [cors(settings)] }, own);
    this.registerOutputs({});
  }
}

function expiry({ versionDays }: FilesBucketSettings) {
  return {
    id: "expiry",
    status: "Enabled",
    filter: {},
    noncurrentVersionExpiration: { noncurrentDays: Math.max(versionDays, 1) },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
  };
}

/** What an upload from a page needs; it reads the ETag of each part. */
function cors({ corsOrigins }: FilesBucketSettings) {
  return {
    allowedOrigins: [...corsOrigins],
    allowedMethods: ["GET", "HEAD", "PUT", "POST"],
    allowedHeaders: ["*"],
    exposeHeaders: ["ETag"],
    maxAgeSeconds: 3600,
  };
}

/** What the application may do: read, write, delete and list its files, but not change the bucket itself. */
export function useFiles(
  { filesBucket }: Pick<Names, "filesBucket">,
  { prefix }: FilesBucketSettings,
): readonly Statement[] {
  return [
    {
      Effect: "Allow",
      Action: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      Resource: `${filesBucket.arn}/${prefix}*`,
    },
    {
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: filesBucket.arn,
      ...(prefix !== "" && { Condition: { StringLike: { "s3:prefix": `${prefix}*` } } }),
    },
  ];
}
