import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { expect } from "chai";
import { describe, it } from "mocha";
import { build, compose, download, inFolder, place, useFolder, write } from "./buildspec-bench.ts";

/** SHA-256 of a file, as the tool of the machine sees it. */
const sha256 = (path: string): string => execFileSync("sha256sum", [path], { encoding: "utf8" }).slice(0, 64);

describe("buildspec.yml and its program", () => {
  useFolder();

  it("runs nothing of a program whose bytes are others than those that up has put there", async () => {
    const known = sha256(inFolder("state/program.cjs"));
    const text = readFileSync(inFolder("state/program.cjs"), "utf8");
    write("state/program.cjs", `require("node:fs").writeFileSync("state/tampered", "");${text}`);
    const { code, calls, err, artifacts } = await build();
    expect([code, calls, artifacts, existsSync(inFolder("state/tampered"))]).to.deep.equal([1, [download], [], false]);
    expect(err).to.deep.equal([
      `${place}: its SHA-256 is not ${known}, so nothing of it runs; run "pulumi up --refresh" for the stack`,
    ]);
  });

  it("runs what is there if its hash is the one that up has put into the project", async () => {
    write("state/program.cjs", `require("node:fs").writeFileSync("state/ran", "");`);
    await build({ RELEASE_PROGRAM_SHA256: sha256(inFolder("state/program.cjs")) });
    expect(existsSync(inFolder("state/ran"))).to.equal(true);
  });

  it("says what to do when there is no program", async () => {
    rmSync(inFolder("state/program.cjs"));
    const { code, calls, err } = await build();
    expect([code, calls, err.at(-1)]).to.deep.equal([
      1,
      [download],
      `${place}: it cannot be read, see above; run "pulumi up --refresh" for the stack`,
    ]);
  });

  const wrongFormat = (format: string, reads: string): string =>
    `BUILD_FORMAT: it is "${format}", but this buildspec reads format ${reads}`;
  const remedy =
    'run "pulumi up" for the stack, and if the buildspec is your own, copy the lines of that version\'s buildspec.yml into it';

  for (const [title, format, shown] of [
    ["no format", undefined, ""],
    ["an older format", "1", "1"],
    ["a newer format", "3", "3"],
  ] as const) {
    it(`says what to do when the project's variables are of ${title}`, async () => {
      const { code, calls, err } = await build({ BUILD_FORMAT: format });
      expect({ code, calls, err }).to.deep.equal({
        code: 1,
        calls: [],
        err: [`${wrongFormat(shown, "2")}; ${remedy}`],
      });
    });
  }

  it("works in the application's folder of the source, and writes what is released where the pipeline looks for it", async () => {
    mkdirSync(inFolder("apps/shop"), { recursive: true });
    rmSync(inFolder("docker-compose-staging.yml"));
    write("apps/shop/docker-compose-staging.yml", compose);
    const { code, err, artifacts } = await build({ SOURCE_DIRECTORY: "apps/shop" });
    expect({ code, err, artifacts }).to.deep.equal({
      code: 0,
      err: [],
      artifacts: ["imagedefinitions.json", "release.json"],
    });
    expect(readFileSync(inFolder("state/folder"), "utf8")).to.equal(`${inFolder("apps/shop")}\n`);
  });

  it("says that the source has no such folder, before it builds", async () => {
    const { code, calls, err } = await build({ SOURCE_DIRECTORY: "apps/absent" });
    expect({ code, calls, err }).to.deep.equal({
      code: 1,
      calls: [download],
      err: [
        'repositoryDirectory: the source has no folder "apps/absent"; correct the setting and run "pulumi up" for the stack',
      ],
    });
  });
});
