import type { Level } from "./classify.ts";
const noSwarm = "ECS has no Swarm";
const noGpus = "Fargate has no GPUs";

const updateLevel: Level = {
  keys: {
    delay: { rejected: "ECS waits for the health of new tasks, not for a time" },
    failure_action:
      "`deploymentCircuitBreaker` with `rollback`, as without the key: a failed release is always rolled back",
    max_failure_ratio: { rejected: "ECS's circuit breaker counts failed tasks by its own rule" },
    monitor: { rejected: "ECS watches a deployment until the service is steady" },
    order:
      "`start-first`: new tasks start while all old ones run; `stop-first`, Compose's default where `update_config` is written: old tasks stop first",
    parallelism:
      "how many tasks are replaced at a time: `maximumPercent` with `start-first`, `minimumHealthyPercent` with `stop-first`; 0 for all at once",
  },
};

/** The keys of `deploy`. */
export const deployLevel: Level = {
  keys: {
    endpoint_mode: { rejected: noSwarm },
    labels: { rejected: "an ECS service has no labels", remedy: 'write "labels" in the service itself' },
    mode: "`replicated`, the only mode of an ECS service here",
    placement: { rejected: "Fargate has no nodes to choose from" },
    replicas: "the number of tasks of the ECS service, unless the stack's configuration sets it",
    resources: "sizes",
    restart_policy: "`restartPolicy`, as `restart`",
    rollback_config: { rejected: "ECS rolls back in the same way as it deploys", remedy: 'write "update_config"' },
    update_config: "`deploymentConfiguration`",
  },
  below: {
    resources: {
      keys: { limits: "the maximum that a container gets", reservations: "the minimum that it gets" },
      below: {
        limits: {
          keys: {
            cpus: "`cpu`; the sum decides the task's Fargate size",
            memory: "`memory`, in whole MiB; the sum decides the task's Fargate size",
            pids: { rejected: "Fargate does not limit processes" },
          },
        },
        reservations: {
          keys: {
            cpus: "`cpu`, where there is no limit",
            devices: { rejected: noGpus },
            generic_resources: { rejected: noSwarm },
            memory: "`memoryReservation`, in whole MiB",
            pids: { rejected: "Fargate does not limit processes" },
          },
        },
      },
    },
    restart_policy: {
      keys: {
        condition: "`any`, `on-failure` or `none`",
        delay: { rejected: "ECS restarts a container at once" },
        max_attempts: { rejected: "ECS does not count attempts" },
        window: "`restartAttemptPeriod`, 60 s to 1800 s; 300 s if left out",
      },
    },
    update_config: updateLevel,
  },
};
