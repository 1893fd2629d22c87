import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { circlesOf, importsOf } from "../../tools/imports.ts";
import { forbidden, rooms } from "../../tools/rooms.ts";

const root = resolve(import.meta.dirname, "../..");
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.mjs"], {
  cwd: root,
  encoding: "utf8",
}).split("\n");
const imports = importsOf(root, files.filter(Boolean));

describe("the rooms of the code", () => {
  it("have no files that import each other in a circle, imports of types included", () => {
    expect(imports.size).to.be.greaterThan(500);
    expect(circlesOf(imports)).to.deep.equal([]);
  });

  it("reach components/ from outside the program only by components/plain.ts", () => {
    const program = ["components", "settings", "settings.ts", "index.ts", "deliver.ts", "examples", "test"];
    const reached = [...imports].flatMap(([file, imported]) =>
      program.includes(file.split("/")[0] ?? "") ? [] : imported.filter((other) => other.startsWith("components/")),
    );
    expect([...new Set(reached)]).to.deep.equal(["components/plain.ts"]);
  });

  it("load neither Pulumi's engine nor the AWS provider with components/plain.ts", () => {
    const script = `
      import "${pathToFileURL(resolve(root, "components/plain.ts")).href}";
      import { createRequire } from "node:module";
      console.log(JSON.stringify(Object.keys(createRequire("${root}/").cache)));`;
    const from = ["--input-type=module", "--eval", script];
    const loaded = JSON.parse(execFileSync(process.execPath, from, { encoding: "utf8" })) as readonly string[];
    const pulumi = loaded.filter((path) => path.includes("/node_modules/@pulumi/"));
    const files = pulumi.map((path) => path.replace(/^.*\/node_modules\//, "")).toSorted();
    expect(files).to.deep.equal(["@pulumi/pulumi/errors.js", "@pulumi/pulumi/utils.js"]);
  });

  for (const [folder, rows] of Object.entries(rooms)) {
    it(`are all listed for ${folder}/`, () => {
      const paths = [...imports.keys()].filter((file) => file.startsWith(`${folder}/`));
      const found = new Set(
        paths
          .map((file) => file.slice(folder.length + 1).split("/"))
          .flatMap(([room = "", inside]) => (inside === undefined ? [] : [room])),
      );
      expect([...found].toSorted()).to.deep.equal(rows.flat().toSorted());
    });

    it(`import only rooms that come before them in ${folder}/`, () => {
      const wrong = forbidden(rows).flatMap(({ room, others }) =>
        [...imports]
          .filter(([file]) => file.startsWith(`${folder}/${room}/`))
          .flatMap(([file, imported]) =>
            imported
              .filter((other) => others.some((name) => other.startsWith(`${folder}/${name}/`)))
              .map((other) => `${file} imports ${other}`),
          ),
      );
      expect(wrong).to.deep.equal([]);
    });
  }
});
