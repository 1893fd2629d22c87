import { text } from "./fields.ts";
import type { Report } from "./problem.ts";
import type { Value } from "./tree.ts";

const secondsPer: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86400,
  w: 604800,
};
const part = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d|w)/g;

/** Seconds of a Compose duration such as `1m30s`; undefined if it is not a duration. */
export function parseDuration(given: string): number | undefined {
  const parts = [...given.matchAll(part)];
  if (given === "0") return 0;
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== given) return undefined;
  const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (secondsPer[unit ?? ""] ?? NaN), 0);
  return Math.round(seconds * 1e9) / 1e9;
}

/** Whole seconds from a minimum to a maximum; reported and undefined if ECS does not allow them. */
export function seconds(
  value: Value,
  what: string,
  [least, most]: readonly [number, number],
  report: Report,
): number | undefined {
  const given = text(value, what, report);
  if (given === undefined) return undefined;
  const parsed = parseDuration(given);
  if (parsed !== undefined && Number.isInteger(parsed) && parsed >= least && parsed <= most) return parsed;
  const why = parsed === undefined ? "which is not a duration" : "which ECS does not take";
  report(value.at, `${what} is "${given}", ${why}; write whole seconds from ${least}s to ${most}s`);
  return undefined;
}

/** A duration as Compose prints it, such as `1m30s`, `500ms` or `0s`. */
export function formatDuration(seconds: number): string {
  const nanoseconds = Math.round(seconds * 1e9);
  if (nanoseconds === 0) return "0s";
  if (nanoseconds < 1e3) return `${nanoseconds}ns`;
  if (nanoseconds < 1e6) return `${nanoseconds / 1e3}µs`;
  if (nanoseconds < 1e9) return `${nanoseconds / 1e6}ms`;
  const hours = Math.floor(nanoseconds / 3600e9);
  const minutes = Math.floor(nanoseconds / 60e9) % 60;
  const rest = (nanoseconds - (hours * 60 + minutes) * 60e9) / 1e9;
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}
