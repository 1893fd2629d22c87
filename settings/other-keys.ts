import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "../components/kit/refusal.ts";
import { closest } from "../compose/index.ts";
import { isKey, table } from "./table.ts";

/**
 * A sentence for each configured key of the project that the table does not have and the team's own program does not
 * read. Refuses a key that is probably a misspelling of one in the table.
 */
export function unknownKeys(otherKeys: readonly string[] = []): readonly string[] {
  const ours = otherKeys.find(isKey);
  if (ours !== undefined)
    throw new Refusal(`deliver({ otherKeys }): ${ours} is a key of compose-ecs-pipeline; take another name`);
  const file = `Pulumi.${pulumi.getStack()}.yaml`;
  const namespace = `${pulumi.getProject()}:`;
  const given = Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith(namespace));
  const unknown = given
    .map((key) => key.slice(namespace.length))
    .filter((name) => !isKey(name) && !otherKeys.includes(name));
  return unknown.toSorted().map((name) => {
    const meant = nearKey(name);
    if (meant !== undefined)
      throw new Refusal(`${file}: ${name} is not a key; write ${meant}, or name it in deliver({ otherKeys })`);
    return `${file}: ${name} is not a key, and nothing reads it; remove it, or name it in deliver({ otherKeys })`;
  });
}

/** The key that was probably meant, in any case of its letters. */
function nearKey(name: string): string | undefined {
  const keys = new Map(Object.keys(table).map((key) => [key.toLowerCase(), key]));
  return keys.get(closest(name, [...keys.keys()]) ?? "");
}
