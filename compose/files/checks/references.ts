import { isText } from "../../tree/fields.ts";
import type { Position, Report } from "../../tree/problem.ts";
import { entriesIn, itemsIn, valueOf, type Mapping } from "../../tree/tree.ts";
import type { Checked } from "../role.ts";

/** Reports what a service uses but the top of the file does not declare. */
export function checkReferences({ name: service, keys }: Checked, declared: Declared, report: Report): void {
  const build = valueOf(keys, "build");
  const uses: readonly (readonly [kind: Kind, used: readonly Use[]])[] = [
    ["networks", names(keys, "networks").filter(({ name }) => name !== "default")],
    ["configs", sources(keys, "configs")],
    ["secrets", [...sources(keys, "secrets"), ...(build?.kind === "mapping" ? sources(build, "secrets") : [])]],
    ["models", names(keys, "models")],
  ];
  for (const [kind, used] of uses) {
    for (const { name, at } of used)
      if (!declared[kind].has(name))
        report(at, `"${service}" uses "${name}", which is not declared; write it below "${kind}" at the top`);
  }
  for (const { name, at } of volumesOf(keys))
    if (!declared.volumes.has(name))
      report(at, `no volume "${name}" is declared; write "${name}:" below "volumes" at the top`);
}

/** Names that the top of the file declares, by kind. */
export type Declared = Readonly<Record<Kind, ReadonlySet<string>>>;
type Kind = "networks" | "configs" | "secrets" | "models" | "volumes";

/** The names that a file declares. */
export function declaredIn(root: Mapping): Declared {
  const named = (kind: Kind): ReadonlySet<string> => new Set(entriesIn(root, kind).map(({ key }) => key));
  return {
    networks: named("networks"),
    configs: named("configs"),
    secrets: named("secrets"),
    models: named("models"),
    volumes: named("volumes"),
  };
}

interface Use {
  readonly name: string;
  readonly at: Position;
}

const names = (keys: Mapping, key: string): readonly Use[] =>
  entriesIn(keys, key).map(({ key: name, at }) => ({ name, at }));

function sources(parent: Mapping, key: string): readonly Use[] {
  return itemsIn(parent, key).flatMap((item) => {
    const source = item.kind === "mapping" ? valueOf(item, "source") : undefined;
    return source !== undefined && isText(source) ? [{ name: source.pieces.join(""), at: source.at }] : [];
  });
}

function volumesOf(keys: Mapping): readonly Use[] {
  return itemsIn(keys, "volumes").flatMap((item) => {
    const [type, source] = item.kind === "mapping" ? [valueOf(item, "type"), valueOf(item, "source")] : [];
    const isVolume = type?.kind === "scalar" && type.value === "volume";
    const name = isVolume && source !== undefined && isText(source) ? source.pieces.join("") : "";
    return name === "" ? [] : [{ name, at: item.at }];
  });
}
