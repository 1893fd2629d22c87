import { serviceShape } from "./service-shape.ts";
import { amount, anything, flag, labels, list, mapping, named, path, text, type MappingShape } from "./shape.ts";

const options = named(amount);

const pool = mapping({ aux_addresses: named(text), gateway: text, ip_range: text, subnet: text });
const network = mapping({
  attachable: flag,
  driver: text,
  driver_opts: options,
  enable_ipv4: flag,
  enable_ipv6: flag,
  external: flag,
  internal: flag,
  ipam: mapping({ config: list(pool), driver: text, options: named(text) }),
  labels,
  name: text,
});
const volume = mapping({ driver: text, driver_opts: options, external: flag, labels, name: text });
const files = { environment: text, external: flag, file: path, labels, name: text, template_driver: text };
const secret = mapping({ ...files, driver: text, driver_opts: options });
const config = mapping({ ...files, content: text });

const model = mapping(
  { context_size: { is: "number", whole: true, unquoted: true }, model: text, name: text, runtime_flags: list(text) },
  { required: ["model"] },
);

/** Every key at the top of a Compose file, and its shape. */
export const fileShape: MappingShape = mapping({
  configs: named(config, { naming: "a config" }),
  include: anything,
  models: named(model),
  name: text,
  networks: named(network, { empty: true }),
  secrets: named(secret, { naming: "a secret" }),
  services: named(serviceShape, { called: "service", naming: "a service" }),
  version: text,
  volumes: named(volume, { empty: true, naming: "a volume" }),
});
