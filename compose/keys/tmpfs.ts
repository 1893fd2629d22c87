import { parseBytes } from "../tree/bytes.ts";
import { field, flag, number, text } from "../tree/fields.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Mapping, Scalar, Value } from "../tree/tree.ts";

/** A file system in memory inside one container; what is in it counts as the container's memory. */
export interface Tmpfs {
  readonly path: string;
  /** Its maximum size. */
  readonly sizeMiB: number;
  /** Mount options in ECS's words, in the order of the file. */
  readonly options: readonly string[];
}

/** The same, with its place in the file. */
export type WrittenTmpfs = Tmpfs & { readonly at: Position };

/** Mount options by themselves, and those that have a value (Tmpfs, ECS API reference; `size` is a field of its own). */
const plain = (
  "defaults ro rw suid nosuid dev nodev exec noexec sync async dirsync remount mand nomand atime noatime diratime " +
  "nodiratime bind rbind unbindable runbindable private rprivate shared rshared slave rslave relatime norelatime " +
  "strictatime nostrictatime"
).split(" ");
const valued: Readonly<Record<string, RegExp>> = {
  mode: /^[0-7]{3,4}$/,
  uid: /^\d{1,10}$/,
  gid: /^\d{1,10}$/,
  nr_inodes: /^\d+[kmg]?$/i,
  nr_blocks: /^\d+[kmg]?$/i,
  mpol: /^[a-z]+(=[a-z]+)?(:[\d,-]+)?$/,
};

/** The file systems in memory from `tmpfs` and from `volumes` of type `tmpfs` of a service, sorted by path. */
export function tmpfsOf(keys: Mapping, report: Report): readonly WrittenTmpfs[] | undefined {
  const items = (key: string): readonly Value[] => {
    const value = field(keys, key)?.value;
    return value?.kind === "sequence" ? value.items : [];
  };
  const found = [
    ...items("tmpfs").flatMap((item) => (item.kind === "scalar" ? (short(item, report) ?? []) : [])),
    ...items("volumes").flatMap((item) => (item.kind === "mapping" && isTmpfs(item) ? (long(item, report) ?? []) : [])),
  ];
  return found.length === 0 ? undefined : found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether an item of `volumes` is a file system in memory. */
export function isTmpfs(mount: Mapping): boolean {
  const type = field(mount, "type")?.value;
  return type?.kind === "scalar" && type.value === "tmpfs";
}

/** `/path:size=64m,mode=1777,noexec`, as `docker run --tmpfs` takes it. */
function short(item: Scalar, report: Report): WrittenTmpfs | undefined {
  const given = text(item, 'an item of "tmpfs"', report);
  if (given === undefined) return undefined;
  const [path = "", ...rest] = given.split(":");
  const options = rest
    .join(":")
    .split(",")
    .filter((option) => option !== "");
  const sizes = options.filter((option) => /^size(=|$)/.test(option));
  const sizeMiB = mebibytes(sizes.at(-1)?.slice("size=".length), sized(path), item.at, report);
  const others = options.filter((option) => !sizes.includes(option));
  const taken = others.filter((option) => isTaken(option, item.at, report));
  return placed(path, { sizeMiB, options: taken, at: item.at }, report);
}

const sized = (path: string): string => `${path.startsWith("/") ? path : "/run"}:size=64m`;

function isTaken(option: string, at: Position, report: Report): boolean {
  const [, name = "", value] = /^([^=]*)(?:=(.*))?$/s.exec(option) ?? [];
  const matches = Object.hasOwn(valued, name) ? valued[name] : undefined;
  if (matches === undefined ? plain.includes(name) && value === undefined : value !== undefined && matches.test(value))
    return true;
  const known = matches !== undefined || plain.includes(name);
  report(
    at,
    known
      ? `the mount option "${option}" is not valid; write ${matches === undefined ? `${name} alone` : `a value as in ${examples[name] ?? name}`}`
      : `ECS has no mount option "${name}" of a tmpfs; use ${[...plain, ...Object.keys(valued)].join(", ")}`,
  );
  return false;
}

const examples: Readonly<Record<string, string>> = {
  mode: "mode=1777",
  uid: "uid=1000",
  gid: "gid=1000",
  nr_inodes: "nr_inodes=10k",
  nr_blocks: "nr_blocks=10k",
  mpol: "mpol=interleave:0-1",
};

function long(mount: Mapping, report: Report): WrittenTmpfs | undefined {
  const target = field(mount, "target")?.value;
  const path = target && text(target, '"target"', report);
  if (path === undefined) return undefined;
  const source = field(mount, "source");
  if (source !== undefined) report(source.at, 'a tmpfs starts empty and has no source; remove "source"');
  const tmpfs = field(mount, "tmpfs")?.value;
  const options = tmpfs?.kind === "mapping" ? tmpfs : undefined;
  const read = (key: string): Value | undefined => options && field(options, key)?.value;
  const [size, mode, readOnly] = [read("size"), read("mode"), field(mount, "read_only")?.value];
  const given = size && text(size, '"size"', report);
  const sizeMiB =
    size !== undefined && given === undefined
      ? undefined
      : mebibytes(given, "tmpfs: { size: 64m }", size?.at ?? mount.at, report);
  const bits = mode && number(mode, '"mode"', modes, report);
  const said = [
    ...(readOnly !== undefined && flag(readOnly, '"read_only"', report) === true ? ["ro"] : []),
    ...(bits === undefined ? [] : [`mode=${bits.toString(8).padStart(3, "0")}`]),
  ];
  return placed(path, { sizeMiB, options: said, at: mount.at }, report);
}

const modes = {
  accepts: (bits: number) => Number.isInteger(bits) && bits >= 0 && bits <= 0o7777,
  allowed: "an octal number such as 01777",
};

/** ECS requires a size. Docker does not: its default is half of the host's memory, which would not fit here. */
function mebibytes(given: string | undefined, remedy: string, at: Position, report: Report): number | undefined {
  const bytes = given === undefined ? undefined : /^\d+$/.test(given) ? Number(given) : parseBytes(given);
  const size = bytes === undefined ? NaN : bytes / 1024 ** 2;
  if (Number.isInteger(size) && size >= 1 && size <= 2_147_483_647) return size;
  report(
    at,
    given === undefined
      ? `ECS requires the size of a tmpfs; write it, as in ${remedy}`
      : `the tmpfs has size "${given}", but ECS takes whole mebibytes only; write 1m or more, as in ${remedy}`,
  );
  return undefined;
}

function placed(
  path: string,
  { sizeMiB, options, at }: Omit<WrittenTmpfs, "path" | "sizeMiB"> & { readonly sizeMiB: number | undefined },
  report: Report,
): WrittenTmpfs | undefined {
  if (!path.startsWith("/") || path === "/") {
    report(at, "a tmpfs needs a path in the container; write the absolute path, such as /run");
    return undefined;
  }
  return sizeMiB === undefined ? undefined : { path, sizeMiB, options, at };
}
