import { buildLevel } from "./build.ts";
import { deployLevel } from "./deploy.ts";
import { configLevel, mountLevel, secretLevel } from "./mounts.ts";
import type { Level } from "./classify.ts";

const noHost = "a container on Fargate has no access to its host";
const noGroups = "Fargate lets no one set control groups";
const ownAddress = "a task has the names and addresses that its network gives it";
/** The page of AWS that says so. */
const differences = "ECS developer guide, task definition differences for Fargate";
const linuxOnly = "it is for Windows containers, and these are for Linux";
const cpuShares = { rejected: "Fargate counts CPU in vCPU", remedy: 'write "cpus"' };
const noSwap = { rejected: "Fargate has no swap" };
const laptop = { ignored: "it is for local development" };
const pulled = { ignored: "Fargate pulls the image for every task" };
const noModels = { rejected: "it is for local development" };
const noHooks = "ECS runs no hooks in a container";

const healthCheckLevel: Level = {
  keys: {
    disable: "no `healthCheck`",
    interval: "`interval`, 5 s to 300 s",
    retries: "`retries`, 1 to 10",
    start_interval: { rejected: "ECS has one interval", remedy: 'write "interval" and "start_period"' },
    start_period: "`startPeriod`, at most 300 s",
    test: "`command`",
    timeout: "`timeout`, 2 s to 60 s",
  },
};

const dependencyLevel: Level = {
  keys: {
    condition: "`START`, `HEALTHY` or `SUCCESS`; a container that others wait for to succeed is not essential",
    required: "with `false`, a service that does not run in the same task is not waited for",
    restart: "no effect: ECS replaces all containers of a task together",
  },
};

const loggingLevel: Level = {
  keys: {
    driver: "`awslogs`; `json-file` and `local` are ignored, as they keep logs on one machine; others are refused",
    options:
      "those of `awslogs` that shape the text: `awslogs-datetime-format`, `awslogs-multiline-pattern`, `mode`, `max-buffer-size`; group, region and stream are the environment's",
  },
};

const networkLevel: Level = {
  keys: {
    aliases: {
      rejected: "a container has no other names in the network",
      remedy: "write localhost within a task, and the service's own name between ECS services",
    },
    driver_opts: { rejected: "Fargate creates the network interface" },
    gw_priority: { rejected: ownAddress },
    interface_name: { rejected: ownAddress },
    ipv4_address: { rejected: ownAddress },
    ipv6_address: { rejected: ownAddress },
    link_local_ips: { rejected: ownAddress },
    mac_address: { rejected: ownAddress },
    priority: { ignored: "a task has one network" },
  },
};

const portLevel: Level = {
  keys: {
    app_protocol: { ignored: "the load balancer speaks HTTP, Service Connect TCP" },
    host_ip: { ignored: "a task has no host; its security group says who may reach it" },
    mode: { ignored: "it is for Swarm" },
    name: { ignored: "it is for people" },
    protocol: "`tcp`; the load balancer takes nothing else",
    published: { ignored: "the stack's configuration says where the load balancer listens" },
    target: "`containerPort`",
  },
};

