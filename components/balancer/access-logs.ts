import type * as pulumi from "@pulumi/pulumi";
import { LogBucket } from "../kit/log-bucket.ts";
import type { Names } from "../kit/names.ts";

export interface AccessLogsArgs {
  readonly names: Names;
  readonly logRetentionDays: number;
  readonly protect: boolean;
}

/**
 * The bucket of a load balancer's access logs. Its policy names the service, which AWS recommends for every region
 * (ELB, "Enable access logs for your Application Load Balancer").
 */
export function accessLogBucket(name: string, args: AccessLogsArgs, opts: pulumi.ComponentResourceOptions): LogBucket {
  const { accessLogBucket: bucketName, place } = args.names;
  return new LogBucket(
    `${name}-access-logs`,
    {
      bucketName,
      retentionDays: args.logRetentionDays,
      protect: args.protect,
      writers: [
        {
          service: "logdelivery.elasticloadbalancing.amazonaws.com",
          actions: ["s3:PutObject"],
          resource: `AWSLogs/${place.accountId}/*`,
        },
      ],
    },
    opts,
  );
}
