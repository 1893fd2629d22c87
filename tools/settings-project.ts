import { stringify } from "yaml";
import { table } from "../settings/table.ts";
import type { KeyDescription } from "../settings/table/key.ts";

/** The text of this repository's Pulumi.yaml, with the keys of the table below `config`; the lines above stay. */
export function settingsProject(text: string): string {
  const [head = ""] = text.split(/^config:$/m);
  const config = Object.fromEntries(Object.entries(table).map(([key, described]) => [key, declared(key, described)]));
  return head + stringify({ config }, { lineWidth: 0 });
}

function declared(key: string, { type, default: otherwise, description }: KeyDescription): object {
  // Stacks of this repository have the name of its example; the project's name stands in their URNs.
  const value = key === "app" ? "shop" : otherwise;
  return { type, ...(type === "array" && { items: { type: "string" } }), description, default: value };
}
