import type { Input, LocalService, World } from "../kit/service.ts";
import { clusterOperations } from "./kit/cluster-operations.ts";
import { definitionOperations } from "./definitions/definition-operations.ts";
import { ecsGrants } from "./grants.ts";
import { loadBalancers } from "./balancing/load-balancers.ts";
import type { LoadBalancerOptions, OpenLoadBalancer } from "./balancing/load-balancers.ts";
import { endpointRelays } from "./tasks/relays.ts";
import { scheduler } from "./services/scheduler.ts";
import type { SchedulerParts } from "./services/scheduler-acts.ts";
import { serviceDeploymentOperations } from "./services/service-deployment-operations.ts";
import { dockerIdsOf, keepCount, serviceOperations } from "./services/service-operations.ts";
import { emptyState } from "./kit/state.ts";
import { targetHealthXml } from "./balancing/target-group.ts";
import { taskOperations } from "./tasks/operations.ts";
import { taskRunner } from "./tasks/tasks.ts";
import type { Tasks } from "./tasks/tasks.ts";

/** ECS with real containers, and what callers can ask besides AWS's API. */
export interface LocalEcs extends LocalService {
  /** The load balancers that listen, with their URLs on this machine. */
  readonly loadBalancers: () => readonly OpenLoadBalancer[];
  /** Docker's container identifiers of a service's running tasks, by task ARN and container name. */
  readonly containers: (cluster: string, service: string) => Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Moves a service's count between a scalable target's minimum and maximum. */
  readonly keepWithin: (cluster: string, service: string, minimum: number, maximum: number) => void;
  /** The reply to ELBv2's DescribeTargetHealth; undefined for a target group that no service here uses. */
  readonly describeTargetHealthXml: (targetGroupArn: string) => string | undefined;
  /** Opens and closes ports to match the listeners and rules of load balancers. */
  readonly listenersChanged: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** ECS of the local cloud: tasks are real containers, and deployments really replace them. */
export function ecsService(world: World, options: LoadBalancerOptions = {}): LocalEcs {
  const state = emptyState();
  const balancers = loadBalancers(world, options, () => {
    running.lookAtAll();
  });
  const relays = endpointRelays(world);
  const parts: SchedulerParts = { world, state, balancers, relays, tasks: () => tasks };
  const running = scheduler(parts);
  const tasks: Tasks = taskRunner({ world, state, relays, hooks: running.hooks });
  const services = { world, state, balancers, relays, scheduler: running };
  return {
    targets: ["AmazonEC2ContainerServiceV20141113"],
    operations: asynchronous({
      ...clusterOperations(world, state),
      ...definitionOperations(world, state),
      ...serviceOperations(services),
      ...serviceDeploymentOperations(world, state, running),
      ...taskOperations(world, state, tasks),
    }),
    grants: ecsGrants(world, state),
    loadBalancers: balancers.open,
    containers: (cluster, service) => dockerIdsOf(world, state, cluster, service),
    keepWithin: (cluster, service, minimum, maximum) => {
      keepCount(services, cluster, service, { minimum, maximum });
    },
    describeTargetHealthXml: (arn) => {
      const group = balancers.group(arn);
      return group && targetHealthXml(group.health());
    },
    listenersChanged: balancers.listenersChanged,
    close: async () => {
      running.close();
      // This ends open requests, so that no task waits for them any longer.
      await balancers.close();
      await tasks.close();
      await relays.close();
    },
  };
}

/** Operations in the endpoint's form: every error becomes a rejected promise. */
function asynchronous(
  operations: Readonly<Record<string, (input: Input) => object | Promise<object>>>,
): LocalService["operations"] {
  return Object.fromEntries(
    Object.entries(operations).map(([name, run]) => [name, async (input: Input): Promise<object> => await run(input)]),
  );
}
