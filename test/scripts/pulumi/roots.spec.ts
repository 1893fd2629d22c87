import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { expect } from "chai";
import { applicationCheckout } from "../../../scripts/pulumi/application-checkout.ts";
import { project } from "../../../scripts/pulumi/project.ts";
import { projectDirectory } from "../../../scripts/pulumi/project-directory.ts";
import { applicationDirectory } from "../../../scripts/pulumi/stack-files.ts";
import { thisMachine } from "../../../scripts/verb/machine.ts";

/** A monorepo with an application, whose infra has another name than this project's. */
const texts: Readonly<Record<string, string>> = {
  "services/shop/docker-compose-staging.yml": `services:
  web:
    build: .
    ports: ["80:3000"]
    env_file: web.env
    environment: {TOKEN: "\${TOKEN}"}
`,
  "services/shop/web.env": "LEVEL=info\n",
  "services/shop/Dockerfile": "FROM scratch\n",
  "services/shop/src/main.c": "",
  "services/shop/infra/Pulumi.staging.yaml": `config:
  books:sourceRepository: acme/books
  books:app: books
  books:applicationDirectory: ..
  books:repositoryDirectory: services/shop
  books:buildspec: ci/buildspec.yml
  books:parameters: [TOKEN]
  books:protect: true
`,
  "services/shop/infra/queues/queue.ts": "",
  "ci/buildspec.yml": "version: 0.2\n",
};

