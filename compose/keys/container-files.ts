import { posix } from "node:path";
import type { ContainerFile, WrittenFile } from "../files/container-file.ts";
import { field, number, section, text } from "../tree/fields.ts";
import { sourceOf, type FileContext } from "../files/file-source.ts";
import type { Report } from "../tree/problem.ts";
import type { Mapping, Value } from "../tree/tree.ts";

/** The files that `secrets` and `configs` of a service put into its container, sorted by path; `root` declares them. */
export function containerFiles(keys: Mapping, root: Mapping, context: FileContext): readonly WrittenFile[] {
  const found = (["secret", "config"] as const).flatMap((kind) => {
    const value = field(keys, `${kind}s`)?.value;
    const items = value?.kind === "sequence" ? value.items : [];
    return items.flatMap((item) => (item.kind === "mapping" ? (fileOf(kind, item, root, context) ?? []) : []));
  });
  const taken = new Map<string, WrittenFile>();
  for (const file of found) {
    if (taken.has(file.path))
      context.report(file.at, `there is a file at ${file.path} already; give one of them another "target"`);
    taken.set(file.path, file);
  }
  return [...taken.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function fileOf(
  kind: ContainerFile["kind"],
  mount: Mapping,
  root: Mapping,
  context: FileContext,
): WrittenFile | undefined {
  const { report } = context;
  const word = (key: string): string | undefined => {
    const value = field(mount, key)?.value;
    return value && text(value, `"${key}"`, report);
  };
  const name = word("source");
  // If it is not declared, this is reported together with all other references.
  const declared = name === undefined ? undefined : section(section(root, `${kind}s`), name);
  if (name === undefined || declared === undefined) return undefined;
  const source = sourceOf(kind, declared, context);
  const target = field(mount, "target")?.value;
  const path = pathOf(kind, word("target") ?? name, target ?? mount, report);
  const [mode, owner] = [modeOf(mount, report), ownerOf(mount, report)];
  if (source === undefined || path === undefined) return undefined;
  return { kind, name, path, mode, owner, parts: source.parts, at: mount.at, from: source.from };
}

/** System directories, which an image needs in order to run. */
const system = /^\/(bin|boot|dev|lib|lib32|lib64|libx32|proc|sbin|sys|usr)(\/|$)/;

/** The absolute path; reported if its directory cannot be mounted. A mounted directory hides what the image has there. */
function pathOf(kind: ContainerFile["kind"], target: string, { at }: Value, report: Report): string | undefined {
  const folder = kind === "secret" ? "/run/secrets" : "/";
  const path = posix.resolve(folder, target);
  const directory = posix.dirname(path);
  const own = directory.split("/").length > 2 && !system.test(directory);
  if (own && !target.endsWith("/")) return path;
  const remedy = `write "target: /run/${kind}s/${posix.basename(path) || "NAME"}"`;
  report(
    at,
    own
      ? `"target" is "${target}", which is not the path of a file; ${remedy}`
      : `the file would be at ${path}, but ECS mounts directories, and one at ${directory} would hide what the image has there; ${remedy}`,
  );
  return undefined;
}

const bits = {
  accepts: (mode: number) => Number.isInteger(mode) && mode >= 0 && mode <= 0o777,
  allowed: "an octal number such as 0440",
};

function modeOf(mount: Mapping, report: Report): string {
  const value = field(mount, "mode")?.value;
  const isOctalText = value?.kind === "scalar" && typeof value.value === "string";
  const given = value && number(value, '"mode"', bits, report);
  if (isOctalText && given !== undefined)
    report(value.at, 'versions of Compose read a "mode" in quotes differently; write it without quotes');
  return (given ?? 0o444).toString(8).padStart(4, "0");
}

function ownerOf(mount: Mapping, report: Report): string {
  const [uid = "0", gid = "0"] = ["uid", "gid"].map((key) => {
    const value = field(mount, key)?.value;
    const given = value && text(value, `"${key}"`, report);
    if (value === undefined || given === undefined || /^\d{1,10}$/.test(given)) return given;
    report(value.at, `"${key}" is "${given}"; write a number in quotes, such as "1000"`);
    return undefined;
  });
  return `${uid}:${gid}`;
}
