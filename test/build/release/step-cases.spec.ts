import { expect } from "chai";
import { playCase, wanted } from "../../support/step-cases.ts";
import { stepCases } from "../../support/step-file.ts";

for (const step of ["migrate", "images", "verify"] as const) {
  describe(`the step ${step} of a release`, () => {
    const all = stepCases(step);
    for (const one of all.cases) {
      it(one.title, async () => {
        expect(await playCase(all, one)).to.deep.equal(wanted(one));
      });
    }
  });
}
