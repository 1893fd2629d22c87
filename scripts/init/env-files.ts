import { isMap, isSeq } from "yaml";
import { join } from "node:path";
import { editServices, onEcs, type Context, type Draft } from "./draft.ts";
import { commentOut } from "./edits.ts";
import { addressOf, environmentOf } from "./environment-entries.ts";
import { looksSecret } from "./secret-names.ts";
import { partsOf, plain, resolved, sheetOf, type Sheet } from "./sheet.ts";
import { servicesOf, type ServiceView } from "./services.ts";
import { addVariables } from "./add-variables.ts";

/** Replaces each env file that Git does not have by its variables; values of the file itself are not copied. */
export function withoutEnvFiles(draft: Draft, context: Context): Draft {
  const names = servicesOf(sheetOf(draft.text)).map(({ name }) => name);
  return names.reduce((current, name) => withoutOne(current, context, name), draft);
}

function withoutOne(draft: Draft, context: Context, name: string): Draft {
  const sheet = sheetOf(draft.text);
  const service = servicesOf(sheet).find((one) => one.name === name);
  if (service === undefined || !onEcs.includes(context.roles.get(name)?.kind ?? "kept")) return draft;
  const absent = envFilesOf(sheet, service).filter(
    ({ path, required }) => required && !context.tracked(join(context.folder, path)),
  );
  const known = new Set(environmentOf(sheet, service).map((entry) => entry.name));
  const found = absent.flatMap(({ path }) => variablesOf(path, context));
  const missing = found.filter(
    (variable, index) =>
      !known.has(variable.name) && found.findIndex((other) => other.name === variable.name) === index,
  );
  const away = editServices(draft, { roles: new Map([[name, { kind: "own" }]]) }, ["own"], () =>
    absent.map(({ at, path }) => ({
      at,
      apply: (text: string) => commentOut(text, at, reason(path, variablesOf(path, context).length)),
    })),
  );
  return { ...away, text: addVariables(away.text, name, missing) };
}

const reason = (path: string, count: number): string =>
  count === 0
    ? `${path} is not in the repository; write its variables below "environment"`
    : `${path} is not in the repository; its ${count} variable(s) are below "environment"`;

function envFilesOf(sheet: Sheet, service: ServiceView) {
  const [part, node] = [service.key("env_file"), service.value("env_file")];
  if (part === undefined) return [];
  const single = plain(node);
  if (single !== undefined) return [{ path: single, at: part.start, required: true }];
  if (!isSeq(node)) return [];
  return partsOf(sheet, node).map((item) => {
    const value = resolved(sheet, item.node);
    const required = !isMap(value) || plain(value.get("required", true)) !== "false";
    return {
      path: isMap(value) ? (plain(value.get("path", true)) ?? "") : (plain(value) ?? ""),
      at: item.start,
      required,
    };
  });
}

/** The variables of an env file; a value is known only from an example of it that Git has. */
function variablesOf(path: string, { files, folder, tracked, roles }: Context) {
  const file = join(folder, path);
  const examples = [".example", ".sample", ".dist", ".template", ".defaults"]
    .map((end) => `${file}${end}`)
    .filter(tracked);
  const shown = linesOf(examples.map((one) => files.readFile(one) ?? "").join("\n"));
  const real = linesOf(files.readFile(file) ?? "");
  // The address of a service of this file is no secret, and shows which variable belongs to which server.
  const isOurs = (value = ""): boolean => roles.has(addressOf(value)?.host ?? "");
  return [...new Set([...Object.keys(shown), ...Object.keys(real)])].map((name) => {
    const ours = [real[name], shown[name]].find(isOurs);
    const example = shown[name]?.includes("$") === true || looksSecret(name, shown[name]) ? undefined : shown[name];
    return { name, value: ours ?? example };
  });
}

/** The lines NAME=value of an env file. */
export function linesOf(text: string): Readonly<Record<string, string>> {
  const lines = text.split("\n").flatMap((line) => {
    const [, name, value = ""] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined) return [];
    const [, , quoted] = /^(["'])(.*)\1/.exec(value) ?? [];
    return [[name, quoted ?? value.replace(/\s+#.*$/, "")] as const];
  });
  return Object.fromEntries(lines);
}
