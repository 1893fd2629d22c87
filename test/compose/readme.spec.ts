import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import * as compose from "../../compose/index.ts";

const root = join(import.meta.dirname, "../..");

const text = readFileSync(join(root, "compose/README.md"), "utf8");

/** What stands in the first block of that kind. */
function block(kind: string): string {
  return new RegExp(`^\`\`\`${kind}\n(.*?)^\`\`\`$`, "ms").exec(text)?.[1] ?? "";
}

describe("the README of compose", () => {
  it("has an example that prints what the README says", () => {
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module-typescript", "--eval", block("ts")], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
    });
    expect({ stdout, stderr }).to.deep.equal({ stdout: block("text"), stderr: "" });
  });

  it("names folders and exports that compose has", () => {
    const named = [...text.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`(\w+)(?:\(.*?\)|\/)?`/g)].map(([, name]) => name ?? ""),
    );
    const has = [...Object.keys(compose), ...readdirSync(join(root, "compose"))];
    expect(named).to.include.members(["readApplication", "placesOf", "closest", "tree", "task"]);
    expect(named.filter((name) => !has.includes(name))).to.deep.equal([]);
  });
});
