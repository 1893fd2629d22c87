import { writeFileSync } from "node:fs";
import Mocha from "mocha";

const reason = /\(skipped: .+\)/;

/** Mocha's own output, then three counts (passed, failed, skipped) in the file TEST_SUMMARY names. A skip without a reason has failed. */
function summary(runner: Mocha.Runner, options: Mocha.MochaOptions): void {
  new Mocha.reporters.Spec(runner, options);
  const skipped: string[] = [];
  runner.on("pending", (test) => skipped.push(test.fullTitle()));
  runner.once("end", () => {
    const unexplained = skipped.filter((title) => !reason.test(title));
    for (const title of skipped) console.log(`  skipped: ${title}`);
    for (const title of unexplained)
      console.log(`  ${title}: skipped without a reason; put "(skipped: why)" into its title`);
    const { passes = 0, failures = 0 } = runner.stats ?? {};
    const counts = [passes, failures + unexplained.length, skipped.length - unexplained.length];
    if (process.env.TEST_SUMMARY !== undefined) writeFileSync(process.env.TEST_SUMMARY, counts.join(" "));
  });
}

// Mocha requires a reporter as a CommonJS module: this is what it then gets.
export { summary as "module.exports" };
