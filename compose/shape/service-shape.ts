import { isIP } from "node:net";
import { build, fileMount, hosts, ulimits } from "./build-shape.ts";
import { withDependencies, withTarget } from "./completed.ts";
import { deploy, deviceRequest } from "./deploy-shape.ts";
import { volumeMount } from "./mount-shape.ts";
import { allDevices, byText, deviceOf, portKey, single, started, targetOf } from "./short-forms.ts";
import { portsOf } from "./short-port.ts";
import {
  amount,
  anything,
  bytes,
  count,
  duration,
  flag,
  labels,
  list,
  mapping,
  named,
  number,
  oneOf,
  path,
  rounded,
  text,
  texts,
  wholeBytes,
  words,
  type Shape,
} from "./shape.ts";
import { implied } from "../tree/tree.ts";

const weight: Shape = { is: "number", whole: true, minimum: 0, unquoted: true };
const textOrWhole: Shape = { is: "amount", whole: true };
const textOrTexts = list(text, { single: true, unique: byText });
const limit = mapping({ path: text, rate: wholeBytes });

const device = mapping(
  { permissions: text, source: text, target: text },
  { long: deviceOf, required: ["source", "target"] },
);

const healthcheck = mapping(
  {
    disable: flag,
    interval: duration,
    retries: { is: "number", whole: "as text", minimum: 0 },
    start_interval: duration,
    start_period: duration,
    test: { is: "words", shell: true },
    timeout: duration,
  },
  { write: ["test", "interval", "timeout", "retries"] },
);

/** A command that Compose runs in a container in addition to its main command. */
const hook = mapping(
  {
    command: words,
    environment: { is: "dictionary", without: "optional", trimmed: true },
    privileged: flag,
    user: text,
    working_dir: text,
  },
  { required: ["command"] },
);

const address: Shape = {
  is: "text",
  pattern: { test: (given) => isIP(given) !== 0 && !given.includes("%") },
  write: "write an IP address, such as 127.0.0.1",
};

const portMapping = mapping(
  { app_protocol: text, host_ip: address, mode: text, name: text, protocol: text, published: amount, target: count },
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
  gw_priority: { is: "number", unquoted: true },
  interface_name: text,
  ipv4_address: text,
  ipv6_address: text,
  link_local_ips: list(text, { unique: byText }),
  mac_address: text,
  priority: { is: "number", unquoted: true },
});

const watch = mapping(
  {
    action: oneOf("rebuild", "restart", "sync", "sync+exec", "sync+restart"),
    exec: hook,
    ignore: list(text, { single: true, once: true }),
    include: list(text, { single: true, once: true }),
    initial_sync: flag,
    path: { is: "path", filled: true },
    target: text,
  },
  { required: ["path", "action"] },
);

const aiModel = mapping({ endpoint_var: text, model_var: text });
const option: Shape = list({ is: "scalar" }, { single: true });

/** Every key of a Compose service, and its shape. */
export const serviceShape = mapping(
  {
    annotations: labels,
    attach: flag,
    blkio_config: mapping({
      device_read_bps: list(limit),
      device_read_iops: list(limit),
      device_write_bps: list(limit),
      device_write_iops: list(limit),
      weight,
      weight_device: list(mapping({ path: text, weight })),
    }),
    build,
    cap_add: list(text, { unique: byText }),
    cap_drop: list(text, { unique: byText }),
    cgroup: oneOf("host", "private"),
    cgroup_parent: text,
    command: words,
    configs: list(fileMount, { unique: targetOf("") }),
    container_name: {
      is: "text",
      pattern: /[a-zA-Z0-9][a-zA-Z0-9_.-]+/,
      write: "write two or more letters, digits, hyphens, dots or underscores",
    },
    cpu_count: count,
    cpu_percent: { is: "number", whole: true, minimum: 0, maximum: 100 },
    cpu_period: rounded,
    cpu_quota: rounded,
    cpu_rt_period: rounded,
    cpu_rt_runtime: rounded,
    cpu_shares: rounded,
    cpus: number,
    cpuset: text,
    credential_spec: mapping({ config: text, file: text, registry: text }),
    depends_on: named(dependency, { listed: started, naming: "a service" }),
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
    environment: { is: "dictionary", without: "variable", trimmed: true },
    expose: list(textOrWhole, { unique: byText }),
    extends: anything,
    external_links: texts,
    extra_hosts: hosts,
    gpus: list(deviceRequest, { single: allDevices }),
    group_add: list(textOrWhole, { once: true }),
    healthcheck,
    hostname: text,
    image: text,
    init: flag,
    ipc: text,
    isolation: text,
    label_file: list(path, { single: true }),
    labels,
    links: list(text, { unique: byText }),
    logging: mapping({ driver: text, options: named(amount, { empty: true }) }, { replaced: "driver" }),
    mac_address: text,
    mem_limit: bytes,
    mem_reservation: wholeBytes,
    mem_swappiness: wholeBytes,
    memswap_limit: bytes,
    models: named(aiModel, { listed: (at) => implied(at, null), empty: true }),
    network_mode: text,
    networks: named(network, { listed: (at) => implied(at, null), empty: true, naming: "a network" }),
    oom_kill_disable: flag,
    oom_score_adj: { is: "number", whole: true, minimum: -1000, maximum: 1000 },
    pid: text,
    pids_limit: rounded,
    platform: text,
    ports: list(portMapping, { long: portsOf, unique: portKey }),
    post_start: list(hook),
    pre_stop: list(hook),
    privileged: flag,
    profiles: list(text, { unique: byText }),
    provider: mapping({ options: named(option), type: text }, { required: ["type"] }),
    pull_policy: {
      is: "text",
      pattern: /always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+/,
      write: "write always, never, missing, build, daily, weekly or every_ with a duration such as every_12h",
    },
    pull_refresh_after: text,
    read_only: flag,
    restart: text,
    runtime: text,
    scale: count,
    secrets: list({ ...fileMount, completed: withTarget }, { unique: targetOf("/run/secrets/") }),
    security_opt: texts,
    shm_size: bytes,
    stdin_open: flag,
    stop_grace_period: duration,
    stop_signal: text,
    storage_opt: named(textOrWhole, { empty: true }),
    sysctls: labels,
    tmpfs: textOrTexts,
    tty: flag,
    ulimits,
    use_api_socket: { is: "flag", unquoted: true },
    user: text,
    userns_mode: text,
    uts: text,
    volumes: list(volumeMount, { unique: targetOf("") }),
    volumes_from: texts,
    working_dir: text,
  },
  { completed: withDependencies, called: "a service", write: ["image", "build"] },
);
