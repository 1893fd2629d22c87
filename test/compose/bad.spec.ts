import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { readApplication } from "../../compose/index.ts";
import { casesIn, readerOf } from "./cases.ts";
import { linesOf } from "./judged.ts";
import { variables } from "./support.ts";

const cases = casesIn<{ readonly said: readonly string[] }>(join(import.meta.dirname, "bad"));

describe("a Compose file is refused with all its mistakes in one run:", () => {
  for (const [key, projects] of Object.entries(cases)) {
    describe(key, () => {
      for (const project of projects) {
        it(project.title, () => {
          const source = { files: project.read, variables: variables, readFile: readerOf(project) };
          expect(linesOf(() => readApplication(source))).to.deep.equal(project.said);
        });
      }
    });
  }
});
