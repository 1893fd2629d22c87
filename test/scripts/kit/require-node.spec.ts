import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { nodeOptions } from "../../../scripts/pulumi/stack.ts";

const read = (file: string) => readFileSync(file, "utf8");
const { engines, scripts } = JSON.parse(read("package.json")) as {
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
};
const option = "--require ./scripts/require-node.cjs";

describe("an older Node", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "older-node-"));
    writeFileSync(join(folder, "program.ts"), "console.log('ran' as string);\n");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs a TypeScript file with this Node, which pretends to be of another version. */
  function run(version: string) {
    const claim = join(folder, "claim.cjs");
    writeFileSync(claim, `Object.defineProperty(process, "version", { value: ${JSON.stringify(version)} });`);
    const args = ["--require", claim, ...nodeOptions, "program.ts"];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    return [status, stdout, stderr];
  }

  it("says which Node is needed before any TypeScript is loaded; a new enough one says nothing", () => {
    const needed = engines.node.replace(">=", "");
    const refused = (version: string) => [
      1,
      "",
      `node: ${process.execPath} is ${version}, which does not run TypeScript; install Node ${needed} or newer, and put it first on the PATH\n`,
    ];
    const [major = 0, minor = 0] = needed.split(".").map(Number);
    const old = ["v20.20.2", `v${major}.${minor - 1}.9`, `v${major - 1}.99.0`];
    const fitting = [`v${major}.${minor}.0`, `v${major}.${minor + 1}.0`, `v${major + 2}.0.0`];
    expect(old.map(run)).to.deep.equal(old.map(refused));
    expect(fitting.map(run)).to.deep.equal(fitting.map(() => [0, "ran\n", ""]));
  });

  it("says so in `pulumi up`, in every npm script that runs TypeScript, in mocha and in the policy pack", () => {
    const { runtime } = parse(read("Pulumi.yaml")) as { runtime: { options: { nodeargs: string } } };
    const { require: required } = JSON.parse(read(".mocharc.json")) as { require: readonly string[] };
    expect([runtime.options.nodeargs, required]).to.deep.equal([option, ["./scripts/require-node.cjs"]]);
    const running = Object.entries(scripts).filter(([, script]) => /\bnode\b.*\.ts\b/.test(script));
    expect(running.length).to.be.greaterThan(0);
    expect(running.filter(([, script]) => !script.includes(`node ${option} `))).to.deep.equal([]);
    const [first] = read("policy/index.cjs").match(/require\(.*\)/g) ?? [];
    expect(first).to.equal('require("../scripts/require-node.cjs")');
  });

  it("is one that is older than README requires", () => {
    expect(read("README.md").replaceAll("\n", " ")).to.include(`Node ${engines.node.replace(">=", "")} or newer`);
  });
});
