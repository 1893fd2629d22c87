import { isText, section } from "../tree/fields.ts";
import { valueOf, type Value } from "../tree/tree.ts";
import type { ComposeFile, Service } from "./service.ts";

/** The variable behind each secret that is declared at the top with `environment`. */
export function secretVariables(secrets: Value | undefined): Readonly<Record<string, string>> {
  const entries = secrets?.kind === "mapping" ? secrets.entries : [];
  const found = entries.flatMap(({ key, value }) => {
    const variable = value.kind === "mapping" ? valueOf(value, "environment") : undefined;
    return variable !== undefined && isText(variable) ? [[key, variable.pieces.join("")] as const] : [];
  });
  return Object.fromEntries(found);
}

/** The variables that the builds of services read as secrets, sorted. */
export function buildSecretsOf(
  services: readonly Service[],
  file: Pick<ComposeFile, "secretVariables">,
): readonly string[] {
  const used = services.flatMap(({ keys }) => {
    const build = section(keys, "build");
    const secrets = build && valueOf(build, "secrets");
    return (secrets?.kind === "sequence" ? secrets.items : []).flatMap((item) => {
      const source = item.kind === "mapping" ? valueOf(item, "source") : undefined;
      const variable =
        source !== undefined && isText(source) ? file.secretVariables[source.pieces.join("")] : undefined;
      return variable ?? [];
    });
  });
  return [...new Set(used)].toSorted();
}
