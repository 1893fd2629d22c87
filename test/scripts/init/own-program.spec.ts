import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ownProgram } from "../../../scripts/init/own-program.ts";

const root = join(import.meta.dirname, "../../..");
const own = readFileSync(join(root, "index.ts"), "utf8");
const withoutImports = (text: string): string => text.replace(/^import [^;]+;\n/gm, "");
const importsOf = (text: string) =>
  [...text.matchAll(/^import \{([^}]*)\} from "([^"]+)";$/gm)].map(([, names = "", from = ""]) => ({
    names: names
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean),
    from,
  }));

describe("ownProgram", () => {
  it("is this repository's index.ts apart from the imports", () => {
    expect(withoutImports(ownProgram())).to.equal(withoutImports(own));
    expect(withoutImports(own)).not.to.include("import");
  });

  it("takes from the package, in one statement, what index.ts takes from its folders", () => {
    const names = importsOf(own).flatMap((one) => one.names);
    expect(importsOf(ownProgram())).to.deep.equal([{ names, from: "compose-ecs-pipeline" }]);
    expect(names).to.include("planEnvironment").and.to.include("readSettings");
  });
});
