import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
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

  for (const [folder, rows] of Object.entries(rooms)) {
    it(`are all named for ${folder}/`, () => {
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
