import type { TimelineStep } from "./timeline.ts";

/** Lines that show where the time went: each step with its seconds, and a bar as long as its part of the whole. */
export function barLines(steps: readonly TimelineStep[], columns = 40): readonly string[] {
  const whole = steps.reduce((sum, { seconds }) => sum + seconds, 0);
  const width = Math.max(0, ...steps.map(({ title }) => title.length));
  return [
    `where the time went: ${whole.toFixed(0)} s`,
    ...steps.map(({ title, seconds, failed }) => {
      const length = whole === 0 ? 0 : Math.round((seconds / whole) * columns);
      const bar = "█".repeat(length).padEnd(columns);
      return `  ${title.padEnd(width)}  ${bar} ${seconds.toFixed(1).padStart(6)} s${failed ? "  failed" : ""}`;
    }),
  ];
}
