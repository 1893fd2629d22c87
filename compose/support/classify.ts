import type { Position, Report } from "../tree/problem.ts";
import type { Entry, Mapping, Value } from "../tree/tree.ts";

/** What ECS makes of a Compose key; the texts are shown to people who wrote the key. */
export type Support =
  "translated" | { readonly ignored: string } | { readonly rejected: string; readonly remedy?: string };

/** The same, with a description of what a translated key becomes. */
export type Fate = string | Exclude<Support, string>;

/** The keys of one place of a Compose file. */
export interface Level {
  readonly keys: Readonly<Record<string, Fate>>;
  /** Places below translated keys: a mapping, or each item of a list. */
  readonly below?: Readonly<Record<string, Level>>;
  /** Places below translated keys that hold a mapping for each name that the user chooses. */
  readonly named?: Readonly<Record<string, Level>>;
  /** Whether `x-ecs` has a meaning here. @default - it has none, and is refused */
  readonly extended?: boolean;
}

/** A key that changes nothing on ECS; reported once, even if many services have it. */
export interface Ignored {
  /** Its path from the top, with `*` for names that the user chooses, such as `services.*.container_name`. */
  readonly key: string;
  readonly reason: string;
  /** Its first place in the file. */
  readonly at: Position;
}

/** Collects a key that is ignored. */
export type Ignore = (ignored: Ignored) => void;

interface Notes {
  readonly report: Report;
  readonly ignore: Ignore;
}

/**
 * Collects the keys of a mapping that are ignored on ECS, and reports those that ECS cannot do; `path` is such as
 * `services.*`.
 */
export function classify(mapping: Mapping, level: Level, path: string, notes: Notes): void {
  for (const entry of mapping.entries.filter(isWritten)) {
    const { key, at, value } = entry;
    const where = path === "" ? key : `${path}.${key}`;
    if (key === "x-ecs" && level.extended !== true)
      notes.report(at, '"x-ecs" belongs to a service or to a volume at the top; write it there');
    const fate = Object.hasOwn(level.keys, key) ? level.keys[key] : undefined;
    if (fate === undefined) continue;
    if (typeof fate === "object" && "rejected" in fate) {
      notes.report(at, `${fate.rejected}; ${fate.remedy ?? `remove "${key}"`}`);
      continue;
    }
    if (typeof fate === "object") notes.ignore({ key: where, reason: fate.ignored, at });
    // An ignored key is collected as a whole; keys below it that ECS cannot do are still refused.
    const further = typeof fate === "object" ? { ...notes, ignore: () => undefined } : notes;
    const below = level.below?.[key];
    const named = level.named?.[key];
    if (below !== undefined) inside(value, below, where, further);
    if (named !== undefined && value.kind === "mapping")
      for (const one of value.entries) inside(one.value, named, `${where}.*`, further);
  }
}

function inside(value: Value, level: Level, path: string, notes: Notes): void {
  if (value.kind === "mapping") classify(value, level, path, notes);
  if (value.kind === "sequence") for (const item of value.items) inside(item, level, path, notes);
}

/** Whether the file itself has the key: keys that a short form stands for have the place of the short form. */
function isWritten({ at, value }: Entry): boolean {
  return value.at.line !== at.line || value.at.column !== at.column || value.at.file !== at.file;
}
