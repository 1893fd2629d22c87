import type { DefinitionsService } from "compose-spec-ts";

/** What becomes of a Compose key on its way into a task definition. */
export type Support =
  "translated" | { readonly ignored: string } | { readonly rejected: string; readonly remedy?: string };

/** The keys of a type that are spelled out, without what an index signature lets in. */
type Spelled<T> = keyof { [Key in keyof T as string extends Key ? never : number extends Key ? never : Key]: T[Key] };

/** Keys of the Compose specification that its published types do not have yet. */
type Newer = "models" | "provider" | "pull_refresh_after" | "use_api_socket";

const noHost = "Fargate gives a container nothing of its host";
const notYet = "is not translated yet";
const oneTask = "the containers of a task share one network and reach each other at localhost";
const linuxOnly = "is for Windows containers";
const cpuShares = "Fargate counts CPU in vCPU";
const inImage = "a task has no files beside its images";

/** Every key a Compose service may have; the compiler insists that none is forgotten. */
export const support = {
  annotations: { rejected: `"annotations" ${notYet}` },
  attach: { rejected: "a task has no terminal" },
  blkio_config: { rejected: noHost },
  build: "translated",
  cap_add: { rejected: `"cap_add" ${notYet}` },
  cap_drop: { rejected: `"cap_drop" ${notYet}` },
  cgroup: { rejected: noHost },
  cgroup_parent: { rejected: noHost },
  command: "translated",
  configs: { rejected: inImage, remedy: "copy the file into the image" },
  container_name: { rejected: "the container is named after its service" },
  cpu_count: { rejected: cpuShares, remedy: 'write "cpus"' },
  cpu_percent: { rejected: cpuShares, remedy: 'write "cpus"' },
  cpu_period: { rejected: cpuShares, remedy: 'write "cpus"' },
  cpu_quota: { rejected: cpuShares, remedy: 'write "cpus"' },
  cpu_rt_period: { rejected: noHost },
  cpu_rt_runtime: { rejected: noHost },
  cpu_shares: { rejected: cpuShares, remedy: 'write "cpus"' },
  cpus: "translated",
  cpuset: { rejected: noHost },
  credential_spec: { rejected: `"credential_spec" ${linuxOnly}` },
  depends_on: "translated",
  deploy: "translated",
  develop: { rejected: "it is for a laptop", remedy: "move it to docker-compose-development.yml" },
  device_cgroup_rules: { rejected: noHost },
  devices: { rejected: noHost },
  dns: { rejected: "a task uses its network's name servers" },
  dns_opt: { rejected: "a task uses its network's name servers" },
  dns_search: { rejected: "a task uses its network's name servers" },
  domainname: { rejected: "a task has the name its network gives it" },
  entrypoint: "translated",
  env_file: "translated",
  environment: "translated",
  expose: "translated",
  extends: "translated",
  external_links: { rejected: oneTask },
  extra_hosts: { rejected: `"extra_hosts" ${notYet}` },
  gpus: { rejected: "Fargate has no GPUs" },
  group_add: { rejected: "ECS adds no groups", remedy: "add the user to the group in the image" },
  healthcheck: "translated",
  hostname: { rejected: "a task has the name its network gives it" },
  image: "translated",
  init: "translated",
  ipc: { rejected: noHost },
  isolation: { rejected: `"isolation" ${linuxOnly}` },
  label_file: { rejected: inImage },
  labels: { rejected: `"labels" ${notYet}` },
  links: { rejected: oneTask },
  logging: { rejected: "every container logs to the environment's log group" },
  mac_address: { rejected: "Fargate gives a task its network interface" },
  mem_limit: "translated",
  mem_reservation: { rejected: `"mem_reservation" ${notYet}`, remedy: 'write "deploy.resources.reservations.memory"' },
  mem_swappiness: { rejected: "Fargate has no swap" },
  memswap_limit: { rejected: "Fargate has no swap" },
  models: { rejected: "it is for a laptop" },
  network_mode: { rejected: oneTask },
  networks: { rejected: oneTask },
  oom_kill_disable: { rejected: noHost },
  oom_score_adj: { rejected: noHost },
  pid: { rejected: `"pid" ${notYet}` },
  pids_limit: { rejected: "Fargate limits no processes" },
  platform: { rejected: `"platform" ${notYet}`, remedy: "remove it and build for linux/amd64" },
  ports: "translated",
  post_start: { rejected: "ECS runs no hooks in a container", remedy: "do it in the entrypoint" },
  pre_stop: { rejected: "ECS runs no hooks in a container", remedy: "handle SIGTERM" },
  privileged: { rejected: "Fargate runs no privileged containers" },
  profiles: "translated",
  provider: { rejected: "it is for a laptop" },
  pull_policy: { rejected: "Fargate pulls the image for every task" },
  pull_refresh_after: { rejected: "Fargate pulls the image for every task" },
  read_only: "translated",
  restart: { rejected: "ECS replaces a task whose container stops" },
  runtime: { rejected: noHost },
  scale: { rejected: "the service has one count", remedy: 'write "deploy.replicas"' },
  secrets: { rejected: inImage, remedy: "use a parameter as the value of an environment entry" },
  security_opt: { rejected: noHost },
  shm_size: { rejected: "Fargate sets no size of /dev/shm" },
  stdin_open: { rejected: "a task has no terminal" },
  stop_grace_period: "translated",
  stop_signal: { rejected: "ECS sends the signal that the image names", remedy: "write STOPSIGNAL in the Dockerfile" },
  storage_opt: { rejected: noHost },
  sysctls: { rejected: `"sysctls" ${notYet}` },
  tmpfs: { rejected: "Fargate mounts no tmpfs", remedy: "use a named volume, which lives as long as its task" },
  tty: { rejected: "a task has no terminal" },
  ulimits: { rejected: `"ulimits" ${notYet}` },
  use_api_socket: { rejected: noHost },
  user: "translated",
  userns_mode: { rejected: noHost },
  uts: { rejected: noHost },
  volumes: "translated",
  volumes_from: { rejected: `"volumes_from" ${notYet}`, remedy: "name the volume in both services" },
  working_dir: "translated",
} as const satisfies Readonly<Record<Spelled<DefinitionsService> | Newer, Support>>;

/** What is wrong with using the key in a service, with its remedy; undefined when nothing is. */
export function complaint(key: string): string | undefined {
  if (key.startsWith("x-")) return undefined;
  const found: Support | undefined = Object.hasOwn(support, key) ? support[key as keyof typeof support] : undefined;
  if (found === undefined || found === "translated" || "ignored" in found) return undefined;
  return `${found.rejected}; ${found.remedy ?? `remove "${key}"`}`;
}
