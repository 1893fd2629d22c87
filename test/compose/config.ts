import { posix } from "node:path";
import { parseBytes } from "../../compose/tree/bytes.ts";
import { formatDuration, parseDuration } from "../../compose/tree/duration.ts";
import { fileShape } from "../../compose/shape/file-shape.ts";
import { rendered } from "../../compose/tree/interpolate.ts";
import { serviceShape } from "../../compose/shape/service-shape.ts";
import type { Shape } from "../../compose/shape/shape.ts";
import { valueOf, type Entry, type Mapping, type Scalar, type Value } from "../../compose/tree/tree.ts";
import { splitWords } from "../../compose/tree/words.ts";

/** JSON as `docker compose config --format json` prints it. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Where a document is printed: absolute directory of the environment's files, and the project's name. */
export interface ConfigArgs {
  readonly directory: string;
  readonly project: string;
}

/** The document as Compose prints it: without empty or unused parts, and with the names that Compose gives. */
export function toConfig(root: Mapping, args: ConfigArgs): Json {
  const named = valueOf(root, "name");
  const project = named?.kind === "scalar" ? rendered(named.pieces) : args.project;
  const services = section(root, "services").map(
    ({ key, value }) => [key, serviceOf(value as Mapping, args.directory)] as const,
  );
  const bare = Object.fromEntries(services);
  const extensions = root.entries.filter(({ key }) => key.startsWith("x-"));
  return {
    name: project,
    services: bare,
    ...Object.fromEntries(extensions.map(({ key, value }) => [key, plain(value)])),
    ...resources(root, usedBy(Object.values(bare)), { ...args, project }),
  };
}

function section(root: Mapping, key: string): readonly Entry[] {
  const value = valueOf(root, key);
  return value?.kind === "mapping" ? value.entries : [];
}

function serviceOf(service: Mapping, directory: string): Json {
  const json = printed(service, serviceShape, directory) as Record<string, Json>;
  const apart = json["networks"] === undefined && json["network_mode"] === undefined;
  const { build } = json;
  return {
    command: null,
    entrypoint: null,
    ...json,
    ...(apart && { networks: { default: null } }),
    ...(json["pull_policy"] === "if_not_present" && { pull_policy: "missing" }),
    ...(isObject(build) && {
      build: { ...(build["dockerfile_inline"] === undefined && { dockerfile: "Dockerfile" }), ...build },
    }),
  };
}

/** The value of a key; undefined if Compose leaves it out. */
function printed(value: Value, shape: Shape, directory: string, key = ""): Json | undefined {
  switch (shape.is) {
    case "mapping":
      return value.kind === "mapping" ? mappingOf(value, shape.keys, directory, key) : null;
    case "named":
      return value.kind === "mapping" ? unlessEmpty(namedOf(value, shape.of, directory, key)) : null;
    case "list":
      return value.kind === "sequence"
        ? unlessEmpty(value.items.map((item) => printed(item, shape.of, directory, key) ?? null))
        : undefined;
    case "dictionary":
      return value.kind === "mapping" ? dictionaryOf(value, shape, directory) : undefined;
    case "words":
      return wordsOf(value, key);
    case "anything":
      return plain(value);
    default:
      return value.kind === "scalar" ? scalarOf(value, shape, directory, key) : undefined;
  }
}

/** Keys that Compose prints even if they are empty. */
const always: Readonly<Record<string, Json>> = { deploy: { resources: {}, placement: {} }, network: { ipam: {} } };

function mappingOf(value: Mapping, keys: Readonly<Record<string, Shape>>, directory: string, key: string): Json {
  const entries = value.entries.flatMap((entry) => {
    const shape = Object.hasOwn(keys, entry.key) ? keys[entry.key] : undefined;
    const json = shape && printed(entry.value, shape, directory, entry.key);
    // Compose leaves out the default value.
    const kept = entry.key === "create_host_path" && json === true ? undefined : tellable(json, shape, entry.key);
    return kept === undefined ? [] : [[entry.key, kept] as const];
  });
  const json: Record<string, Json> = Object.fromEntries(entries);
  // The only path whose key does not always hold a path.
  if (json["type"] === "bind" && typeof json["source"] === "string" && !json["source"].startsWith("/"))
    json["source"] = posix.join(directory, json["source"]);
  const [only] = Object.keys(json);
  if (only === "single") return json["single"] ?? null;
  return { ...(isObject(always[key]) && always[key]), ...json };
}

/** Keys for which Compose distinguishes false or zero from absence. */
const told = ["attach", "init", "replicas", "required", "retries", "scale"];

function tellable(json: Json | undefined, shape: Shape | undefined, key: string): Json | undefined {
  const isTold = told.includes(key) || shape?.is === "words" || shape?.is === "mapping";
  return isTold ? json : unlessEmpty(json);
}

function namedOf(value: Mapping, shape: Shape, directory: string, key: string): Json {
  return Object.fromEntries(
    value.entries.map((entry) => {
      const json = printed(entry.value, shape, directory, "");
      return [
        entry.key,
        key === "options" || key === "driver_opts" ? JSON.stringify(json).replace(/^"(.*)"$/, "$1") : (json ?? null),
      ];
    }),
  );
}

