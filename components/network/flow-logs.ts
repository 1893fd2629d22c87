import * as aws from "@pulumi/aws";
import { LogBucket } from "../kit/log-bucket.ts";
import type { Names } from "../kit/names.ts";
import type { Network } from "./network.ts";

/** What is known about flow logs before anything is created. Plain data. */
export interface FlowLogsPlan {
  readonly names: Names;
  /** Whether the stack has flow logs. */
  readonly flowLogs: boolean;
  readonly logRetentionDays: number;
  readonly protect: boolean;
}

/** Creates a log of every connection in the VPC, in a bucket; undefined if the stack does not have flow logs. */
export function flowLogsFor(
  name: string,
  { names, flowLogs, logRetentionDays: retentionDays, protect }: FlowLogsPlan,
  { vpcId }: Pick<Network, "vpcId">,
): LogBucket | undefined {
  if (!flowLogs) return undefined;
  const { flowLogBucket: bucketName, place } = names;
  const { partition, region, accountId } = place;
  // VPC user guide, "Amazon S3 bucket permissions for flow logs".
  const source = {
    StringEquals: { "aws:SourceAccount": accountId },
    ArnLike: { "aws:SourceArn": `arn:${partition}:logs:${region}:${accountId}:*` },
  };
  const service = "delivery.logs.amazonaws.com";
  const bucket = new LogBucket(`${name}-flow-logs`, {
    bucketName,
    retentionDays,
    protect,
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
  });
  new aws.ec2.FlowLog(
    `${name}-flow-logs`,
    { vpcId, trafficType: "ALL", logDestinationType: "s3", logDestination: bucket.arn },
    { parent: bucket, dependsOn: [bucket.ready] },
  );
  return bucket;
}
