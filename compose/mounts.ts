import { field, flag, items, mapping, text } from "./fields.ts";
import type { Report } from "./problem.ts";
import type { Mapping, Value } from "./tree.ts";

/** A volume of the task inside a container. */
export interface Mount {
  readonly volume: string;
  readonly path: string;
  readonly readOnly: boolean;
}

/** What `volumes` of a service says; `declared` are the volumes named at the top of the file. */
export function mountsOf(keys: Mapping, declared: readonly string[], report: Report): readonly Mount[] {
  const value = field(keys, "volumes")?.read();
  if (value === undefined) return [];
  const mounts: Mount[] = [];
  for (const item of items(value, '"volumes"', report)) {
    const mount = item.kind === "mapping" ? long(item, report) : short(item, report);
    if (mount === undefined) continue;
    if (!declared.includes(mount.volume)) {
      report(item.at, `no volume "${mount.volume}" is declared; write "${mount.volume}:" below "volumes" at the top`);
    }
    if (mounts.some(({ path }) => path === mount.path)) report(item.at, `${mount.path} is mounted twice; remove one`);
    mounts.push(mount);
  }
  return mounts.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function short(item: Value, report: Report): Mount | undefined {
  const given = text(item, 'an item of "volumes"', report);
  if (given === undefined) return undefined;
  const [source = "", path, options = "rw", ...more] = given.split(":");
  if (path === undefined) return refused(item, "is anonymous", report);
  if (/^[./~]/.test(source)) return refused(item, "is a directory of the host, which Fargate does not have", report);
  if (more.length === 0 && path.startsWith("/") && /^r[ow]$/.test(options)) {
    return { volume: source, path, readOnly: options === "ro" };
  }
  report(item.at, `"volumes" has "${given}"; write name:/path or name:/path:ro`);
  return undefined;
}

function long(item: Mapping, report: Report): Mount | undefined {
  const type = word(item, "type", report);
  if (type !== "volume") return refused(item, `has type "${type ?? ""}"`, report);
  const options = mapping(item, '"volumes"', ["type", "source", "target", "read_only"], report);
  const source = word(item, "source", report);
  const path = word(item, "target", report);
  if (source === undefined) return refused(item, "is anonymous", report);
  if (path?.startsWith("/") !== true) {
    report(item.at, 'a volume needs a place in the container; write its whole path as "target"');
    return undefined;
  }
  const readOnly = options && field(options, "read_only")?.read();
  return { volume: source, path, readOnly: (readOnly && flag(readOnly, '"read_only"', report)) ?? false };
}

function word(item: Mapping, key: string, report: Report): string | undefined {
  const value = field(item, key)?.read();
  return value && text(value, `"${key}"`, report);
}

function refused(item: Value, why: string, report: Report): Mount | undefined {
  report(item.at, `this volume ${why}; use a named volume, which lives as long as its task`);
  return undefined;
}
