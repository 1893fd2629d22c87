import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { checkout } from "../../../scripts/kit/git.ts";

describe("a checkout", () => {
  const directory = mkdtempSync(join(tmpdir(), "checkout-"));
  const outside = mkdtempSync(join(tmpdir(), "no-checkout-"));
  const git = (...args: readonly string[]): string =>
    execFileSync("git", [...args], { cwd: directory, encoding: "utf8" }).trim();
  const commit = (author: string, message: string): string => {
    const who = ["-c", `user.name=${author}`, "-c", "user.email=nobody@example.com"];
    git(...who, "commit", "--quiet", "--allow-empty", "--message", message);
    return git("rev-parse", "HEAD");
  };
  let first = "";
  let second = "";

  before(() => {
    git("init", "--quiet");
    first = commit("Ada", "Add the basket");
    second = commit("Grace", "Fix the basket");
  });
  after(() => {
    for (const folder of [directory, outside]) rmSync(folder, { recursive: true });
  });

  it("knows commits by short ids and names, their authors, and the commits between two", async () => {
    const { resolve, author, between } = checkout(directory);
    expect(await Promise.all([resolve(first.slice(0, 7)), resolve("HEAD~1"), resolve("HEAD")])).to.deep.equal([
      first,
      first,
      second,
    ]);
    expect(await Promise.all([author(first), author(second)])).to.deep.equal(["Ada", "Grace"]);
    expect(await between(first, second)).to.deep.equal([`${git("rev-parse", "--short", "HEAD")} Fix the basket`]);
  });

  it("knows no other commits, no options as names, and nothing outside a repository", async () => {
    const { resolve, author, between } = checkout(directory);
    const none = "0".repeat(40);
    expect(
      await Promise.all([resolve("--all"), resolve(none), author(none), author("--all"), between(none, second)]),
    ).to.deep.equal([undefined, undefined, undefined, undefined, undefined]);
    expect(await Promise.all([checkout(outside).resolve("HEAD"), checkout(outside).author(first)])).to.deep.equal([
      undefined,
      undefined,
    ]);
  });
});
