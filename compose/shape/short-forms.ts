import { rendered } from "../tree/interpolate.ts";
import { leaf } from "./leaf.ts";
import { fromText } from "../tree/plain-text.ts";
import type { Position } from "../tree/problem.ts";
import type { Expand } from "./shape.ts";
import { implied, mappingAt, valueOf, type Value } from "../tree/tree.ts";

/** A single value that stands for a mapping with this one key, such as `build: .`. */
export function single(key: string): Expand {
  return (value) => [mappingAt(value.at, { [key]: value })];
}

/** A device, as in `/dev/here:/dev/there:rw`. */
export const deviceOf: Expand = (value, what, { report }) =>
  fromText(value, what, report, (given) => {
    const [source = "", target = source, permissions = "rwm", ...more] = given.split(":");
    if (more.length > 0) {
      report(value.at, `${what} is "${given}", which has too many colons; write /dev/here:/dev/there:rw`);
      return [];
    }
    const { at } = value;
    const parts = { source, target, permissions };
    return [mappingAt(at, Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, implied(at, part)])))];
  });

/** All devices, as in `gpus: all`. */
export const allDevices: Expand = (value, what, reading) => {
  const all = leaf(value, { is: "text", values: ["all"] }, what, reading);
  return all === undefined ? [] : [mappingAt(value.at, { count: all })];
};

/** A dependency that a list names. */
export function started(at: Position): Value {
  return mappingAt(at, { condition: implied(at, "service_started"), required: implied(at, true) });
}

/** The text of an item as its key, so that equal texts are doubles; for `env_file` it is the path. */
export function byText(item: Value): string {
  if (item.kind === "scalar") return rendered(item.pieces);
  const path = item.kind === "mapping" ? valueOf(item, "path") : undefined;
  return path?.kind === "scalar" ? rendered(path.pieces) : "";
}

/** The path where an item is mounted as its key, so that a later mount there counts; by default it is below a folder. */
export function targetOf(folder: string): (item: Value) => string {
  return (item) => {
    if (item.kind === "scalar") return item.written;
    const part = (key: string): string => keyText(item, key);
    return part("target") === "" ? `${folder}${part("source")}` : part("target");
  };
}

/** The key of a port: two ports are doubles if they publish the same port at the same address. */
export function portKey(item: Value): string {
  if (item.kind === "scalar") return item.written;
  const part = (key: string, otherwise: string): string => keyText(item, key) || otherwise;
  return `${part("host_ip", "0.0.0.0")}:${part("published", "")}:${part("target", "")}/${part("protocol", "tcp")}`;
}

function keyText(item: Value, key: string): string {
  const value = item.kind === "mapping" ? valueOf(item, key) : undefined;
  return value?.kind === "scalar" ? rendered(value.pieces) : "";
}
