import {
  count,
  duration,
  labels,
  list,
  mapping,
  number,
  oneOf,
  rounded,
  text,
  texts,
  whole,
  type Shape,
} from "./shape.ts";

/** A size that Compose takes as a text only. */
const bytes: Shape = { is: "bytes", quoted: true };

const update = mapping({
  delay: duration,
  failure_action: text,
  max_failure_ratio: number,
  monitor: duration,
  order: oneOf("start-first", "stop-first"),
  parallelism: count,
});

const device: Readonly<Record<string, Shape>> = {
  capabilities: texts,
  count: { is: "number", whole: true, word: "all" },
  device_ids: texts,
  driver: text,
  options: labels,
};

/** A device of the host that a service asks for in `gpus`. */
export const deviceRequest = mapping(device);

const reservations = mapping({
  cpus: number,
  devices: list(mapping(device, { required: ["capabilities"] })),
  generic_resources: list(mapping({ discrete_resource_spec: mapping({ kind: text, value: rounded }) })),
  memory: bytes,
  pids: whole,
});

/** The keys of `deploy` of a Compose service. */
export const deploy = mapping(
  {
    endpoint_mode: text,
    labels,
    mode: text,
    placement: mapping({
      constraints: list(text),
      max_replicas_per_node: count,
      preferences: list(mapping({ spread: text })),
    }),
    replicas: count,
    resources: mapping({ limits: mapping({ cpus: number, memory: bytes, pids: whole }), reservations }),
    restart_policy: mapping({ condition: text, delay: duration, max_attempts: count, window: duration }),
    rollback_config: update,
    update_config: update,
  },
  { empty: true, write: ["replicas", "resources"] },
);
