import * as pulumi from "@pulumi/pulumi";
import { balancerEntries } from "../../../components/balancer/balancer-entry.ts";
import { loadBalancerFor, type BalancerSettings } from "../../../components/balancer/load-balancer.ts";
import { Network } from "../../../components/network/network.ts";
import { plainBalancer } from "../../support/balancer.ts";
import { staging } from "../../support/names.ts";
import { plan } from "../../support/plans.ts";
import { container, task } from "../../support/task.ts";

/** The environment's own service. */
export const web = plan(task());

/** A service with a rule. */
export const api = plan(
  task({
    name: "api",
    containers: [container("api", { ports: [4000], stopTimeoutSeconds: 90 })],
    entry: { container: "api", port: 4000, rule: { paths: ["/api/*"], hosts: ["*.example.com"] }, stickySeconds: 600 },
  }),
);

/** The load balancer of these services, with what a stack asks of it. */
export function make(plans = [web], balancer: Partial<BalancerSettings> = {}, protect = false) {
  const existing = { vpcId: "vpc-1", publicSubnetIds: ["subnet-a", "subnet-b"], privateSubnetIds: ["subnet-c"] };
  return loadBalancerFor("shop-staging", {
    plan: {
      names: staging,
      entries: balancerEntries(plans, undefined),
      settings: { ...plainBalancer, ...balancer },
      logRetentionDays: 14,
      protect,
    },
    network: new Network("shop-staging", { vpcCidr: "10.0.0.0/16", natGateways: "none", existing }),
    cluster: { securityGroupId: pulumi.output("sg-tasks") },
  });
}

/** ARN of a resource of the load balancer. */
export const elb = (resource: string) => `arn:aws:elasticloadbalancing:us-east-1:000000000000:${resource}`;

/** The load balancer's ARN. */
export const balancerArn = elb("loadbalancer/app/shop-staging/0");

/** ARN of the own service's target group. */
export const targets = elb("targetgroup/shop-staging/0");

/** Registered inside the load balancer. */
export const inside = { parent: "LoadBalancer shop-staging" };
