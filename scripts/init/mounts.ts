import { isMap, isSeq } from "yaml";
import { editServices, onEcs, type Context, type Draft } from "./draft.ts";
import { commentOut } from "./edits.ts";
import { partsOf, plain, resolved } from "./sheet.ts";

/** Takes out the mounts that ECS cannot have, or that would hide a part of the image. */
export function withoutHostMounts(draft: Draft, context: Context): Draft {
  return editServices(draft, context, onEcs, (service, sheet) => {
    const node = service.value("volumes");
    if (!isSeq(node)) return [];
    return partsOf(sheet, node).flatMap((part) => {
      const item = resolved(sheet, part.node);
      const [source, target] = isMap(item)
        ? [plain(item.get("source", true)) ?? "", plain(item.get("target", true)) ?? ""]
        : shortMount(plain(item) ?? "");
      const why = reason(source, target);
      return why === undefined ? [] : [{ at: part.start, apply: (text: string) => commentOut(text, part.start, why) }];
    });
  });
}

/** Source and target of `SOURCE:TARGET[:MODE]`; colons inside `${…}` do not separate. */
function shortMount(text: string): readonly [string, string] {
  const parts = text.match(/(\$\{[^}]*\}|[^:])+/g) ?? [];
  return parts.length < 2 ? ["", parts[0] ?? ""] : [parts[0] ?? "", parts[1] ?? ""];
}

function reason(source: string, target: string): string | undefined {
  if (source.endsWith("docker.sock")) return "Fargate has no Docker socket; remove what needs it";
  if (isPath(source))
    return /\.\w+$/.test(source.replace(/^\.+/, ""))
      ? `Fargate has no files of a host; copy it into the image (COPY ${source} ${target})`
      : "Fargate has no directories of a host; the image holds these files, and a named volume what a container writes";
  if (/\/(node_modules|\.venv|venv|vendor|bundle|\.bundle|deps|_build|target)$/.test(target))
    return "an empty folder would hide what the image has there";
  return undefined;
}

const isPath = (source: string): boolean => /^(\.|~|\/|\$\{?(PWD|HOME)\b)/.test(source) || source.includes("/");
