import * as aws from "@pulumi/aws";
import type { Place } from "./names.ts";

/** The AWS account and region that the stack's provider works in. */
export async function readPlace(): Promise<Place> {
  const [caller, region, partition] = await Promise.all([aws.getCallerIdentity(), aws.getRegion(), aws.getPartition()]);
  return { partition: partition.partition, region: region.region, accountId: caller.accountId };
}
