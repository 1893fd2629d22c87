import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { copyOf } from "../../rehearsal/any/copy.ts";
import { findSubject, pathsOf, uncommittedLines } from "../../rehearsal/any/subject.ts";
import { pushChange, pushHead } from "../../rehearsal/kit/commits.ts";

describe("the copy that is rehearsed", () => {
  let folder: string;
  const git = (directory: string, ...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", ...args], {
      cwd: directory,
      encoding: "utf8",
    }).trim();
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const commit = (directory: string) => {
    git(directory, "init", "--quiet", "--initial-branch=main");
    git(directory, "add", "--all");
    git(directory, "commit", "--quiet", "--message", "All");
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rehearse-copy-"));
    write("shop/docker-compose-staging.yml", "services: {}\n");
    write("shop/infra/Pulumi.yaml", "name: shop\n");
    write("shop/infra/Pulumi.staging.yaml", "config:\n  shop:applicationDirectory: ..\n");
    write("shop/infra/.gitignore", "node_modules/\n");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("has the commit and not what is in no commit, and leaves the person's repository as it was", async () => {
    commit(join(folder, "shop"));
    write("shop/infra/node_modules/one/index.js", "");
    write("shop/docker-compose-staging.yml", "services: { changed: {} }\n");
    write("shop/new file", "");
    const before = [git(join(folder, "shop"), "status", "--porcelain"), git(join(folder, "shop"), "for-each-ref")];
    const subject = await findSubject("staging", join(folder, "shop/infra"));
    expect(uncommittedLines(subject.repository).slice(1)).to.deep.equal(["  docker-compose-staging.yml", "  new file"]);

    const copy = await copyOf(subject, join(folder, "copy"));
    expect(readFileSync(join(copy.application, "docker-compose-staging.yml"), "utf8")).to.equal("services: {}\n");
    expect([existsSync(join(copy.checkout, "new file")), copy.program]).to.deep.equal([
      false,
      join(copy.checkout, "infra"),
    ]);
    expect(lstatSync(join(copy.program, "node_modules")).isSymbolicLink()).to.equal(true);

    const repository = { ...copy, branch: "main" };
    expect(await pushHead(repository)).to.equal(subject.repository.head);
    const second = await pushChange(repository, { message: "Again", fails: false, edits: [] });
    expect(git(copy.remote, "rev-parse", "main", "main~1").split("\n")).to.deep.equal([
      second,
      subject.repository.head,
    ]);
    expect(git(copy.remote, "diff", "--name-only", "main~1", "main")).to.equal("");
    expect(git(copy.checkout, "remote", "get-url", "origin")).to.equal(copy.remote);
    expect([
      git(join(folder, "shop"), "status", "--porcelain"),
      git(join(folder, "shop"), "for-each-ref"),
    ]).to.deep.equal(before);
  });

  it("has both commits where the program has a repository of its own", async () => {
    rmSync(join(folder, "shop/infra"), { recursive: true });
    write("delivery/Pulumi.yaml", "name: shop\n");
    write("delivery/Pulumi.staging.yaml", "config:\n  shop:applicationDirectory: ../shop\n");
    for (const name of ["shop", "delivery"]) commit(join(folder, name));
    const copy = await copyOf(await findSubject("staging", join(folder, "delivery")), join(folder, "copy"));
    expect(existsSync(join(copy.program, "Pulumi.staging.yaml"))).to.equal(true);
    expect([existsSync(join(copy.application, "docker-compose-staging.yml")), copy.application]).to.deep.equal([
      true,
      copy.checkout,
    ]);
  });

  it("is refused in one line where there is nothing to copy", async () => {
    const refusal = async (act: () => Promise<unknown>): Promise<string> =>
      await act().then(
        () => "",
        (error: unknown) => (error as Error).message.replaceAll(folder, "…"),
      );
    const infra = join(folder, "shop/infra");
    expect(await refusal(() => findSubject("staging", infra))).to.match(
      /shop: it is in no Git repository; run `git init`/,
    );
    git(join(folder, "shop"), "init", "--quiet");
    expect(await refusal(() => findSubject("staging", infra))).to.match(/shop: it has no commit; commit what/);
    git(join(folder, "shop"), "add", "docker-compose-staging.yml");
    git(join(folder, "shop"), "commit", "--quiet", "--message", "Without infra");
    const subject = await findSubject("staging", infra);
    expect(await refusal(() => copyOf(subject, join(folder, "copy")))).to.match(
      /^infra\/Pulumi\.yaml: it is in no commit of .*; run `git add infra` and `git commit` first$/,
    );
    expect(await refusal(() => findSubject("qa", infra))).to.match(/there is no Pulumi\.qa\.yaml/);
  });

  it("reads what Git says about changed and renamed files", () => {
    expect(pathsOf(" M a.txt\0R  new.txt\0old.txt\0?? b c.txt\0")).to.deep.equal(["a.txt", "new.txt", "b c.txt"]);
    expect(uncommittedLines({ root: "/shop", head: "", uncommitted: ["a", "b", "c"] }, 2)).to.deep.equal([
      "not part of it, since it is in no commit of /shop:",
      "  a",
      "  b",
      "  and 1 more",
    ]);
  });
});
