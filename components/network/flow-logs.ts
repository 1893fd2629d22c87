import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { LogBucket } from "../kit/log-bucket.ts";
import type { Names } from "../kit/names.ts";
import type { Network } from "./network.ts";

export interface FlowLogsArgs {
  readonly names: Names;
  readonly network: Network;
  /** Whether there are any. */
  readonly flowLogs: boolean;
  readonly logRetentionDays: number;
  readonly protect: boolean;
}

/** A record of every connection in the VPC, in a bucket; undefined where nobody asks for it. */
export function flowLogsFor(
  name: string,
  args: FlowLogsArgs,
  opts?: pulumi.ComponentResourceOptions,
): LogBucket | undefined {
  if (!args.flowLogs) return undefined;
  const { flowLogBucket, place } = args.names;
  const { partition, region, accountId } = place;
  // VPC user guide, "Amazon S3 bucket permissions for flow logs".
  const source = {
    StringEquals: { "aws:SourceAccount": accountId },
    ArnLike: { "aws:SourceArn": `arn:${partition}:logs:${region}:${accountId}:*` },
  };
  const service = "delivery.logs.amazonaws.com";
  const bucket = new LogBucket(
    `${name}-flow-logs`,
    {
      bucketName: flowLogBucket,
      retentionDays: args.logRetentionDays,
      protect: args.protect,
      writers: [
        {
          service,
          actions: ["s3:PutObject"],
          resource: `AWSLogs/${accountId}/*`,
          condition: {
            ...source,
            StringEquals: { ...source.StringEquals, "s3:x-amz-acl": "bucket-owner-full-control" },
          },
        },
        { service, actions: ["s3:GetBucketAcl", "s3:ListBucket"], resource: "", condition: source },
      ],
    },
    opts,
  );
  new aws.ec2.FlowLog(
    `${name}-flow-logs`,
    { vpcId: args.network.vpcId, trafficType: "ALL", logDestinationType: "s3", logDestination: bucket.arn },
    { parent: bucket, dependsOn: [bucket.ready] },
  );
  return bucket;
}
