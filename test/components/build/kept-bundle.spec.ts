import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { keptBundle } from "../../../components/build/kept-bundle.ts";

describe("the kept bundle of a build's program", () => {
  let root = "";
  let made = 0;

  beforeEach(() => {
    made = 0;
    root = mkdtempSync(join(tmpdir(), "kept-bundle-"));
    for (const folder of ["build", "components/build"]) mkdirSync(join(root, folder), { recursive: true });
    for (const file of ["build/program.ts", "package-lock.json", "components/build/bundle-program.ts"])
      writeFileSync(join(root, file), "1");
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const read = () =>
    keptBundle(root, () => {
      made += 1;
      return Promise.resolve({ text: `bundle ${made}`, inputs: ["build/program.ts", "node_modules/yaml/index.js"] });
    });

  it("is made once, as long as nothing changes", async () => {
    expect([await read(), await read(), made]).to.deep.equal(["bundle 1", "bundle 1", 1]);
  });

  for (const file of ["build/program.ts", "package-lock.json", "components/build/bundle-program.ts"]) {
    it(`is made again after a change of ${file}, and is kept again`, async () => {
      await read();
      writeFileSync(join(root, file), "2");
      expect([await read(), await read(), made]).to.deep.equal(["bundle 2", "bundle 2", 2]);
    });
  }

  it("is made again when a file that was bundled is gone", async () => {
    await read();
    rmSync(join(root, "build/program.ts"));
    expect([await read(), made]).to.deep.equal(["bundle 2", 2]);
  });

  it("is made again when what was kept cannot be read", async () => {
    await read();
    const folder = join(root, "node_modules/.cache/compose-ecs-pipeline");
    for (const file of readdirSync(folder)) writeFileSync(join(folder, file), "{");
    expect([await read(), made]).to.deep.equal(["bundle 2", 2]);
  });

  it("leaves one file, also after several processes' worth of writing", async () => {
    await Promise.all([read(), read(), read()]);
    expect(readdirSync(join(root, "node_modules/.cache/compose-ecs-pipeline"))).to.deep.equal(["program.json"]);
  });
});
