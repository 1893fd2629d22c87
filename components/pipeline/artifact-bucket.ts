import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { closedBucket } from "../kit/closed-bucket.ts";

export interface ArtifactBucketArgs {
  readonly bucketName: string;
  /** ARN of the KMS key that encrypts it. @default - S3's own keys (SSE-S3) */
  readonly kmsKeyArn?: string | undefined;
  /** Whether the bucket is protected from deletion, and is not deleted while it holds artifacts. @default - false */
  readonly protect?: boolean;
}

/** Days for which an artifact is kept: long enough to investigate a failed run. */
const expiryDays = 30;

/** The bucket through which the pipeline's actions pass on their artifacts: versioned, encrypted, over TLS only, never public; artifacts expire after 30 days. */
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

/** S3 itself removes a delete marker that has no versions left (S3 user guide, "Expiring objects"). */
const expiry = {
  id: "expiry",
  status: "Enabled",
  filter: {},
  expiration: { days: expiryDays },
  noncurrentVersionExpiration: { noncurrentDays: 1 },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
};
