import * as pulumi from "@pulumi/pulumi";
import { EcsCluster } from "../../../components/service/ecs-cluster.ts";
import { EcsService, type EcsServicePlan } from "../../../components/service/ecs-service.ts";
import { balancerEntries } from "../../../components/balancer/balancer-entry.ts";
import { loadBalancerFor } from "../../../components/balancer/load-balancer.ts";
import { Network } from "../../../components/network/network.ts";
import { ParameterStore } from "../../../components/application/parameter-store.ts";
import type { Task } from "../../../compose/index.ts";
import { seen } from "../../support/cloud.ts";
import { plainBalancer } from "../../support/balancer.ts";
import { staging } from "../../support/names.ts";
import { plan } from "../../support/plans.ts";
import { application } from "../../support/task.ts";

const repositories = { web: pulumi.output("registry/shop/staging/web") };

/** Arguments of the service of one of an application's tasks, and of its load balancer. */
export function argsFor(what: Task, services: readonly Task[] = [what]) {
  const existing = { vpcId: "vpc-1", publicSubnetIds: ["subnet-a", "subnet-b"], privateSubnetIds: ["subnet-c"] };
  const network = new Network("shop-staging", { vpcCidr: "10.0.0.0/16", natGateways: "none", existing });
  const parameters = new ParameterStore("shop-staging", { path: "/shop/staging" });
  return {
    plan: plan(what),
    cluster: new EcsCluster("shop-staging", {
      plan: {
        names: staging,
        application: application({ services, efs: what.efs ?? {} }),
        logRetentionDays: 14,
      },
      network,
      parameters,
      repositories,
    }),
    network,
    repositories,
  };
}

/** A service with the load balancer in front of it, and a plan with what a test changes. */
export function balanced(what: Task, more: Partial<EcsServicePlan> = {}): EcsService {
  const args = argsFor(what);
  const { network, cluster } = args;
  const balancer = loadBalancerFor("shop-staging", {
    plan: {
      names: staging,
      entries: balancerEntries([args.plan], undefined),
      settings: plainBalancer,
      logRetentionDays: 14,
      protect: false,
    },
    network,
    cluster,
  });
  return new EcsService("shop-staging", { ...args, plan: { ...args.plan, ...more }, balancer });
}

/** What the service itself registers, without what its arguments did. */
export const own = () =>
  seen().filter(([, , , options]) => (options as { parent?: string }).parent === "EcsService shop-staging");

/** Thresholds of the alarms. */
export const thresholds = { errorPercent: 5, latencySeconds: 2, cpuPercent: 90, memoryPercent: 90 };
