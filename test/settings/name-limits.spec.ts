import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { nameProblem } from "../../settings/name-limits.ts";

const root = resolve(import.meta.dirname, "../..");

describe("nameProblem", () => {
  it("accepts a name that has exactly 25 characters with its environment, and refuses one more", () => {
    expect(nameProblem("a234567890123456", "stagings")).to.equal(undefined);
    expect(nameProblem("a2345678901234567", "stagings")).to.deep.equal({
      of: "app",
      value: "a2345678901234567",
      allowed: 'at most 25 characters together with "-stagings"; S3 and ELB allow no more',
    });
  });

  it("says whether the application's name or the environment's is wrong", () => {
    const problems = [nameProblem("Shop", "staging"), nameProblem("shop", "Live"), nameProblem("shop", "eu--1")];
    expect(problems.map((problem) => problem?.of)).to.deep.equal(["app", "environment", "environment"]);
  });

  it("loads no Pulumi, so that init can say the limits before anything is installed", () => {
    const script = `
      import "${pathToFileURL(resolve(root, "settings/name-limits.ts")).href}";
      import { createRequire } from "node:module";
      console.log(Object.keys(createRequire("${root}/").cache).filter((path) => path.includes("@pulumi")).length);`;
    expect(execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" })).to.equal(
      "0\n",
    );
  });
});
