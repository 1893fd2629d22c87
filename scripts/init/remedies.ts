import { isMap, isScalar, stringify } from "yaml";
import { levels, type Level, type Problem } from "../../compose/index.ts";
import type { Draft } from "./draft.ts";
import { commentOut, mark, noteAbove, replaceAt } from "./edits.ts";
import { blockOf, partsAt, partsOf, plain, sheetOf, type Part, type Sheet } from "./sheet.ts";

/** A problem at its place in the text. */
interface Place {
  readonly sheet: Sheet;
  readonly offset: number;
  /** What is around the place, the innermost last. */
  readonly parts: readonly Part[];
  readonly message: string;
}

type Remedy = (draft: Draft, place: Place, found: RegExpExecArray) => Draft;

/** The draft after the remedy for a problem; the same draft if no rule knows one. */
export function remedied(draft: Draft, { line, column, message }: Problem): Draft {
  const place = { ...placeOf(draft.text, line, column), message };
  for (const [pattern, remedy] of remedies) {
    const found = pattern.exec(message);
    if (found !== null) return remedy(draft, place, found);
  }
  return refusals.some((reason) => message.startsWith(`${reason};`)) ? away(draft, place) : draft;
}

/** The text with a problem that has no remedy as a comment above its line. */
export function noted(text: string, { line, column, message }: Problem): string {
  const { offset } = placeOf(text, line, column);
  return noteAbove(text, offset, `left to do: ${message}`);
}

function placeOf(text: string, line: number, column: number) {
  const sheet = sheetOf(text);
  const start = sheet.rows.slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0);
  const offset = start + column - 1;
  return { sheet, offset, parts: partsAt(sheet, offset) };
}

const away = (draft: Draft, { offset, message }: Place): Draft => ({
  ...draft,
  text: commentOut(draft.text, offset, message),
});

/** Takes out the key that a message names, around the place or at it. */
function withoutKey(draft: Draft, place: Place, [, key]: RegExpExecArray): Draft {
  const part = place.parts.findLast((one) => one.key === key);
  return away(draft, part === undefined ? place : { ...place, offset: part.start });
}

/** Replaces the scalar at the place. */
function written(draft: Draft, { parts, message }: Place, value: string, quoted = false): Draft {
  const part = parts.at(-1);
  if (part === undefined) return draft;
  const node = "value" in part.node && part.key !== undefined ? part.node.value : part.node;
  if (!isScalar(node) || !node.range) return draft;
  const text = quoted ? JSON.stringify(value) : stringify(value, { lineWidth: 0 }).trim();
  const changed = replaceAt(draft.text, [node.range[0], Math.max(node.range[0], part.end)], text);
  return { ...draft, text: noteAbove(changed, part.start, message) };
}

const scalarAt = ({ parts }: Place): string => {
  const part = parts.at(-1);
  const node = part !== undefined && "value" in part.node && part.key !== undefined ? part.node.value : part?.node;
  return plain(node) ?? "";
};

/** What can be written instead, or taken out, by what the message says. */
const remedies: readonly (readonly [RegExp, Remedy])[] = [
  [
    /write whole seconds from (\d+)s to (\d+)s/,
    (draft, place, [, least = "", most = ""]) =>
      written(draft, place, `${within(scalarAt(place), Number(least), Number(most))}s`),
  ],
  [
    /a (?:whole )?number from (\d+) to (\d+)/,
    (draft, place, [, least = "", most = ""]) =>
      written(draft, place, String(Math.min(Math.max(Number(scalarAt(place)) || 0, Number(least)), Number(most)))),
  ],
  [
    /ECS requires the size of a tmpfs; write it, as in (.+)$/,
    (draft, place, [, form = ""]) => written(draft, place, form),
  ],
  [/ECS does not count attempts; write on-failure/, (draft, place) => written(draft, place, "on-failure")],
  [
    /make the whole value a parameter and write (\w+): \$\{/,
    (draft, place, [, name = ""]) => asParameter(draft, place, name),
  ],
  [/^a secret in a file would be in the repository/, secretOfVariable],
  [/^nothing sets (\w+); make it a parameter of the stack/, (draft, _, [, name = ""]) => withParameter(draft, name)],
  [/^Compose reads (\S+) as a .* quote it$/, (draft, place, [, text = ""]) => written(draft, place, text, true)],
  [/^volume "([^"]+)" lives in one task, but/, (draft, place, [, name = ""]) => onFileSystem(draft, place, name)],
  [/known to a build only, and nothing builds|^nothing sets \w+; set it or write/, (draft) => draft],
  [/; (?:.*, or )?remove "([\w.-]+)"$/, withoutKey],
  [
    /remove the dependency|has ended before|has a profile and is not in the task|no profile that is active|has no health check to wait for|in another ECS service, which restarts/,
    away,
  ],
  [
    /no directories of a host|this volume is anonymous|use a named volume|below "expose" instead of "ports"|the load balancer does not support|no other names in the network|or remove it$|; remove it$/,
    away,
  ],
  [
    /is not an address for|has a profile and does not run next to|has no port, so other/,
    (draft, place) => (inEnvironment(place) ? away(draft, place) : draft),
  ],
  [/^"(cap_add|cap_drop|ulimits|sysctls|logging|driver|platform|shm_size)"/, (draft, place) => away(draft, place)],
];