function dictionaryOf(value: Mapping, shape: Shape & { is: "dictionary" }, directory: string): Json | undefined {
  if (shape.separators !== undefined) {
    const hosts = value.entries.map(({ key, value: host }) => `${key}=${bareAddress(host)}`);
    return unlessEmpty(hosts.toSorted());
  }
  const entries = value.entries.flatMap(({ key, value: inner }) => {
    if (inner.kind !== "scalar") return [];
    const isUnset = inner.value === null && inner.pieces.length === 0;
    if (isUnset && shape.without === "optional") return [];
    const text = shape.values ? printed(inner, shape.values, directory) : rendered(inner.pieces);
    return [[key, isUnset ? null : (text ?? "")] as const];
  });
  return unlessEmpty(Object.fromEntries(entries));
}

function bareAddress(value: Value): string {
  return value.kind === "scalar" ? rendered(value.pieces).replace(/^\[(.*)\]$/, "$1") : "";
}

function wordsOf(value: Value, key: string): Json | undefined {
  if (value.kind === "sequence") return value.items.map((item) => textOf(item));
  const line = textOf(value);
  if (value.kind === "scalar" && value.value === null) return key === "test" ? undefined : null;
  if (key === "test") return ["CMD-SHELL", line];
  const split = splitWords(line);
  return "words" in split ? split.words : [line];
}

function scalarOf(value: Scalar, shape: Shape, directory: string, key: string): Json | undefined {
  const text = rendered(value.pieces);
  switch (shape.is) {
    case "flag":
      return text === "true";
    case "number":
      // The mode of a file is a text of octal digits; the mode of a tmpfs is a number.
      if (key === "mode" && shape.unquoted !== true)
        return (typeof value.value === "string" ? text : Number(text).toString(8)).padStart(4, "0");
      return Number(text);
    case "amount":
      return /^(published|expose|group_add|options|driver_opts)$/.test(key) || Number.isNaN(Number(text))
        ? text
        : Number(text);
    case "duration":
      return formatDuration(parseDuration(text) ?? 0);
    case "bytes":
      return String(Math.trunc(parseBytes(text) ?? 0));
    case "path":
      return text.startsWith("/") ? text : posix.join(directory, text);
    case "context":
      return /^\/|:\/\/|^git@|^github\.com\//.test(text) ? text : posix.join(directory, text);
    default:
      return text;
  }
}

function textOf(value: Value): string {
  return value.kind === "scalar" ? rendered(value.pieces) : "";
}

/** An extension, as it is written. */
function plain(value: Value): Json {
  if (value.kind === "sequence") return value.items.map(plain);
  if (value.kind === "mapping")
    return Object.fromEntries(value.entries.map((entry) => [entry.key, plain(entry.value)]));
  return typeof value.value === "string" ? rendered(value.pieces) : value.value;
}

function unlessEmpty(json: Json | undefined): Json | undefined {
  if (json === "" || json === 0 || json === false || json === "0s" || json === "0") return undefined;
  if (Array.isArray(json)) return json.length === 0 ? undefined : json;
  return isObject(json) && Object.keys(json).length === 0 ? undefined : json;
}

function isObject(json: Json | undefined): json is Readonly<Record<string, Json>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** Names of networks, volumes, secrets and configs that services use; Compose prints no others. */
function usedBy(services: readonly Json[]): Readonly<Record<string, ReadonlySet<string>>> {
  const used = {
    networks: new Set<string>(),
    volumes: new Set<string>(),
    secrets: new Set<string>(),
    configs: new Set<string>(),
  };
  for (const service of services.filter(isObject)) {
    const { networks, volumes, secrets, configs, build } = service;
    if (isObject(networks)) for (const name of Object.keys(networks)) used.networks.add(name);
    for (const source of sources(volumes)) used.volumes.add(source);
    for (const source of sources(configs)) used.configs.add(source);
    for (const source of [...sources(secrets), ...(isObject(build) ? sources(build["secrets"]) : [])])
      used.secrets.add(source);
  }
  return used;
}

function sources(list: Json | undefined): readonly string[] {
  const items: readonly Json[] = Array.isArray(list) ? list : [];
  return items.filter(isObject).flatMap(({ source }) => (typeof source === "string" ? [source] : []));
}

function resources(
  root: Mapping,
  used: Readonly<Record<string, ReadonlySet<string>>>,
  { directory, project }: ConfigArgs,
): Record<string, Json> {
  const kinds = Object.entries(used).map(([kind, names]) => {
    const shape = fileShape.keys[kind];
    const entries = section(root, kind).map(
      ({ key, value }) =>
        [
          key,
          shape?.is === "named" ? printed(value, shape.of, directory, kind === "networks" ? "network" : "") : null,
        ] as const,
    );
    const declared = new Map<string, Json>(
      entries.map(([key, json]) => [key, isObject(json) ? json : kind === "networks" ? { ipam: {} } : {}]),
    );
    if (kind === "networks" && !declared.has("default")) declared.set("default", { ipam: {} });
    const kept = [...declared]
      .filter(([key]) => names.has(key))
      .map(([key, json]) => {
        const own = isObject(json) ? json : {};
        return [key, { name: own["external"] === true ? key : `${project}_${key}`, ...own }] as const;
      });
    return [kind, Object.fromEntries(kept)] as const;
  });
  return Object.fromEntries(kinds.filter(([, entries]) => Object.keys(entries).length > 0));
}
