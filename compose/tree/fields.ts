import { notKnown } from "./plain-text.ts";
import type { Report } from "./problem.ts";
import { closest } from "./spelling.ts";
import type { Entry, Mapping, Scalar, Value } from "./tree.ts";

/** The entry of a key, unless it is absent or empty: Compose treats both alike. */
export function field(mapping: Mapping, key: string): Entry | undefined {
  const entry = mapping.entries.find((candidate) => candidate.key === key);
  const value = entry?.value;
  return value === undefined ||
    (value.kind === "scalar" && value.value === null && value.pieces.length === 0 && !value.broken)
    ? undefined
    : entry;
}

/** The mapping below a key; undefined where there is none. */
export function section(parent: Mapping | undefined, key: string): Mapping | undefined {
  const value = parent && field(parent, key)?.value;
  return value?.kind === "mapping" ? value : undefined;
}

/** A mapping with allowed keys and `x-…` only; other keys are reported. Undefined and reported if it is not a mapping. */
export function mapping(value: Value, what: string, allowed: readonly string[], report: Report): Mapping | undefined {
  if (value.kind !== "mapping") {
    if (value.kind === "scalar" && value.broken) return undefined;
    report(value.at, `${what} must be a mapping; write ${allowed.map((key) => `"${key}"`).join(", ")} below it`);
    return undefined;
  }
  for (const { key, at } of value.entries) {
    if (allowed.includes(key) || key.startsWith("x-")) continue;
    const meant = closest(key, allowed);
    const remedy =
      meant === undefined
        ? `remove it or use ${allowed.map((name) => `"${name}"`).join(", ")}`
        : `did you mean "${meant}"?`;
    report(at, `"${key}" of ${what} is not supported; ${remedy}`);
  }
  return value;
}

/** The items of a list; empty and reported if it is not a list. */
export function items(value: Value, what: string, report: Report): readonly Value[] {
  if (value.kind === "sequence") return value.items;
  report(value.at, `${what} must be a list; write each item on its own line after "- "`);
  return [];
}

/** Whether it is a single value whose text is known now. */
export function isText(value: Value): value is Scalar & { readonly pieces: readonly string[] } {
  return value.kind === "scalar" && !value.broken && value.pieces.every((piece) => typeof piece === "string");
}

/** A text that is known now; numbers and booleans are taken as they are written. */
export function text(value: Value, what: string, report: Report): string | undefined {
  if (value.kind !== "scalar" || (value.value === null && !value.broken)) {
    report(value.at, `${what} must be a text; write one value`);
    return undefined;
  }
  return knownText(value, what, report);
}

/** The text of a scalar; undefined and reported if a variable in it is not known now. */
export function knownText(value: Scalar, what: string, report: Report): string | undefined {
  const unknown = value.pieces.filter((piece) => typeof piece !== "string");
  for (const piece of unknown) report(value.locate(piece.offset), notKnown(piece, what));
  const known = value.pieces.filter((piece) => typeof piece === "string");
  return unknown.length > 0 || value.broken ? undefined : known.join("");
}

/** A list of texts. */
export function texts(value: Value, what: string, report: Report): readonly string[] {
  return items(value, what, report).flatMap((item) => text(item, `an item of ${what}`, report) ?? []);
}

/** True or false; undefined and reported if it is neither. */
export function flag(value: Value, what: string, report: Report): boolean | undefined {
  const given = text(value, what, report);
  if (given === undefined) return undefined;
  if (/^(true|false)$/i.test(given)) return given.toLowerCase() === "true";
  report(value.at, `${what} is "${given}"; write true or false`);
  return undefined;
}

/** A number for which `accepts` returns true; `allowed` describes such numbers in the message. */
export function number(
  value: Value,
  what: string,
  { accepts, allowed }: { readonly accepts: (given: number) => boolean; readonly allowed: string },
  report: Report,
): number | undefined {
  const given = text(value, what, report);
  if (given === undefined) return undefined;
  const parsed = /^\d+(\.\d+)?$/.test(given) ? Number(given) : NaN;
  if (accepts(parsed)) return parsed;
  report(value.at, `${what} is "${given}"; write ${allowed}`);
  return undefined;
}
