import { editServices, onEcs, type Context, type Draft } from "./draft.ts";
import { noteAbove, replaceAt } from "./edits.ts";
import { environmentOf } from "./environment-entries.ts";
import { looksSecret } from "./secret-names.ts";
import { storeVariables } from "./stack-variables.ts";

/** Replaces each secret that is written in the file by a parameter; its value is not copied. */
export function withoutSecrets(draft: Draft, context: Context): Draft {
  // The URL of a store that `up` creates is no other secret.
  const known = new Map(storeVariables(draft.settings).map((name) => [name, "\0"]));
  const parameters = new Set(draft.settings.parameters);
  const result = editServices(draft, context, onEcs, (service, sheet) =>
    environmentOf(sheet, service).flatMap((entry) => {
      const { name, value = "", at, range } = entry;
      if (value === "" || value.includes("$") || isNoSecret(value) || !looksSecret(name, value)) return [];
      const other = known.get(name);
      const own = `${service.name}_${name}`.toUpperCase().replace(/\W/g, "_");
      const parameter = other === undefined || other === value ? name : own;
      if (other === undefined) known.set(name, value);
      parameters.add(parameter);
      const write = (text: string): string => replaceAt(text, range, entry.written(`\${${parameter}}`));
      return [
        { at, apply: (text: string) => noteAbove(write(text), at, "a secret was written here; now it is a parameter") },
      ];
    }),
  );
  return { ...result, settings: { ...result.settings, parameters: [...parameters] } };
}

const isNoSecret = (value: string): boolean =>
  /^(true|false|yes|no|on|off|\d{1,5})$/i.test(value) || value.startsWith("/");