describe("verbs, in a monorepo with infra in the application's folder,", function () {
  // Some of them run in a separate process.
  this.timeout(60_000);
  const here = process.cwd();
  const initial = process.env["INIT_CWD"];
  let root: string;

  before(() => {
    // The folders of the operating system may be behind a link, which the current folder is not.
    root = realpathSync(mkdtempSync(join(tmpdir(), "monorepo-")));
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text);
    }
    const pulumi = readFileSync("Pulumi.yaml", "utf8").replace(/^name: .*$/m, "name: books");
    writeFileSync(at("services/shop/infra/Pulumi.yaml"), pulumi);
    delete process.env["INIT_CWD"];
  });
  afterEach(() => {
    process.chdir(here);
    delete process.env["INIT_CWD"];
  });
  after(() => {
    rmSync(root, { recursive: true });
    if (initial !== undefined) process.env["INIT_CWD"] = initial;
  });

  const at = (path: string): string => join(root, path);

  /** Runs a command line in a folder; returns its exit code and the lines of its output. */
  function run(folder: string, args: string) {
    const program = join(here, "scripts", "bin.ts");
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args.split(" ")], {
      cwd: folder,
      encoding: "utf8",
    });
    return [status, ...`${stdout}${stderr}`.split("\n").filter((line) => line !== "")];
  }

  for (const folder of ["services/shop/infra", "services/shop/infra/queues"]) {
    it(`find project and application from ${folder}`, async () => {
      process.chdir(at(folder));
      const { declared, isProtected } = project();
      const { path, variables } = await declared("staging");
      expect({ path, variables, protect: await isProtected("staging") }).to.deep.equal({
        path: "/books/staging",
        variables: { TOKEN: { name: "/books/staging/TOKEN", from: "person" } },
        protect: true,
      });
      expect(applicationDirectory("staging")).to.equal(at("services/shop"));
    });

    it(`let doctor read settings, application and buildspec from ${folder}`, async () => {
      process.chdir(at(folder));
      const { program, readFile } = thisMachine();
      const { settings, application } = await program("staging");
      if ("problem" in settings || application === undefined || "problem" in application)
        throw new Error(JSON.stringify({ settings, application }));
      expect([application.services, application.entry?.environment]).to.deep.equal([
        [{ name: "books-staging", containers: ["web"], imageDefinitions: "imagedefinitions.json" }],
        { LEVEL: "info" },
      ]);
      expect(readFile(join(settings.repository, settings.buildspec ?? ""))).to.equal(texts["ci/buildspec.yml"]);
    });

    it(`check the Compose file of a stack from ${folder}`, () => {
      const [code, first, , , ...container] = run(at(folder), "compose check --stack staging");
      expect([code, first, container]).to.deep.equal([
        0,
        "docker-compose-staging.yml: no problems; staging becomes 1 ECS service on x86_64",
        [
          "    image     books/staging/web, built here",
          "    ports     3000",
          "    variables LEVEL",
          "    secrets   TOKEN (/books/staging/TOKEN)",
        ],
      ]);
    });
  }

  it("look for a stack's file in infra", () => {
    expect(run(at("services/shop/infra/queues"), "cost --stack qa")).to.deep.equal([
      1,
      "Pulumi.qa.yaml: no configuration for stack qa; copy Pulumi.staging.yaml to it and set what differs",
    ]);
  });

  it("know the commits of the application's repository, also if infra is a separate one", async () => {
    const git = (folder: string, ...args: readonly string[]): string =>
      execFileSync("git", [...who, ...args], { cwd: at(folder), encoding: "utf8" }).trim();
    for (const folder of [".", "services/shop/infra"]) {
      git(folder, "init", "--quiet");
      git(folder, "commit", "--quiet", "--allow-empty", "--message", `the first commit in ${folder}`);
    }
    process.chdir(at("services/shop/infra/queues"));
    const heads = [git("services/shop", "rev-parse", "HEAD"), git("services/shop/infra", "rev-parse", "HEAD")];
    const found = [applicationCheckout("staging"), applicationCheckout(undefined)].map(({ resolve }) =>
      resolve("HEAD"),
    );
    expect(await Promise.all(found)).to.deep.equal(heads);
    expect(heads[0]).not.to.equal(heads[1]);
  });

  it("refuse a folder outside of infra, and say where to go if infra is near", () => {
    const refused = (folder: string) => run(at(folder), "cost --stack staging");
    const near = (folder: string, path: string) => [
      1,
      `Pulumi.yaml: it is not in ${at(folder)}, but in ${path}; run \`cd ${path}\` first`,
    ];
    expect(refused("services/shop")).to.deep.equal(near("services/shop", "infra"));
    expect(refused("services/shop/src")).to.deep.equal(near("services/shop/src", "../infra"));
    const nowhere = `Pulumi.yaml: there is none in ${root} or in a folder above; go to the folder of the Pulumi project first`;
    expect(refused(".")).to.deep.equal([1, nowhere]);
    expect(run(root, "compose check --stack staging")).to.deep.equal([1, nowhere]);
    expect(run(root, "status --help")[0]).to.equal(0);
  });

  it("check a Compose file by its path without any project", () => {
    const check = (folder: string, path: string) =>
      run(at(folder), `compose check ${path}docker-compose-staging.yml --parameter TOKEN`).slice(0, 2);
    const fine = "docker-compose-staging.yml: no problems; staging becomes 1 ECS service on x86_64";
    expect([check("services/shop", ""), check(".", "services/shop/")]).to.deep.equal([
      [0, fine],
      [0, `services/shop/${fine}`],
    ]);
  });

  it("start in the folder that INIT_CWD names only if npm runs the script in that folder or above it", () => {
    process.chdir(at("services/shop/infra"));
    const from = (folder: string): string => {
      process.env["INIT_CWD"] = folder;
      return projectDirectory();
    };
    const below = at("services/shop/infra/queues");
    writeFileSync(join(below, "Pulumi.yaml"), "name: queues\n");
    const found = [from(below), from(at("services/shop")), from(resolve(root, "../elsewhere"))];
    rmSync(join(below, "Pulumi.yaml"));
    const infra = at("services/shop/infra");
    expect(found).to.deep.equal([below, infra, infra]);
    expect(from(below)).to.equal(infra);
  });
});

const who = ["-c", "user.name=Ada", "-c", "user.email=nobody@example.com"];
