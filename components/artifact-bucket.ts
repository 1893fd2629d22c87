import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

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
    const protect = args.protect ?? false;
    const bucket = new aws.s3.Bucket(
      name,
      { bucket: args.bucketName, forceDestroy: !protect },
      { parent: this, protect },
    );
    const own = { parent: this };
    const closed = new aws.s3.BucketPublicAccessBlock(
      name,
      {
        bucket: bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      own,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      name,
      { bucket: bucket.bucket, rules: [encryption(args.kmsKeyArn)] },
      own,
    );
    const versioning = new aws.s3.BucketVersioning(
      name,
      { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      own,
    );
    new aws.s3.BucketLifecycleConfiguration(
      name,
      { bucket: bucket.bucket, rules: [expiry] },
      { parent: this, dependsOn: [versioning] },
    );
    new aws.s3.BucketPolicy(
      name,
      { bucket: bucket.bucket, policy: tlsOnly(bucket.arn) },
      // S3 refuses two changes of a bucket's access at a time.
      { parent: this, dependsOn: [closed] },
    );
    this.bucketName = bucket.bucket;
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

function encryption(
  kmsMasterKeyId: string | undefined,
): aws.types.input.s3.BucketServerSideEncryptionConfigurationRule {
  if (kmsMasterKeyId === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  // One key for the bucket instead of a call of KMS for each object.
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId },
    bucketKeyEnabled: true,
  };
}

/** Policy of a bucket that nobody reaches without TLS. */
export function tlsOnly(bucketArn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
