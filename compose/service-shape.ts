import { withDependencies, withTarget } from "./completed.ts";
import { deploy } from "./deploy-shape.ts";
import { byText, deviceOf, portKey, single, started, targetOf } from "./short-forms.ts";
import { portsOf } from "./short-port.ts";
import { inPlace, volumeOf } from "./short-volume.ts";
import {
  amount,
  anything,
  bytes,
  duration,
  flag,
  labels,
  list,
  mapping,
  named,
  number,
  oneOf,
  path,
  text,
  whole,
  words,
  type Shape,
} from "./shape.ts";
import { implied } from "./tree.ts";

const texts = list(text, { once: true });
const textOrTexts = list(text, { single: true, unique: byText });
const hosts: Shape = { is: "dictionary", separators: ["=", ":"] };
const ulimits = named(mapping({ single: whole, soft: whole, hard: whole }, { long: single("single"), replaced: true }));
const fileMount = mapping(
  { source: text, target: text, uid: text, gid: text, mode: whole },
  { long: single("source") },
);
const limit = mapping({ path: text, rate: bytes });

const build = mapping(
  {
    additional_contexts: { is: "dictionary", values: { is: "context" } },
    args: { is: "dictionary", without: "optional" },
    cache_from: list(text, { single: true }),
    cache_to: list(text, { single: true }),
    context: { is: "context" },
    dockerfile: text,
    dockerfile_inline: text,
    entitlements: texts,
    extra_hosts: hosts,
    isolation: text,
    labels,
    network: text,
    no_cache: flag,
    platforms: texts,
    privileged: flag,
    provenance: anything,
    pull: flag,
    sbom: anything,
    secrets: list(fileMount),
    shm_size: bytes,
    ssh: { is: "dictionary", without: "null" },
    tags: list(text, { unique: byText }),
    target: text,
    ulimits,
  },
  { long: single("context"), write: ["context", "dockerfile"], defaults: { context: "." } },
);

const device = mapping({ permissions: text, source: text, target: text }, { long: deviceOf });

const healthcheck = mapping(
  {
    disable: flag,
    interval: duration,
    retries: whole,
    start_interval: duration,
    start_period: duration,
    test: words,
    timeout: duration,
  },
  { write: ["test", "interval", "timeout", "retries"] },
);

const volumeMount = mapping(
  {
    bind: mapping({ create_host_path: flag, propagation: text, recursive: text, selinux: oneOf("z", "Z") }),
    consistency: text,
    image: mapping({ subpath: text }),
    read_only: flag,
    source: text,
    target: text,
    tmpfs: mapping({ mode: whole, size: bytes }),
    type: text,
    volume: mapping({ labels, nocopy: flag, subpath: text }),
  },
  { long: volumeOf, write: ["type", "source", "target"], placed: inPlace, required: ["type"] },
);

const portMapping = mapping(
  { app_protocol: text, host_ip: text, mode: text, name: text, protocol: text, published: amount, target: whole },
  { required: ["target"], write: ["target", "published"], defaults: { mode: "ingress", protocol: "tcp" } },
);

const dependency = mapping(
  {
    condition: oneOf("service_started", "service_healthy", "service_completed_successfully"),
    required: flag,
    restart: flag,
  },
  { required: ["condition"], defaults: { required: true } },
);

const network = mapping({
  aliases: list(text, { unique: byText }),
  driver_opts: named(amount),
  gw_priority: number,
  interface_name: text,
  ipv4_address: text,
  ipv6_address: text,
  link_local_ips: list(text, { unique: byText }),
  mac_address: text,
  priority: number,
});

const watch = mapping(
  {
    action: oneOf("rebuild", "restart", "sync", "sync+exec", "sync+restart"),
    exec: anything,
    ignore: list(text, { single: true }),
    include: list(text, { single: true }),
    initial_sync: flag,
    path,
    target: text,
  },
  { required: ["path", "action"] },
);

/** Every key of a Compose service and what it holds. */
export const serviceShape = mapping(
  {
    annotations: labels,
    attach: flag,
    blkio_config: mapping({
      device_read_bps: list(limit),
      device_read_iops: list(limit),
      device_write_bps: list(limit),
      device_write_iops: list(limit),
      weight: whole,
      weight_device: list(mapping({ path: text, weight: whole })),
    }),
    build,
    cap_add: list(text, { unique: byText }),
    cap_drop: list(text, { unique: byText }),
    cgroup: oneOf("host", "private"),
    cgroup_parent: text,
    command: words,
    configs: list(fileMount, { unique: targetOf("") }),
    container_name: text,
    cpu_count: whole,
    cpu_percent: number,
    cpu_period: amount,
    cpu_quota: amount,
    cpu_rt_period: amount,
    cpu_rt_runtime: amount,
    cpu_shares: amount,
    cpus: amount,
    cpuset: text,
    credential_spec: mapping({ config: text, file: text, registry: text }),
    depends_on: named(dependency, { listed: started }),
    deploy,
    develop: mapping({ watch: list(watch) }, { empty: true }),
    device_cgroup_rules: texts,
    devices: list(device),
    dns: textOrTexts,
    dns_opt: list(text, { unique: byText }),
    dns_search: textOrTexts,
    domainname: text,
    entrypoint: words,
    env_file: list(
      mapping(
        { format: text, path, required: flag },
        { long: single("path"), required: ["path"], defaults: { required: true } },
      ),
      { single: true, unique: byText },
    ),
    environment: { is: "dictionary", without: "variable" },
    expose: list(amount, { unique: byText }),
    extends: anything,
    external_links: texts,
    extra_hosts: hosts,
    gpus: anything,
    group_add: list(amount, { once: true }),
    healthcheck,
    hostname: text,
    image: text,
    init: flag,
    ipc: text,
    isolation: text,
    label_file: anything,
    labels,
    links: list(text, { unique: byText }),
    logging: mapping({ driver: text, options: named(amount) }, { replaced: "driver" }),
    mac_address: text,
    mem_limit: bytes,
    mem_reservation: bytes,
    mem_swappiness: bytes,
    memswap_limit: bytes,
    models: anything,
    network_mode: text,
    networks: named(network, { listed: (at) => implied(at, null), empty: true }),
    oom_kill_disable: flag,
    oom_score_adj: whole,
    pid: text,
    pids_limit: amount,
    platform: text,
    ports: list(portMapping, { long: portsOf, unique: portKey }),
    post_start: anything,
    pre_stop: anything,
    privileged: flag,
    profiles: list(text, { unique: byText }),
    provider: anything,
    pull_policy: text,
    pull_refresh_after: anything,
    read_only: flag,
    restart: text,
    runtime: text,
    scale: whole,
    secrets: list({ ...fileMount, completed: withTarget }, { unique: targetOf("/run/secrets/") }),
    security_opt: texts,
    shm_size: bytes,
    stdin_open: flag,
    stop_grace_period: duration,
    stop_signal: text,
    storage_opt: named(anything),
    sysctls: labels,
    tmpfs: textOrTexts,
    tty: flag,
    ulimits,
    use_api_socket: anything,
    user: text,
    userns_mode: text,
    uts: text,
    volumes: list(volumeMount, { unique: targetOf("") }),
    volumes_from: texts,
    working_dir: text,
  },
  { completed: withDependencies, called: "a service", write: ["image", "build"] },
);
