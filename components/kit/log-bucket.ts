import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { closedBucket } from "./closed-bucket.ts";

/** A statement of a bucket's policy: which AWS service may do what. `resource` is a path in the bucket; empty means the bucket itself. */
export interface Writer {
  readonly service: string;
  readonly actions: readonly string[];
  readonly resource: string;
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface LogBucketArgs {
  readonly bucketName: string;
  /** Days for which a log is kept. */
  readonly retentionDays: number;
  readonly writers: readonly Writer[];
  /** Whether the bucket is protected from deletion, and is not deleted while it holds logs. */
  readonly protect: boolean;
}

/** A bucket that an AWS service writes logs to: encrypted with S3's own keys, over TLS only, never public. */
export class LogBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** The bucket's policy; once it exists, the service may write. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: LogBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:LogBucket", name, {}, opts);
    const { bucketName, protect, retentionDays, writers } = args;
    const statements = (bucketArn: pulumi.Output<string>) => writers.map((writer) => allow(bucketArn, writer));
    const { arn, bucket, policy } = closedBucket(name, { bucketName, protect, statements }, this);
    new aws.s3.BucketLifecycleConfiguration(name, { bucket, rules: [expiry(retentionDays)] }, { parent: this });
    this.ready = policy;
    this.bucketName = bucket;
    this.arn = arn;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

const expiry = (days: number) => ({ id: "expiry", status: "Enabled", filter: {}, expiration: { days } });

const allow = (bucketArn: pulumi.Output<string>, { service, actions, resource, condition }: Writer) => ({
  Effect: "Allow",
  Principal: { Service: service },
  Action: actions,
  Resource: resource === "" ? bucketArn : pulumi.interpolate`${bucketArn}/${resource}`,
  ...(condition && { Condition: condition }),
});
