import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { affectedSpecs } from "../../tools/affected.ts";
import { circlesOf, importsOf } from "../../tools/imports.ts";

describe("what the tools read from imports", () => {
  let root: string;
  const files = {
    "a.ts": 'import type { B } from "./b/b.ts";\nexport type A = B;',
    "b/b.ts": 'import type { A } from "../a.ts";\nexport type B = A;',
    "b/c.ts":
      'export const c = new URL("d.mjs", import.meta.url);\nexport const e = new URL("./d.mjs", import.meta.url);',
    "b/d.mjs": "export const d = 1;",
    "test/b/c.spec.ts": 'import { c } from "../../b/c.ts";\nvoid c;',
    "test/data.spec.ts": 'import { readFileSync } from "node:fs";\nreadFileSync("samples/one.yml");',
  };

  before(() => {
    root = mkdtempSync(join(tmpdir(), "imports-"));
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
  });
  after(() => {
    rmSync(root, { recursive: true });
  });

  it("includes imports of types, and on request the files that are named by their URL", () => {
    expect(importsOf(root, Object.keys(files)).get("b/c.ts")).to.deep.equal([]);
    expect(Object.fromEntries(importsOf(root, Object.keys(files), true))).to.deep.equal({
      "a.ts": ["b/b.ts"],
      "b/b.ts": ["a.ts"],
      "b/c.ts": ["b/d.mjs"],
      "b/d.mjs": [],
      "test/b/c.spec.ts": ["b/c.ts"],
      "test/data.spec.ts": [],
    });
  });

  it("finds files that import each other in a circle", () => {
    expect(circlesOf(importsOf(root, Object.keys(files)))).to.deep.equal([["a.ts", "b/b.ts"]]);
  });

  it("selects the specs that a change may break: by an import, or by a file's or a folder's name", () => {
    const chosen = (...changed: readonly string[]) =>
      affectedSpecs(root, importsOf(root, Object.keys(files), true), changed);
    expect(chosen("b/d.mjs")).to.deep.equal(["test/b/c.spec.ts"]);
    expect(chosen("samples/one.yml")).to.deep.equal(["test/data.spec.ts"]);
    expect(chosen("samples/two.yml")).to.deep.equal(["test/data.spec.ts"]);
    expect(chosen("a.ts", "README.md")).to.deep.equal([]);
  });
});
