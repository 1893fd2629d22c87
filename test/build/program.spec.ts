import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import ts from "typescript";
import { readProgram } from "../../components/build/bundle-program.ts";
import { bundleProgram } from "../../components/plain.ts";
import { compose, environment, plan, useFolder } from "./plan-bench.ts";

const root = resolve(import.meta.dirname, "../..");

/** Versions of Node on this machine, each by its path: the one of the tests, and the system's own if it is 20 or later. */
const nodes = [process.execPath, "/usr/bin/node", "/usr/local/bin/node"].filter(
  (path) => existsSync(path) && Number(execFileSync(path, ["--version"], { encoding: "utf8" }).slice(1, 3)) >= 20,
);

describe("the program of a build", () => {
  useFolder();
  let elsewhere = "";

  before(() => {
    elsewhere = mkdtempSync(join(tmpdir(), "program-"));
  });
  after(() => {
    rmSync(elsewhere, { recursive: true });
  });

  it("is the same text each time and in each folder", async () => {
    const copy = join(elsewhere, "deep/in/another");
    mkdirSync(copy, { recursive: true });
    for (const part of ["build", "compose", "package.json"])
      cpSync(join(root, part), join(copy, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(elsewhere, "node_modules"));
    const texts = [await bundleProgram(), await bundleProgram(), await bundleProgram(copy)];
    expect(texts.map((text) => text === texts[0])).to.deep.equal([true, true, true]);
    expect(texts[0]?.includes(root)).to.equal(false);
  });

  it("has the SHA-256 of its text", async () => {
    const { text, sha256 } = await readProgram();
    const judged = execFileSync("sha256sum", { input: text, encoding: "utf8" });
    expect(sha256).to.equal(judged.slice(0, 64));
  });

  for (const node of nodes) {
    it(`plans a build with ${node}, without any package near it`, async () => {
      const { text } = await readProgram();
      const folder = mkdtempSync(join(tmpdir(), "alone-"));
      writeFileSync(join(folder, "program.cjs"), text);
      writeFileSync(join(folder, "docker-compose-staging.yml"), compose);
      const out = execFileSync(node, ["program.cjs"], { cwd: folder, env: environment, encoding: "utf8" });
      rmSync(folder, { recursive: true });
      expect(JSON.parse(out)).to.deep.equal(plan());
    });
  }

  it("prints the reason of an unexpected error, and not its own text", async () => {
    const { text } = await readProgram();
    const folder = mkdtempSync(join(tmpdir(), "alone-"));
    writeFileSync(join(folder, "program.cjs"), text);
    writeFileSync(join(folder, "docker-compose-staging.yml"), compose);
    const promoting = { PROMOTE_FROM: "qa", PROMOTE_REPOSITORIES: "web=shop/qa/web proxy=shop/qa/proxy" };
    const { status, stderr } = spawnSync(process.execPath, ["program.cjs", "promote", "absent"], {
      cwd: folder,
      env: { ...environment, ...promoting },
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    expect([status, stderr.split("\n")[0], stderr.length < 2000]).to.deep.equal([
      1,
      "Error: ENOENT: no such file or directory, open 'absent/verified-proxy'",
      true,
    ]);
  });

  it("uses nothing of the language that Node 20 does not have", () => {
    // Node 20 has all of ES2023 (node.green), and of ES2024 not Map.groupBy.
    const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
      config: { compilerOptions: object };
    };
    const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, lib: ["es2023"] }, root);
    const checked = ts.createProgram([join(root, "build/program.ts")], options);
    const found = ts.getPreEmitDiagnostics(checked).map(({ messageText }) => messageText);
    expect(found).to.deep.equal([]);
  }).timeout(60_000);
});
