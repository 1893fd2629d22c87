import { posix } from "node:path";
import { rendered } from "../tree/interpolate.ts";
import { inDirectory } from "./leaf.ts";
import { fromText } from "../tree/plain-text.ts";
import type { Expand } from "./shape.ts";
import { implied, mappingAt, valueOf, withKey, type Mapping, type Value } from "../tree/tree.ts";

/** The mount of `/path`, `name:/path`, `./folder:/path` and the same with `:ro` and other options. */
export const volumeOf: Expand = (value, what, { report }) =>
  fromText(value, what, report, (given) => {
    const found = parseVolume(given);
    if (typeof found !== "string") return [longForm(found, value)];
    report(value.at, `${what} is "${given}", ${found}`);
    return [];
  });

interface Volume {
  readonly source: string;
  readonly target: string;
  readonly options: readonly string[];
}

const remedy = "write name:/path or name:/path:ro";

function parseVolume(given: string): Volume | string {
  const parts = given.split(":");
  const [first = "", second, options = "", ...more] = parts;
  if (parts.includes("")) return `which has nothing on one side of a colon; ${remedy}`;
  if (more.length > 0) return `which has too many colons; ${remedy}`;
  // Compose reads one letter as a drive of Windows and makes a path with a colon of it.
  if (/^[A-Za-z]$/.test(first)) return "whose single letter Compose reads as a drive; give the volume a longer name";
  if (second === undefined) return { source: "", target: clean(first), options: [] };
  return { source: first, target: clean(second), options: options.split(",").filter((option) => option !== "") };
}

const clean = (path: string): string => posix.normalize(path).replace(/(?<=.)\/$/, "");

const propagations = ["rprivate", "private", "rshared", "shared", "rslave", "slave"];

function longForm({ source, target, options }: Volume, { at }: Value): Value {
  const bind = /^[./~]/.test(source);
  const labels = options.findLast((option) => option === "z" || option === "Z");
  const propagation = options.findLast((option) => propagations.includes(option));
  const access = options.findLast((option) => option === "ro" || option === "rw");
  const nocopy = options.includes("nocopy") ? implied(at, true) : undefined;
  const bindOptions = {
    selinux: labels && implied(at, labels),
    propagation: propagation && implied(at, propagation),
    create_host_path: bind ? implied(at, true) : undefined,
  };
  const isBound = Object.values(bindOptions).some((option) => option !== undefined && option !== "");
  return mappingAt(at, {
    type: implied(at, bind ? "bind" : "volume"),
    source: source === "" ? undefined : implied(at, source),
    target: implied(at, target),
    read_only: access === "ro" ? implied(at, true) : undefined,
    bind: isBound ? mappingAt(at, present(bindOptions)) : undefined,
    volume: nocopy || !bind ? mappingAt(at, { nocopy }) : undefined,
  });
}

function present(options: Readonly<Record<string, Value | "" | undefined>>): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    Object.entries(options).flatMap(([key, value]) => (value === undefined || value === "" ? [] : [[key, value]])),
  );
}

/** A mount whose folder of the host starts from the environment's own directory. */
export function inPlace(mount: Mapping, directory: string): Mapping {
  const [type, source] = [valueOf(mount, "type"), valueOf(mount, "source")];
  const isBound = type?.kind === "scalar" && rendered(type.pieces) === "bind";
  return isBound && source?.kind === "scalar"
    ? withKey(mount, "source", inDirectory(source, "path", directory))
    : mount;
}
