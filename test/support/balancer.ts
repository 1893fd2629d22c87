import type { BalancerSettings } from "../../components/balancer/load-balancer.ts";

/** A load balancer that asks for nothing: HTTP from anywhere. */
export const plainBalancer: BalancerSettings = {
  internal: false,
  ipv6: false,
  idleTimeoutSeconds: 60,
  allowedRanges: [],
  accessLogs: false,
};
