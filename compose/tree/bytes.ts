import { text } from "./fields.ts";
import type { Report } from "./problem.ts";
import type { Value } from "./tree.ts";

const exponents: Readonly<Record<string, number>> = { "": 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/**
 * Bytes of a Compose size such as `512m` or `1.5gb`, or of a number such as -1; undefined if it is not a size. Units
 * are powers of 1024.
 */
export function parseBytes(given: string): number | undefined {
  if (/^-\d+$/.test(given)) return Number(given);
  const [, count, unit] = /^(\d+(?:\.\d*)?|\.\d+) ?([kmgtp]?)(?:i?b)?$/i.exec(given) ?? [];
  const exponent = exponents[unit?.toLowerCase() ?? ""];
  return count === undefined || exponent === undefined ? undefined : Number(count) * 1024 ** exponent;
}

/** The minimum memory of a container on ECS, in MiB. */
const minimumMiB = 6;

/** Memory in whole MiB; reported and undefined if ECS does not allow it. */
export function mebibytes(value: Value, what: string, report: Report): number | undefined {
  const given = text(value, what, report);
  if (given === undefined) return undefined;
  const bytes = parseBytes(given);
  const memoryMiB = bytes === undefined ? NaN : bytes / 1024 ** 2;
  if (Number.isInteger(memoryMiB) && memoryMiB >= minimumMiB) return memoryMiB;
  report(value.at, `${what} is "${given}"; write a whole number of mebibytes, ${minimumMiB}m or more, such as 512m`);
  return undefined;
}
