import { writeFileSync } from "node:fs";
import Mocha from "mocha";

const reason = /\(skipped: .+\)/;

/**
 * Mocha's own output, the ten slowest tests and hooks, then three counts (passed, failed, skipped) in the file that
 * TEST_SUMMARY names. A skip without a reason has failed.
 */
function summary(runner: Mocha.Runner, options: Mocha.MochaOptions): void {
  new Mocha.reporters.Spec(runner, options);
  const skipped: string[] = [];
  const timed: { readonly title: string; readonly milliseconds: number }[] = [];
  const time = (what: Mocha.Runnable) => timed.push({ title: what.fullTitle(), milliseconds: what.duration ?? 0 });
  runner.on("test end", time);
  runner.on("hook end", time);
  runner.on("pending", (test) => skipped.push(test.fullTitle()));
  runner.once("end", () => {
    for (const { title, milliseconds } of slowest(timed))
      console.log(`  slowest: ${(milliseconds / 1000).toFixed(1)} s: ${title}`);
    const unexplained = skipped.filter((title) => !reason.test(title));
    for (const title of skipped) console.log(`  skipped: ${title}`);
    for (const title of unexplained)
      console.log(`  ${title}: skipped without a reason; put "(skipped: why)" into its title`);
    const { passes = 0, failures = 0 } = runner.stats ?? {};
    const counts = [passes, failures + unexplained.length, skipped.length - unexplained.length];
    if (process.env.TEST_SUMMARY !== undefined) writeFileSync(process.env.TEST_SUMMARY, counts.join(" "));
  });
}

/** The ten that took longest, longest first; what took less than a second is left out. */
const slowest = <T extends { readonly milliseconds: number }>(timed: readonly T[]): readonly T[] =>
  timed
    .filter(({ milliseconds }) => milliseconds >= 1000)
    .toSorted((a, b) => b.milliseconds - a.milliseconds)
    .slice(0, 10);

// Mocha requires a reporter as a CommonJS module: this is what it then gets.
export { summary as "module.exports" };
