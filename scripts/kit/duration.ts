import { UsageError } from "./refusal.ts";

const secondsPer: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration that an option was given, as 30s, 10m, 2h or 7d; refuses another text, and nothing at all. */
export function durationOf(option: string, given: string): number {
  const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(given) ?? [];
  const seconds = Number(count) * (secondsPer[unit] ?? NaN);
  if (seconds > 0) return seconds;
  throw new UsageError(
    `--${option} ${given}: this is no duration; write a number and a unit, as in 30s, 10m, 2h or 7d`,
  );
}