/** The keys of a Compose service. */
export const serviceLevel: Level = {
  extended: true,
  keys: {
    annotations: { rejected: "ECS has no annotations", remedy: 'write "labels"' },
    attach: laptop,
    blkio_config: { rejected: noHost },
    build: "an image that the pipeline builds, tags with the commit and pushes to its own repository",
    cap_add: "`linuxParameters.capabilities.add`; Fargate can add only `SYS_PTRACE`",
    cap_drop: "`linuxParameters.capabilities.drop`",
    cgroup: { rejected: noGroups },
    cgroup_parent: { rejected: noGroups },
    command:
      "`command`; one line is split as a shell would split it; a command that ends at once, such as `true`, is refused",
    configs: "files that another container of the task writes before this one starts",
    container_name: { ignored: "the container is named after its service" },
    cpu_count: cpuShares,
    cpu_percent: cpuShares,
    cpu_period: cpuShares,
    cpu_quota: cpuShares,
    cpu_rt_period: { rejected: noGroups },
    cpu_rt_runtime: { rejected: noGroups },
    cpu_shares: cpuShares,
    cpus: "`cpu`; the sum decides the task's Fargate size",
    cpuset: { rejected: noHost },
    credential_spec: { rejected: linuxOnly },
    depends_on: "`dependsOn`, within a task; between release services, their order; ignored between ECS services",
    deploy: "number of tasks, limits and how a deployment replaces tasks",
    develop: laptop,
    device_cgroup_rules: { rejected: noGroups },
    devices: { rejected: noHost },
    dns: { rejected: "a task uses its network's name servers" },
    dns_opt: { rejected: "a task uses its network's name servers" },
    dns_search: { rejected: "a task uses its network's name servers" },
    domainname: { rejected: ownAddress },
    entrypoint: "`entryPoint`",
    env_file: "`environment`",
    environment: "`environment`; a value that is a parameter becomes one of `secrets`",
    expose:
      "`portMappings`, also for a range: other ECS services reach the container there, the load balancer does not",
    extends: "the keys of the extended service",
    external_links: {
      rejected: "other containers of Docker do not exist on ECS",
      remedy: "give the address in an environment entry",
    },
    extra_hosts: {
      rejected: `Fargate does not support extraHosts (${differences})`,
      remedy: "give the address in an environment entry",
    },
    gpus: { rejected: "Fargate has no GPUs" },
    group_add: { rejected: "ECS cannot add groups", remedy: "add the user to the group in the image" },
    healthcheck: "`healthCheck`; with Compose's defaults where a key is left out",
    hostname: { rejected: `Fargate does not support hostname (${differences})` },
    image: "`image`, unless it is built here",
    init: "`linuxParameters.initProcessEnabled`",
    ipc: { rejected: "Fargate shares no memory between containers" },
    isolation: { rejected: linuxOnly },
    label_file: { rejected: "labels have to be in the Compose file", remedy: 'write "labels"' },
    labels: "`dockerLabels`; names that begin with `compose-ecs-pipeline.` are this project's own",
    links: {
      rejected: "the containers of a task reach each other at localhost",
      remedy: 'write "depends_on", and localhost for the name',
    },
    logging: "`logConfiguration`; ignored with the driver `json-file` or `local`, or with none",
    mac_address: { rejected: ownAddress },
    mem_limit: "`memory`, in whole MiB; the sum decides the task's Fargate size",
    mem_reservation: "`memoryReservation`, in whole MiB",
    mem_swappiness: noSwap,
    memswap_limit: noSwap,
    models: noModels,
    network_mode: { rejected: "a task has its own network interface, which its containers share" },
    networks: {
      ignored:
        "the containers of a task share one network, and every ECS service of the environment may reach another's exposed ports",
    },
    oom_kill_disable: { rejected: noHost },
    oom_score_adj: { rejected: noHost },
    pid: "`pidMode: task`, for `service:` and a service of the same task: all containers of the task see each other's processes",
    pids_limit: { rejected: "Fargate does not limit processes" },
    platform: "`runtimePlatform.cpuArchitecture`; it has to be the stack's `architecture`",
    ports: "`portMappings`; the balancer reaches the one published port of an ECS service",
    post_start: { rejected: noHooks, remedy: "do it in the entrypoint" },
    pre_stop: { rejected: noHooks, remedy: "handle SIGTERM" },
    privileged: { rejected: "Fargate runs no privileged containers" },
    profiles: "`release`: a task before each deployment; `test`: what a build may run; others: for people, not on ECS",
    provider: noModels,
    pull_policy: pulled,
    pull_refresh_after: pulled,
    read_only: "`readonlyRootFilesystem`",
    restart:
      "`restartPolicy`: `always` and `unless-stopped` restart the container in its task, `on-failure` unless it ended with 0; with `no`, ECS replaces the task",
    runtime: { rejected: noHost },
    scale: "the number of tasks of the ECS service, as `deploy.replicas`",
    secrets: "files that another container of the task writes before this one starts, from parameters",
    security_opt: { rejected: "Fargate does not support security options" },
    shm_size: { rejected: "Fargate cannot change the size of /dev/shm" },
    stdin_open: "`interactive`",
    stop_grace_period: "`stopTimeout`, 2 s to 120 s",
    stop_signal: {
      rejected: "ECS sends the signal that the image names",
      remedy: "write STOPSIGNAL in the Dockerfile",
    },
    storage_opt: { rejected: noHost },
    sysctls: "`systemControls`; those of the network apply to all containers of a task",
    tmpfs: "`linuxParameters.tmpfs`; ECS requires a size, as in `/run:size=64m`",
    tty: "`pseudoTerminal`",
    ulimits: "`ulimits`; Fargate supports only `nofile`",
    use_api_socket: { rejected: noHost },
    user: "`user`",
    userns_mode: { rejected: noHost },
    uts: { rejected: noHost },
    volumes: "`mountPoints`",
    volumes_from: { rejected: "containers share volumes by name", remedy: "name the volume in both services" },
    working_dir: "`workingDirectory`",
  },
  below: {
    build: buildLevel,
    configs: configLevel,
    deploy: deployLevel,
    env_file: {
      keys: {
        format: { rejected: "env files are read in Compose's own format only" },
        path: "the file, which has to be committed",
        required: "with `false`, the file may be missing",
      },
    },
    healthcheck: healthCheckLevel,
    logging: loggingLevel,
    ports: portLevel,
    secrets: secretLevel,
    volumes: mountLevel,
  },
  named: {
    depends_on: dependencyLevel,
    networks: networkLevel,
    ulimits: {
      keys: {
        hard: "`hardLimit`",
        single: "both limits",
        soft: "`softLimit`",
      },
    },
  },
};
