import { readFileSync } from "node:fs";
import { expect } from "chai";
import { notesBetween, upgradeNotes } from "../../../scripts/up/upgrade-notes.ts";

const text = `# Upgrading

What to know.

## 0.10.0

- ten

## 0.3.0

- three

  its second paragraph

## 0.2.0

- two
`;

describe("the notes of an upgrade", () => {
  it("are those of the versions after the stack's own, up to the program's, in the file's order", () => {
    expect(notesBetween(text, "0.2.0", "0.10.0")).to.deep.equal([
      "new in 0.10.0:",
      "- ten",
      "new in 0.3.0:",
      "- three",
      "  its second paragraph",
    ]);
  });

  it("leave out versions that are newer than the program", () => {
    expect(notesBetween(text, "0.2.0", "0.3.1")).to.deep.equal(["new in 0.3.0:", "- three", "  its second paragraph"]);
  });

  it("are none for the same version", () => {
    expect(notesBetween(text, "0.3.0", "0.3.0")).to.deep.equal([]);
  });

  it("say so if the stack was made with a newer version", () => {
    expect(notesBetween(text, "0.10.0", "0.9.1")).to.deep.equal([
      "the stack was made with version 0.10.0, and this is 0.9.1; use 0.10.0 or a later version",
    ]);
  });

  it("of this version are there for a stack that no version has signed", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(upgradeNotes(undefined)[0]).to.equal(`new in ${version}:`);
    expect(upgradeNotes(version)).to.deep.equal([]);
  });
});
