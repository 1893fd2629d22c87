import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { composeChange, withFailingMigration, withMigration, withoutHealth } from "../../rehearsal/changes.ts";
import { createRepository } from "../../rehearsal/example/create-repository.ts";
import { edited, pushChange, pushFirst, type Change } from "../../rehearsal/kit/commits.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

describe("the journey's commits", () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "commits-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("are real changes of the application, and a failed one is reverted by the next commit", async () => {
    const repository = await createRepository({ directory, sourceRoot: project, branch: "staging" });
    const first = await pushFirst(repository);
    const changes: readonly Change[] = [withMigration, withFailingMigration, withoutHealth, composeChange("staging")];
    let last = first;
    for (const change of changes) last = await pushChange(repository, change);

    expect(git(repository.remote, "rev-parse", "refs/heads/staging")).to.equal(last);
    const log = git(repository.remote, "log", "--reverse", "--format=%n%an: %s", "--name-status", `${first}..staging`);
    expect(log.split("\n").filter((line) => line !== "")).to.deep.equal([
      "Rehearsal: Notes have an author",
      "M\tapp/app/controllers/notes_controller.rb",
      "M\tapp/app/views/notes/page.html.erb",
      "A\tapp/db/migrate/20260201000000_add_author_to_notes.rb",
      "Rehearsal: Notes have a colour",
      "A\tapp/db/migrate/20260301000000_add_colour_to_notes.rb",
      'Rehearsal: Revert "Notes have a colour"',
      "D\tapp/db/migrate/20260301000000_add_colour_to_notes.rb",
      "Rehearsal: Health is another team's",
      "M\tapp/config/routes.rb",
      `Rehearsal: Revert "Health is another team's"`,
      "M\tapp/config/routes.rb",
      "Rehearsal: More threads",
      "M\tdocker-compose-staging.yml",
    ]);
  });

  it("start from the files that are not ignored, even when the project is no Git checkout", async () => {
    const sourceRoot = join(directory, "source");
    await mkdir(join(sourceRoot, "app"), { recursive: true });
    await writeFile(join(sourceRoot, ".gitignore"), "*.log\n");
    await writeFile(join(sourceRoot, "app", "run"), "#!/bin/sh\n", { mode: 0o755 });
    await writeFile(join(sourceRoot, "noise.log"), "");

    const repository = await createRepository({ directory: join(directory, "git"), sourceRoot, branch: "main" });
    const commit = await pushFirst(repository);

    const tree = git(repository.remote, "ls-tree", "-r", "--format=%(objectmode) %(path)", commit);
    expect(tree.split("\n")).to.deep.equal(["100644 .gitignore", "100755 app/run"]);
    expect(await readdir(sourceRoot)).to.have.members([".gitignore", "app", "noise.log"]);
  });

  it("have a sample's files in the place of the example's when a sample is given", async () => {
    const sourceRoot = join(directory, "source");
    const files = ["index.ts", "Pulumi.yaml", "Pulumi.production.yaml", "docker-compose-production.yml", "app/run"];
    const samples = ["one/README.md", "one/app/go", "one/docker-compose-staging.yml", "other/app/run"];
    for (const file of [...files, ...samples.map((name) => `examples/${name}`)]) {
      await mkdir(dirname(join(sourceRoot, file)), { recursive: true });
      await writeFile(join(sourceRoot, file), file);
    }
    const sample = "examples/one";
    const repository = await createRepository({
      directory: join(directory, "git"),
      sourceRoot,
      branch: "main",
      sample,
    });
    const tree = git(repository.remote, "ls-tree", "-r", "--name-only", await pushFirst(repository));
    expect(tree.split("\n")).to.deep.equal(["Pulumi.yaml", "app/go", "docker-compose-staging.yml", "index.ts"]);
    expect(await readFile(join(repository.checkout, "app/go"), "utf8")).to.equal("examples/one/app/go");
  });

  it("fail with the missing line when a change does not fit", async () => {
    const routes = await readFile(join(project, "app/config/routes.rb"), "utf8");
    expect(() => edited({ file: "app/config/routes.rb", replace: "no such line", by: "" }, routes)).to.throw(
      'app/config/routes.rb: "no such line" is not in it; adapt the change to the application',
    );
  });
});

function git(directory: string, ...args: readonly string[]): string {
  return execFileSync("git", ["-C", directory, ...args], { encoding: "utf8" }).trim();
}
