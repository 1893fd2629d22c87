import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import ts from "typescript";
import { readProgram } from "../../components/build/bundle-program.ts";
import { bundleProgram } from "../../components/plain.ts";
import { compose, environment, inFolder, plan, program, run, useFolder } from "./plan-bench.ts";

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

  /** The variables of a build that asks ECR for no image. */
  const latest = { ...environment, CODEBUILD_RESOLVED_SOURCE_VERSION: "", AWS_REGION: "us-east-1" };

  for (const node of nodes) {
    it(`plans a build with ${node}, without any package near it`, async () => {
      const { text } = await readProgram();
      const folder = mkdtempSync(join(tmpdir(), "alone-"));
      writeFileSync(join(folder, "program.cjs"), text);
      writeFileSync(join(folder, "docker-compose-staging.yml"), compose);
      const env = { ...latest, CODEBUILD_SRC_DIR: folder };
      execFileSync(node, ["program.cjs", "plan", "out"], { cwd: folder, env });
      const planned: unknown = JSON.parse(readFileSync(join(folder, "out/plan.json"), "utf8"));
      rmSync(folder, { recursive: true });
      expect(planned).to.deep.equal(plan({ CODEBUILD_RESOLVED_SOURCE_VERSION: "" }));
    });
  }

  it("runs if it is a symbolic link", () => {
    const link = inFolder("plan.ts");
    symlinkSync(program, link);
    const env = { ...latest, CODEBUILD_SRC_DIR: inFolder(".") };
    execFileSync(process.execPath, [link, "plan", "out"], { cwd: inFolder("."), env });
    expect(existsSync(inFolder("out/plan.json"))).to.equal(true);
  });

  it("says what to do without a verb, with an unknown one, and with variables of another format", () => {
    const remedy =
      'if the buildspec is your own, copy the lines of this version\'s buildspec.yml into it, or make the setting buildspec empty and run "pulumi up" for the stack';
    const [none, unknown] = [run([]), run(["nonsense"])];
    const older = run(["plan", "out"], { ...environment, BUILD_FORMAT: "1" });
    const verbs = /^program\.cjs: "(\w*)" is not one of (plan, promote, tag-copies, compare\b.*); (.*)$/;
    expect([none, unknown].map(({ code, err }) => [code, err.length, verbs.exec(err[0] ?? "")?.[1]])).to.deep.equal([
      [1, 1, ""],
      [1, 1, "nonsense"],
    ]);
    expect(verbs.exec(none.err[0] ?? "")?.[3]).to.equal(remedy);
    expect(older).to.deep.equal({
      code: 1,
      err: ['BUILD_FORMAT: it is "1", but this program reads format 2; run "pulumi up" for the stack'],
    });
  });

  it("says in one line that AWS cannot be reached", async () => {
    const { text } = await readProgram();
    writeFileSync(inFolder("program.cjs"), text);
    const { status, stderr } = spawnSync(process.execPath, ["program.cjs", "plan", "out"], {
      cwd: inFolder("."),
      env: {
        ...environment,
        CODEBUILD_SRC_DIR: inFolder("."),
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_ENDPOINT_URL: "http://127.0.0.1:1",
        AWS_MAX_ATTEMPTS: "1",
      },
      encoding: "utf8",
    });
    expect([status, stderr]).to.deep.equal([
      1,
      ["proxy", "web"]
        .map(
          (name) =>
            `${name}: ecr:DescribeImages on shop/staging/${name}:0123abc: connect ECONNREFUSED 127.0.0.1:1; AWS cannot be reached; check the network of the build, then start the stage again\n`,
        )
        .join(""),
    ]);
  });

  it("prints the reason of an unexpected error, and not its own text", async () => {
    const { text } = await readProgram();
    writeFileSync(inFolder("program.cjs"), text);
    writeFileSync(inFolder("out"), "a file");
    const { status, stderr } = spawnSync(process.execPath, ["program.cjs", "plan", "out"], {
      cwd: inFolder("."),
      env: { ...latest, CODEBUILD_SRC_DIR: inFolder(".") },
      encoding: "utf8",
    });
    expect([status, stderr.split("\n")[0], stderr.length < 2000]).to.deep.equal([
      1,
      `Error: EEXIST: file already exists, mkdir '${inFolder("out")}'`,
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
