import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { casesIn } from "./cases.ts";
import { saidOf, type Verdicts } from "./judged.ts";

/** test/rehearsal/compose-oracle.spec.ts checks that the verdicts are those of compose-go. */
const cases = casesIn<Verdicts>(join(import.meta.dirname, "judged"));

describe("a small Compose project is refused if compose-go refuses it, and read if it is also correct for ECS:", () => {
  for (const [key, projects] of Object.entries(cases)) {
    describe(key, () => {
      for (const project of projects) {
        it(project.title, () => {
          const said = saidOf(project);
          expect(said).to.deep.equal(project.said);
          if (project.compose !== "") expect(said).not.to.deep.equal([]);
        });
      }
    });
  }
});
