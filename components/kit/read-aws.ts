import * as aws from "@pulumi/aws";
import type { Place } from "./names.ts";

/** A parameter of Parameter Store, or undefined if there is none of that name; its value is decrypted only if `withDecryption` is true. */
export async function readParameter(
  name: string,
  withDecryption = false,
): Promise<aws.ssm.GetParameterResult | undefined> {
  try {
    return await aws.ssm.getParameter({ name, withDecryption });
  } catch (error) {
    // Any other error, such as "access denied", does not say whether the parameter exists.
    if (/ParameterNotFound|couldn't find resource/.test(String(error))) return undefined;
    throw error;
  }
}

/** The AWS account and region that the stack's provider works in. */
export async function readPlace(): Promise<Place> {
  const [caller, region, partition] = await Promise.all([aws.getCallerIdentity(), aws.getRegion(), aws.getPartition()]);
  return { partition: partition.partition, region: region.region, accountId: caller.accountId };
}
