import { isAlias, isMap, isSeq, type Node, type YAMLMap } from "yaml";
import { partsOf, plain, resolved, type Part, type Sheet } from "./sheet.ts";

/** A service of a Compose file, as far as its own file says it. */
export interface ServiceView {
  readonly name: string;
  /** Its own pair in the file. */
  readonly part: Part;
  /** A key of the service: its own, or that of a mapping merged with `<<`. */
  readonly key: (name: string) => Part | undefined;
  /** The value of a key, with aliases resolved. */
  readonly value: (name: string) => Node | undefined;
  /** The value of a key as a plain text; undefined if it is none. */
  readonly text: (name: string) => string | undefined;
  /** Names of its profiles. */
  readonly profiles: readonly string[];
  /** The words of `command` and `entrypoint`, as one line. */
  readonly command: string;
}

/** The services of a Compose file. */
export function servicesOf(sheet: Sheet): readonly ServiceView[] {
  const parts = partsOf(sheet, resolved(sheet, sheet.document.get("services", true)));
  return parts.flatMap((part) => {
    const map = valueOf(sheet, part);
    return isMap(map) ? [viewOf(sheet, part, map)] : [];
  });
}

function viewOf(sheet: Sheet, part: Part, map: YAMLMap): ServiceView {
  const keys = keysOf(sheet, map);
  const value = (name: string) => {
    const found = keys.get(name);
    return found && valueOf(sheet, found);
  };
  return {
    name: part.key ?? "",
    part,
    key: (name) => keys.get(name),
    value,
    text: (name) => plain(value(name)),
    profiles: wordsOf(sheet, value("profiles")),
    command: ["entrypoint", "command"].flatMap((name) => wordsOf(sheet, value(name))).join(" "),
  };
}

/** The keys of a mapping and of those that it merges; its own come first. */
export function keysOf(sheet: Sheet, map: YAMLMap): ReadonlyMap<string, Part> {
  const found = new Map<string, Part>();
  const merged: Part[] = [];
  for (const part of partsOf(sheet, map)) {
    if (part.key === "<<") merged.push(part);
    else found.set(part.key ?? "", part);
  }
  for (const part of merged) {
    for (const other of mergedMaps(sheet, part)) {
      for (const [key, below] of keysOf(sheet, other)) if (!found.has(key)) found.set(key, below);
    }
  }
  return found;
}

function mergedMaps(sheet: Sheet, part: Part): readonly YAMLMap[] {
  const value = valueOf(sheet, part);
  const items = isSeq(value) ? value.items : [value];
  return items.flatMap((item) => {
    const node = isAlias(item) ? resolved(sheet, item) : item;
    return isMap(node) ? [node] : [];
  });
}

/** The value of a pair, with an alias resolved. */
export function valueOf(sheet: Sheet, part: Part): Node | undefined {
  return "value" in part.node && part.key !== undefined ? resolved(sheet, part.node.value) : undefined;
}

/** A text, or the texts of a list. */
export function wordsOf(sheet: Sheet, node: Node | undefined): readonly string[] {
  if (!isSeq(node)) return [plain(node) ?? []].flat();
  return node.items.flatMap((item) => plain(resolved(sheet, item)) ?? []);
}
