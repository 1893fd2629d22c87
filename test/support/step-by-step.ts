/**
 * Ends the suite it is called in at the suite's first failure, since each step needs the one before. Mocha's own
 * `bail` would not do: it counts the failures of the suites before this one, too.
 */
export function stepByStep(): void {
  beforeEach("the steps before", function () {
    const failed = this.currentTest?.parent?.tests.find(({ state }) => state === "failed");
    if (failed !== undefined) throw new Error(`not taken, nor those behind it, since "${failed.title}" failed`);
  });
}
