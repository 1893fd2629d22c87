/** Where the mocked cloud is: its account, its region, and the ARNs of both. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** An ARN of this account and region, as `arn("ecs", "service/shop-staging/web")`. */
  readonly arn: (service: string, resource: string) => string;
  /** An ARN of this account that has no region, as IAM's. */
  readonly globalArn: (service: string, resource: string) => string;
}

/** AWS account of every mocked resource. */
export const accountId = "000000000000";

/** AWS region of a stack whose configuration names none. */
export const defaultRegion = "us-east-1";

/** The account of the mocked cloud in a region. */
export function placeIn(region: string): Place {
  const partition = partitions.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "aws";
  return {
    partition,
    region,
    accountId,
    arn: (service, resource) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`,
    globalArn: (service, resource) => `arn:${partition}:${service}::${accountId}:${resource}`,
  };
}

const partitions = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
] as const;
