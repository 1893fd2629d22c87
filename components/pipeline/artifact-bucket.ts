import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { closedBucket } from "../kit/closed-bucket.ts";

export interface ArtifactBucketArgs {
  readonly bucketName: string;
  /** ARN of the KMS key that encrypts it. @default - S3's own keys (SSE-S3) */
  readonly kmsKeyArn?: string | undefined;
  /** Whether the bucket is protected, and refuses to be deleted with artifacts in it. @default - false */
  readonly protect?: boolean;
}

/** Days an artifact is kept: long enough to look into a failed run. */
const expiryDays = 30;

/** What the pipeline's actions hand over to each other: versioned, encrypted, over TLS only, never public, gone after 30 days. */
export class ArtifactBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, args: ArtifactBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:ArtifactBucket", name, {}, opts);
    const { bucketName, kmsKeyArn, protect = false } = args;
    const { bucket } = closedBucket(name, { bucketName, kmsKeyArn, protect }, this);
    const versioning = new aws.s3.BucketVersioning(
      name,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new aws.s3.BucketLifecycleConfiguration(
      name,
      { bucket, rules: [expiry] },
      { parent: this, dependsOn: [versioning] },
    );
    this.bucketName = bucket;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

/** S3 removes a delete marker with nothing behind it by itself (S3 user guide, "Expiring objects"). */
const expiry = {
  id: "expiry",
  status: "Enabled",
  filter: {},
  expiration: { days: expiryDays },
  noncurrentVersionExpiration: { noncurrentDays: 1 },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
};
