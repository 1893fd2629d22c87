import { AwsError } from "../../kit/service.ts";
import type { Input, World } from "../../kit/service.ts";
import { clusterName, ecsArn } from "./arns.ts";
import { objects, optional, required, strings, tagsOf, wantsTags, without } from "./input.ts";
import type { Cluster, State } from "./state.ts";

/** Creating, describing and deleting clusters, and tagging of any resource. */
export function clusterOperations(world: World, state: State) {
  return {
    CreateCluster: (input: Input) => {
      const name = clusterName(input["clusterName"]);
      const known = state.clusters.get(name);
      const settings = without(input, "tags", "clusterName");
      const arn = ecsArn(world, "cluster", name);
      const cluster: Cluster = known?.status === "ACTIVE" ? known : { name, arn, status: "ACTIVE", settings };
      state.clusters.set(name, cluster);
      if (known === undefined) state.tags.set(arn, tagsOf(input));
      return { cluster: describe(state, cluster, true) };
    },
    DescribeClusters: (input: Input) => {
      const given = strings(input, "clusters");
      const names = given.length === 0 ? ["default"] : given.map(clusterName);
      const found = names.flatMap((name) => state.clusters.get(name) ?? []);
      const failures = names
        .filter((name) => !state.clusters.has(name))
        .map((name) => ({ arn: ecsArn(world, "cluster", name), reason: "MISSING" }));
      return { clusters: found.map((cluster) => describe(state, cluster, wantsTags(input))), failures };
    },
    DeleteCluster: (input: Input) => {
      const cluster = activeCluster(state, required(input, "cluster"));
      const services = [...state.services.values()].some(
        ({ cluster: name, status }) => name === cluster.name && status !== "INACTIVE",
      );
      if (services)
        throw new AwsError(
          "ClusterContainsServicesException",
          "The Cluster cannot be deleted while Services are active.",
        );
      if ([...state.live.values()].some((task) => task.cluster === cluster.name)) {
        throw new AwsError("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.");
      }
      const inactive: Cluster = { ...cluster, status: "INACTIVE" };
      state.clusters.set(cluster.name, inactive);
      return { cluster: describe(state, inactive, false) };
    },
    PutClusterCapacityProviders: (input: Input) => {
      const cluster = activeCluster(state, required(input, "cluster"));
      const { capacityProviders, defaultCapacityProviderStrategy } = input;
      const changed = {
        ...cluster,
        settings: { ...cluster.settings, capacityProviders, defaultCapacityProviderStrategy },
      };
      state.clusters.set(cluster.name, changed);
      return { cluster: describe(state, changed, false) };
    },
    TagResource: (input: Input) => {
      const arn = required(input, "resourceArn");
      const tags = tagsOf(input);
      const kept = (state.tags.get(arn) ?? []).filter(({ key }) => !tags.some((tag) => tag.key === key));
      state.tags.set(arn, [...kept, ...tags]);
      return {};
    },
    UntagResource: (input: Input) => {
      const arn = required(input, "resourceArn");
      const keys = strings(input, "tagKeys");
      state.tags.set(
        arn,
        (state.tags.get(arn) ?? []).filter(({ key }) => !keys.includes(key)),
      );
      return {};
    },
    ListTagsForResource: (input: Input) => ({ tags: state.tags.get(required(input, "resourceArn")) ?? [] }),
  };
}

/** An existing ACTIVE cluster; throws ClusterNotFoundException when there is none. */
export function activeCluster(state: State, given: unknown): Cluster {
  const cluster = state.clusters.get(clusterName(given));
  if (cluster?.status !== "ACTIVE") throw new AwsError("ClusterNotFoundException", "Cluster not found.");
  return cluster;
}

function describe(state: State, { name, arn, status, settings }: Cluster, tags: boolean): object {
  const tasks = [...state.live.values()].filter((task) => task.cluster === name);
  const services = [...state.services.values()].filter(
    (service) => service.cluster === name && service.status === "ACTIVE",
  );
  const running = tasks.filter((task) => task.status === "RUNNING").length;
  return {
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    settings: objects(settings, "settings"),
    ...settings,
    clusterArn: arn,
    clusterName: name,
    status,
    registeredContainerInstancesCount: 0,
    statistics: [],
    runningTasksCount: running,
    pendingTasksCount: tasks.length - running,
    activeServicesCount: services.length,
    ...(tags ? { tags: state.tags.get(arn) ?? [] } : {}),
    ...(optional(settings, "configuration") === undefined ? {} : { configuration: settings["configuration"] }),
  };
}
