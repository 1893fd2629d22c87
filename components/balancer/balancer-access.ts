import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Who can reach a load balancer. */
export interface BalancerAccess {
  /** Whether it has only private addresses, which are reached from the VPC and from connected networks. */
  readonly internal: boolean;
  /** Whether it has IPv6 addresses as well as IPv4; its subnets must have both, too. */
  readonly ipv6: boolean;
  /** Address ranges that it lets in. Empty: everyone, or every private IPv4 address if it is internal. */
  readonly allowedRanges: readonly string[];
}

/** The address ranges that a load balancer lets in. */
function rangesOf({ allowedRanges, internal, ipv6 }: BalancerAccess): readonly string[] {
  if (allowedRanges.length > 0) return allowedRanges;
  // RFC 1918.
  if (internal) return ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
  return ipv6 ? [everybody, "::/0"] : [everybody];
}

const everybody = "0.0.0.0/0";

/** Lets the allowed ranges in at these ports of the load balancer. */
export function balancerIn(
  name: string,
  args: {
    readonly access: BalancerAccess;
    readonly groupId: pulumi.Output<string>;
    readonly ports: readonly (80 | 443)[];
  },
  parent: pulumi.Resource,
): void {
  for (const port of args.ports) {
    for (const range of rangesOf(args.access)) {
      const suffix = range === everybody ? "" : `-${range}`;
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-${port === 80 ? "http" : "https"}-in${suffix}`,
        {
          securityGroupId: args.groupId,
          ...(range.includes(":") ? { cidrIpv6: range } : { cidrIpv4: range }),
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
        },
        { parent },
      );
    }
  }
}
