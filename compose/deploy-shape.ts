import { amount, bytes, duration, labels, list, mapping, number, oneOf, text, whole } from "./shape.ts";

const update = mapping({
  delay: duration,
  failure_action: text,
  max_failure_ratio: number,
  monitor: duration,
  order: oneOf("start-first", "stop-first"),
  parallelism: whole,
});

const device = mapping({
  capabilities: list(text, { once: true }),
  count: amount,
  device_ids: list(text, { once: true }),
  driver: text,
  options: labels,
});

const reservations = mapping({
  cpus: amount,
  devices: list(device),
  generic_resources: list(mapping({ discrete_resource_spec: mapping({ kind: text, value: number }) })),
  memory: bytes,
  pids: whole,
});

/** What `deploy` of a Compose service holds. */
export const deploy = mapping(
  {
    endpoint_mode: text,
    labels,
    mode: text,
    placement: mapping({
      constraints: list(text),
      max_replicas_per_node: whole,
      preferences: list(mapping({ spread: text })),
    }),
    replicas: whole,
    resources: mapping({ limits: mapping({ cpus: amount, memory: bytes, pids: whole }), reservations }),
    restart_policy: mapping({ condition: text, delay: duration, max_attempts: whole, window: duration }),
    rollback_config: update,
    update_config: update,
  },
  { empty: true, write: ["replicas", "resources"] },
);
