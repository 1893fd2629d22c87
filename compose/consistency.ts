import { isText } from "./fields.ts";
import type { Report } from "./problem.ts";
import { valueOf, type Entry, type Mapping, type Value } from "./tree.ts";

/** Reports what Compose refuses although every key by itself is right. */
export function checkConsistency(root: Mapping, report: Report): void {
  for (const entry of entriesOf(root, "services")) {
    if (entry.value.kind !== "mapping") continue;
    checkReferences(entry, entry.value, root, report);
    checkPairs(entry.value, report);
  }
  for (const kind of ["secrets", "configs"]) {
    for (const entry of entriesOf(root, kind)) checkFile(entry, kind, report);
  }
}

function entriesOf(mapping: Mapping, key: string): readonly Entry[] {
  const value = valueOf(mapping, key);
  return value?.kind === "mapping" ? value.entries : [];
}

function checkReferences({ key: name }: Entry, service: Mapping, root: Mapping, report: Report): void {
  const build = valueOf(service, "build");
  const uses: readonly (readonly [string, readonly Named[]])[] = [
    [
      "networks",
      entriesOf(service, "networks")
        .filter(({ key }) => key !== "default")
        .map(({ key, at }) => ({ name: key, at })),
    ],
    ["configs", sources(service, "configs")],
    ["secrets", [...sources(service, "secrets"), ...(build?.kind === "mapping" ? sources(build, "secrets") : [])]],
  ];
  for (const [kind, used] of uses) {
    const declared = new Set(entriesOf(root, kind).map(({ key }) => key));
    for (const use of used) {
      if (!declared.has(use.name))
        report(use.at, `"${name}" uses "${use.name}", which is not declared; write it below "${kind}" at the top`);
    }
  }
}

interface Named {
  readonly name: string;
  readonly at: Value["at"];
}

function sources(parent: Mapping, key: string): readonly Named[] {
  const value = valueOf(parent, key);
  const items = value?.kind === "sequence" ? value.items : [];
  return items.flatMap((item) => {
    const source = item.kind === "mapping" ? valueOf(item, "source") : undefined;
    return source !== undefined && isText(source) ? [{ name: source.pieces.join(""), at: source.at }] : [];
  });
}

/** Keys that Compose takes only one of. */
function checkPairs(service: Mapping, report: Report): void {
  const build = valueOf(service, "build");
  const exclusive = [
    [service, "network_mode", "networks"],
    [build, "dockerfile", "dockerfile_inline"],
  ] as const;
  for (const [parent, one, other] of exclusive) {
    const first = parent?.kind === "mapping" ? parent.entries.find(({ key }) => key === one) : undefined;
    const second = parent?.kind === "mapping" ? parent.entries.find(({ key }) => key === other) : undefined;
    if (first !== undefined && second !== undefined)
      report(second.at, `"${one}" and "${other}" exclude each other; remove one`);
  }
}

function checkFile({ key: name, at, value }: Entry, kind: string, report: Report): void {
  if (value.kind !== "mapping") return;
  const given = ["file", "environment", "content"].filter((key) => valueOf(value, key) !== undefined);
  const elsewhere = ["external", "driver"].some((key) => valueOf(value, key) !== undefined);
  const [first, second] = given;
  if (second !== undefined) report(at, `"${name}" of "${kind}" has "${first ?? ""}" and "${second}"; remove one`);
  if (first === undefined && !elsewhere)
    report(at, `"${name}" of "${kind}" says nothing about what it holds; write "file" or "environment"`);
}
