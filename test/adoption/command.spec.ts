import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { command, installPacked, packed } from "./packed.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

describe("the command of the packed package", function () {
  this.timeout(60_000);
  let project: string;

  before(() => {
    project = mkdtempSync(join(tmpdir(), "compose-ecs-pipeline-command-"));
    installPacked(project);
  });
  after(() => {
    rmSync(project, { recursive: true });
  });

  it("has the help of every verb, and names itself as a person starts it", () => {
    const { status, text } = command(project, ["--help"]);
    const verbs = [...text.matchAll(/^ {2}([a-z]+) /gm)].flatMap(([, name]) => name ?? []);
    expect([status, text.split("\n")[0]]).to.deep.equal([0, "usage: npx compose-ecs-pipeline VERB [OPTION]..."]);
    expect(verbs).to.include.members(["init", "up", "rollback", "destroy"]);
    for (const name of [...verbs, "compose"]) {
      const help = command(project, [name, "--help"]);
      expect(help.status, help.text).to.equal(0);
      expect(help.text).to.include(`usage: npx compose-ecs-pipeline ${name}`);
    }
  });

  it("explains a hand-made buildspec, and writes nothing", () => {
    const application = join(project, "application");
    mkdirSync(application);
    for (const file of ["Dockerfile", "docker-compose.yml"])
      copyFileSync(join(repository, "test/adoption/application", file), join(application, file));
    writeFileSync(
      join(application, "buildspec.yml"),
      [
        "version: 0.2",
        "phases:",
        "  build:",
        "    commands:",
        '      - echo "BOARD_PASSWORD=$BOARD_PASSWORD" >> .env',
        "      - docker compose build",
        "      - docker run --rm web perl migrate.pl",
        "",
      ].join("\n"),
    );
    const { status, text } = command(project, ["init", "--from-buildspec", "buildspec.yml"], application);
    expect(status, text).to.equal(0);
    expect(text).to.match(/BOARD_PASSWORD/);
    expect(readdirSync(application).toSorted()).to.deep.equal(["Dockerfile", "buildspec.yml", "docker-compose.yml"]);
  });

  it("has every file that its code reads while it runs", () => {
    const dist = join(project, "node_modules/compose-ecs-pipeline/dist");
    const read = globSync("**/*.js", { cwd: dist }).flatMap((file) => {
      const text = readFileSync(join(dist, file), "utf8");
      const found = [...text.matchAll(/new URL\("([^"]+)", import\.meta\.url\)/g)];
      return found.map(([, path = ""]) => join(dirname(file), path.replace(/\.ts$/, ".js")));
    });
    const source = "own-program.js";
    expect(read).to.include.members(["buildspec.yml", "package.json", "scripts/pulumi/program.js"]);
    expect(read.filter((file) => file !== source && !existsSync(join(dist, file)))).to.deep.equal([]);
    const others = [
      "build/verdict/verdict.js",
      "components/build/program.cjs",
      "components/watching/notifier/index.mjs",
    ];
    for (const file of ["own-program.ts", ...others]) expect(existsSync(join(dist, file)), file).to.equal(true);
  });

  it("runs in pnpm's layout, where a package finds only what it names", function () {
    this.timeout(180_000);
    const folder = mkdtempSync(join(tmpdir(), "compose-ecs-pipeline-pnpm-"));
    const { devDependencies: versions } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    const peers = ["@pulumi/pulumi", "@pulumi/aws", "@pulumi/awsx"].map((name) => [name, versions[name]] as const);
    const dependencies = { "compose-ecs-pipeline": `file:${packed()}`, ...Object.fromEntries(peers) };
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
    const run = (program: string, ...args: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
      return { status, text: stdout + stderr };
    };
    const installed = run("npx", "--yes", "pnpm@12.21.0", "install", "--ignore-scripts");
    expect(installed.status, installed.text).to.equal(0);
    expect(run("node_modules/.bin/compose-ecs-pipeline", "--help")).to.have.property("status", 0);
    const imports = ["", "/compose", "/scripts", "/testing"].map(
      (door) => `await import("compose-ecs-pipeline${door}");`,
    );
    const loaded = run(
      process.execPath,
      "--import",
      "compose-ecs-pipeline/node-check",
      "--input-type=module",
      "--eval",
      imports.join(""),
    );
    expect([loaded.status, loaded.text]).to.deep.equal([0, ""]);
    rmSync(folder, { recursive: true });
  });

  it("is refused by an older Node, in one sentence", function () {
    const check = join(project, "node_modules/compose-ecs-pipeline/dist/scripts/require-node.cjs");
    const text = `Object.defineProperty(process, "version", { value: "v20.1.0" }); require(${JSON.stringify(check)});`;
    const { status, stderr } = spawnSync(process.execPath, ["--eval", text], { encoding: "utf8" });
    expect([status, stderr.trim().split("\n")]).to.deep.equal([
      1,
      [
        `node: ${process.execPath} is v20.1.0, which does not run TypeScript; install Node 22.18 or newer, and put it first on the PATH`,
      ],
    ]);
  });
});