const inEnvironment = ({ parts }: Place): boolean => parts.some(({ key }) => key === "environment");

function within(given: string, least: number, most: number): number {
  const units: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };
  const seconds = [...given.matchAll(/([\d.]+)(us|ms|s|m|h)/g)].reduce(
    (sum, [, count, unit = "s"]) => sum + Number(count) * (units[unit] ?? 1),
    0,
  );
  return Math.min(Math.max(Math.ceil(seconds), least), most);
}

function asParameter(draft: Draft, { parts }: Place, name: string): Draft {
  const part = parts.at(-1);
  if (part === undefined) return draft;
  const isItem = part.key === undefined;
  const node = "value" in part.node && !isItem ? part.node.value : part.node;
  if (!isScalar(node) || !node.range) return draft;
  const text = replaceAt(draft.text, [node.range[0], part.end], `${isItem ? `${name}=` : ""}\${${name}}`);
  const why = "ECS puts no secret inside a longer text; the whole value is a parameter now";
  return withParameter({ ...draft, text: noteAbove(text, part.start, why) }, name);
}

const withParameter = (draft: Draft, name: string): Draft => ({
  ...draft,
  settings: { ...draft.settings, parameters: [...new Set([...draft.settings.parameters, name])] },
});

/** A secret of a file becomes one of a parameter. */
function secretOfVariable(draft: Draft, { parts }: Place): Draft {
  const [, secret, key] = parts;
  if (secret === undefined || key === undefined) return draft;
  const name = (secret.key ?? "").toUpperCase().replace(/\W/g, "_");
  const replaced = replaceAt(draft.text, [key.start, key.end], `environment: ${name}`);
  const why = `a file would be in the repository; its content is the parameter ${name}`;
  return withParameter({ ...draft, text: noteAbove(replaced, key.start, why) }, name);
}

/** A volume of several ECS services is a folder of the environment's file system. */
function onFileSystem(draft: Draft, { sheet }: Place, name: string): Draft {
  const part = partsOf(sheet, sheet.document.get("volumes", true)).find(({ key }) => key === name);
  const block = part && blockOf(sheet, part);
  if (part === undefined || block === undefined || !("value" in part.node)) return draft;
  if (isMap(part.node.value) && part.node.value.items.length > 0) return draft;
  const lines = [
    `${block.indent}${name}:`,
    `${block.indent}  ${mark} several ECS services use it; write the numbers of the user who owns the files`,
    `${block.indent}  x-ecs: { efs: { user: "0:0" } }`,
  ];
  const rows = [...sheet.rows.slice(0, block.first), ...lines, ...sheet.rows.slice(block.last + 1)];
  return { ...draft, text: rows.join("\n") };
}

/** The reasons for which keys are refused, in all places of a Compose file. */
const refusals: readonly string[] = reasonsOf(levels);

function reasonsOf({ keys, below = {}, named = {} }: Level): readonly string[] {
  const own = Object.values(keys).flatMap((fate) =>
    typeof fate === "object" && "rejected" in fate ? [fate.rejected] : [],
  );
  return [...own, ...[...Object.values(below), ...Object.values(named)].flatMap(reasonsOf)];
}
