import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { parse } from "yaml";
import {
  build,
  buildspec,
  compare,
  compose,
  download,
  inFolder,
  login,
  look,
  registry,
  root,
  useFolder,
  write,
} from "./buildspec-bench.ts";

const page = readFileSync(join(root, "docs/buildspec.md"), "utf8");

/** A buildspec with the commands of the page that ask the program. */
const [, commands = ""] = /```sh\n(PLAN=[\s\S]*?)```/.exec(page) ?? [];
const documented = {
  ...buildspec,
  phases: {
    install: { commands: ["true"] },
    pre_build: { commands: ["true"] },
    build: { commands: [`(set -eo pipefail; ${commands})`] },
    post_build: { commands: ["true"] },
  },
};

describe("docs/buildspec.md", () => {
  useFolder();

  it("has commands that compare a commit with what runs, and write what is released", async () => {
    const same = await build({}, documented);
    const folder = readdirSync(inFolder("tmp")).find((name) => name.startsWith("tmp.")) ?? "";
    const files = readdirSync(inFolder(join("tmp", folder))).filter((name) => name !== "program.cjs");
    write("docker-compose-staging.yml", compose.replace("expose: [3000]", "expose: [3000]\n    command: serve"));
    const changed = await build({}, documented);
    const calls = [download, look("proxy", "0123abc"), look("web", "0123abc"), ...compare];
    expect([same, changed]).to.deep.equal([
      { code: 0, calls, err: [], artifacts: ["imagedefinitions.json", "release.json"] },
      {
        code: 1,
        calls,
        err: [
          'docker-compose-staging.yml: this commit changes the task definition (web: command); run "pulumi up" for the stack from this commit, then "release"',
        ],
        artifacts: [],
      },
    ]);
    // The page names every file of the folder.
    const [, list = ""] = /The folder has these files[\s\S]*?:\n\n([\s\S]*?)\n\n/.exec(page) ?? [];
    const entries = list.split("\n").flatMap((line) => /^- (.*?): /.exec(line)?.[1] ?? []);
    const named = entries.flatMap((entry) => [...entry.matchAll(/`([^`]+)`/g)]);
    expect(named.map(([, name]) => name).toSorted()).to.deep.equal(files.toSorted());
  });

  it("runs nothing of a program whose bytes are others", async () => {
    write("state/program.cjs", 'require("node:fs").writeFileSync("tampered", "");');
    const { code, calls } = await build({}, documented);
    expect([code, calls, readdirSync(inFolder(".")).includes("tampered")]).to.deep.equal([1, [download], false]);
  });

  it("has a smallest buildspec that builds, pushes and hands on what is released", async () => {
    const [, smallest = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    // A build outside the pipeline's own buildspec sets no variables of it.
    const { env, ...played } = parse(smallest) as Omit<typeof buildspec, "env"> & { readonly env: object };
    const uri = `${registry}/shop/staging/web`;
    const { code, calls, err, artifacts } = await build(
      {},
      {
        ...played,
        env: { ...buildspec.env, ...env, variables: {} },
        phases: { install: { commands: ["true"] }, ...played.phases },
      },
    );
    expect({ code, calls, err, artifacts }).to.deep.equal({
      code: 0,
      calls: [
        ...login,
        `docker pull --quiet ${uri}:0123abc`,
        `docker tag ${uri}:0123abc ${uri}:latest`,
        `docker push ${uri}:latest`,
        `docker push ${uri}:0123abc`,
      ],
      err: [],
      artifacts: ["imagedefinitions.json", "release.json"],
    });
    expect(artifacts.map((file) => JSON.parse(readFileSync(inFolder(file), "utf8")) as unknown)).to.deep.equal([
      [{ name: "web", imageUri: `${uri}:0123abc` }],
      [{ name: "migrate", imageUri: `${uri}:0123abc` }],
    ]);
  });
});
