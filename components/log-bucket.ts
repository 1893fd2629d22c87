import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A statement of a bucket's policy: who of AWS's services may do what; `resource` is below the bucket, empty for itself. */
export interface Writer {
  readonly service: string;
  readonly actions: readonly string[];
  readonly resource: string;
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface LogBucketArgs {
  readonly bucketName: string;
  /** Days a log is kept. */
  readonly retentionDays: number;
  readonly writers: readonly Writer[];
  /** Whether the bucket is protected, and refuses to be deleted with logs in it. */
  readonly protect: boolean;
}

/** A bucket that one of AWS's services writes logs to: encrypted by S3's own keys, over TLS only, never public. */
export class LogBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** Resolves when the service may write. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: LogBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:LogBucket", name, {}, opts);
    const { protect } = args;
    const made = new aws.s3.Bucket(
      name,
      { bucket: args.bucketName, forceDestroy: !protect },
      { parent: this, protect },
    );
    const own = { parent: this };
    const closed = new aws.s3.BucketPublicAccessBlock(
      name,
      {
        bucket: made.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      own,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      name,
      { bucket: made.bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      own,
    );
    new aws.s3.BucketLifecycleConfiguration(name, { bucket: made.bucket, rules: [expiry(args.retentionDays)] }, own);
    this.ready = new aws.s3.BucketPolicy(
      name,
      { bucket: made.bucket, policy: policy(made.arn, args.writers) },
      // S3 refuses two changes of a bucket's access at a time.
      { parent: this, dependsOn: [closed] },
    );
    this.bucketName = made.bucket;
    this.arn = made.arn;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

const expiry = (days: number) => ({ id: "expiry", status: "Enabled", filter: {}, expiration: { days } });

function policy(bucketArn: pulumi.Output<string>, writers: readonly Writer[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      ...writers.map(({ service, actions, resource, condition }) => ({
        Effect: "Allow",
        Principal: { Service: service },
        Action: actions,
        Resource: resource === "" ? bucketArn : pulumi.interpolate`${bucketArn}/${resource}`,
        ...(condition && { Condition: condition }),
      })),
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
