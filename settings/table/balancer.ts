import { flag, list, number, text } from "./key.ts";

/** The keys about the load balancer. */
export const balancerKeys = {
  healthCheckPath: text(
    "",
    "Path at which the environment's own service answers 200 when a task can serve; empty means the path in the Compose health check, or /health without it",
  ),
  domain: text(
    "",
    "Host name at which the environment is reached by HTTPS; empty means HTTP at the load balancer's own name",
  ),
  hostedZoneId: text("", "ID of the domain's Route 53 zone, for its address and the certificate's validation"),
  certificateArn: text("", "ARN of an ACM certificate for the domain, in the stack's region; empty creates one"),
  internalBalancer: flag(
    false,
    "Whether the load balancer has only private addresses; a change replaces the load balancer",
  ),
  ipv6: flag(
    false,
    "Whether load balancer and subnets have IPv6 as well as IPv4; an existing VPC must have it. It cannot be changed for a VPC that `up` has created",
  ),
  idleTimeoutSeconds: number(
    60,
    "Seconds that a connection to the load balancer may be idle (1 to 4000); containers must keep theirs open for longer",
  ),
  allowedRanges: list(
    "Address ranges that may reach the load balancer; empty means everyone, or every private IPv4 address for an internal one",
  ),
  accessLogs: flag(false, "Whether the load balancer logs each request to a bucket, for logRetentionDays"),
  webAclArn: text("", "ARN of a regional WAF web ACL that checks requests first; empty means none"),
};
