import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { casesIn } from "./cases.ts";
import { saidOf, type Verdicts } from "./judged.ts";

/** Whether the verdicts are compose-go's is asked by test/rehearsal/compose-oracle.spec.ts. */
const cases = casesIn<Verdicts>(join(import.meta.dirname, "judged"));

describe("a small Compose project is refused where compose-go refuses it, and read where it is right for ECS, too:", () => {
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
