import { field, flag, text } from "../tree/fields.ts";
import type { Report } from "../tree/problem.ts";
import { isTmpfs } from "./tmpfs.ts";
import type { Mapping, Value } from "../tree/tree.ts";

/** A volume of the task inside a container. */
export interface Mount {
  readonly volume: string;
  readonly path: string;
  readonly readOnly: boolean;
}

/** The volumes that a service mounts. */
export function mountsOf(keys: Mapping, report: Report): readonly Mount[] {
  const value = field(keys, "volumes")?.value;
  const mounts: Mount[] = [];
  for (const item of value?.kind === "sequence" ? value.items : []) {
    const mount = item.kind === "mapping" && !isTmpfs(item) ? mountOf(item, report) : undefined;
    if (mount !== undefined) mounts.push(mount);
  }
  return mounts.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function mountOf(item: Mapping, report: Report): Mount | undefined {
  const type = word(item, "type", report);
  if (type === "bind") {
    report(item.at, word(item, "source", report) === "/var/run/docker.sock" ? dockerSocket : hostDirectory);
    return undefined;
  }
  if (type !== "volume") return refused(item, `has type "${type ?? ""}"`, report);
  const source = word(item, "source", report);
  const path = word(item, "target", report);
  if (source === undefined) return refused(item, "is anonymous", report);
  if (path === undefined) return undefined;
  if (!path.startsWith("/")) {
    report(item.at, "a volume needs a path in the container; write the absolute path, such as name:/path");
    return undefined;
  }
  const readOnly = field(item, "read_only")?.value;
  return { volume: source, path, readOnly: (readOnly && flag(readOnly, '"read_only"', report)) ?? false };
}

const dockerSocket = "there is no Docker on Fargate to reach; remove this volume, and the service if it needs Docker";

const hostDirectory =
  'this volume is a directory of the host, and Fargate has none; copy the files into the image, or use a named volume, which lasts as long as its task, or longer on EFS with "x-ecs: {efs: …}"';

function word(item: Mapping, key: string, report: Report): string | undefined {
  const value = field(item, key)?.value;
  return value && text(value, `"${key}"`, report);
}

function refused(item: Value, why: string, report: Report): Mount | undefined {
  report(item.at, `this volume ${why}; use a named volume, which lasts as long as its task`);
  return undefined;
}
