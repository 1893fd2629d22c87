import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readBuildspec } from "../../../local-cloud/index.ts";
import { judgeBuildspec } from "../../../scripts/doctor/buildspec.ts";
import { buildspecVariables } from "../../support/buildspec-variables.ts";

const imageDefinitions = ["imagedefinitions.json", "imagedefinitions-worker.json"];
const all = [...imageDefinitions, "release.json"];

/** What doctor reports of a buildspec, without the path in front. */
const said = (text: string | undefined, testReports = false): readonly string[] =>
  judgeBuildspec({ path: "ci/build.yml", text, imageDefinitions, testReports }).map(({ state, text: line }) =>
    state === "missing" ? line.replace(/^ci\/build\.yml:/, "") : `${state} ${line}`,
  );
const fine = [`ok ci/build.yml: version 0.2, with ${all.join(", ")}`];
const handed = `artifacts: { files: ["imagedefinitions*.json", release.json] }\n`;
const phases = "phases: { build: { commands: [make] } }\n";
const head = `version: 0.2\n${handed}`;
/** A buildspec with a phase `build` of these lines, which begin at line 5. */
const build = (...lines: readonly string[]) =>
  `${head}phases:\n  build:\n${lines.map((line) => `    ${line}\n`).join("")}`;
/** A buildspec with these lines at the top level, which begin at line 4. */
const top = (...lines: readonly string[]) => `${head}${phases}${lines.map((line) => `${line}\n`).join("")}`;
/** A buildspec with these artifacts. */
const artifacts = (...lines: readonly string[]) =>
  `version: 0.2\n${phases}artifacts:\n${lines.map((line) => `  ${line}\n`).join("")}`;

// CodeBuild user guide, "Build specification reference for CodeBuild", decides which keys and values are right;
// docs/buildspec.md has the contract with the pipeline.
describe("the buildspec check of doctor", () => {
  it("finds nothing wrong in this repository's buildspec", () => {
    const text = readFileSync(join(import.meta.dirname, "../../../buildspec.yml"), "utf8");
    expect(said(text)).to.deep.equal(fine);
  });

  it("finds nothing wrong in the smallest buildspec of docs/buildspec.md, which names every variable that a build gets", () => {
    const page = readFileSync(join(import.meta.dirname, "../../../docs/buildspec.md"), "utf8");
    const [, smallest = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    expect([said(smallest), readBuildspec(smallest).shell]).to.deep.equal([fine, "bash"]);
    const named = [...page.matchAll(/^\| `([A-Z0-9_]+)`/gm)].map(([, name]) => name).toSorted();
    const { project, projectPrefix } = buildspecVariables;
    expect(named).to.deep.equal([...project, `${projectPrefix}WEB`].toSorted());
  });

  it("accepts every key of CodeBuild's reference", () => {
    const text = `
version: 0.2
run-as: builder
env:
  shell: /bin/sh
  variables: { LEVEL: 3, EMPTY: "" }
  parameter-store: { TOKEN: /shop/staging/TOKEN }
  exported-variables: [IMAGE_TAG]
  git-credential-helper: no
proxy: { upload-artifacts: no, logs: yes }
batch: { fast-fail: false }
phases:
  install: { run-as: root, on-failure: ABORT, runtime-versions: { nodejs: 24, ruby: "3.4" } }
  pre_build: &phase { on-failure: RETRY-2-timeout, commands: [make], finally: [make clean] }
  build: *phase
  post_build: { on-failure: CONTINUE, commands: [make push] }
reports:
  tests: { files: ["**/*.xml"], base-directory: reports, discard-paths: yes, file-format: JUNITXML }
artifacts:
  files: ["**/*"]
  name: images
  discard-paths: no
  base-directory: ./
  exclude-paths: ["app/**/*"]
  enable-symlinks: no
  s3-prefix: builds
  secondary-artifacts: { more: { files: [log.txt], base-directory: out, discard-paths: yes } }
cache: { key: modules, fallback-keys: [mod], action: save, paths: ["node_modules/**/*"] }
`;
    expect(said(text, true)).to.deep.equal(fine);
  });

  it("reports a buildspec that does not exist, is not YAML, or has more than one document", () => {
    expect([said(undefined), said(""), said("- a"), said("a: ["), said(`${top()}---\na: b\n`)]).to.deep.equal([
      [
        " there is no such file; commit it, set buildspec to its path, or remove the setting to run this program's own buildspec",
      ],
      ["1:1: it is not a mapping; a buildspec begins with `version: 0.2`"],
      ["1:1: it is not a mapping; a buildspec begins with `version: 0.2`"],
      [
        "1:5: not readable as YAML: flow sequence in block collection must be sufficiently indented and end with a ]; correct it",
      ],
      ['4:1: more than one YAML document; remove what "---" begins'],
    ]);
  });

  it("reports a wrong version, a missing version and missing phases", () => {
    const version = (written: string) => said(`version: ${written}\n${handed}${phases}`);
    expect([version("0.2"), version('"0.2"'), version("0.1"), version("1"), version("[0.2]")]).to.deep.equal([
      fine,
      fine,
      ['1:10: version: "0.1", where each command runs in a separate shell; write `version: 0.2`'],
      ['1:10: version: "1"; write `version: 0.2`'],
      ['1:10: version: "a sequence"; write `version: 0.2`'],
    ]);
    expect([
      said(`${handed}${phases}`),
      said(head),
      said(`${head}phases: {}\n`),
      said(`${head}phases: make\n`),
      said(`${head}phases: { install: { runtime-versions: { nodejs: 24 } } }\n`),
    ]).to.deep.equal([
      ["1:1: it has no version; write `version: 0.2`"],
      ["1:1: the buildspec: it has no phases; add phases"],
      ["3:9: phases: no phase has a command; add commands to one"],
      ['3:9: phases: "make" is not a mapping; write one with install, pre_build, build, post_build'],
      ["3:9: phases: no phase has a command; add commands to one"],
    ]);
  });

  it("reports keys that CodeBuild does not know", () => {
    const keys = "run-as, on-failure, commands, finally";
    expect([
      said(build("command: [make]")),
      said(top("artifact: {}")),
      said(`${head}phases:\n  prebuild: { commands: [make] }\n  build: { commands: [make] }\n`),
      said(build("commands: [make]", "runtime-versions: { nodejs: 24 }")),
      said(`${head}phases:\n  install: { runtime-versions: { node: 24 } }\n  build: { commands: [make] }\n`),
      said(top("env: { variable: { A: b } }")),
    ]).to.deep.equal([
      [`5:5: phases.build: "command" is not one of ${keys}; write "commands"`],
      [
        '4:1: the buildspec: "artifact" is not one of version, run-as, env, proxy, batch, phases, reports, artifacts, cache; write "artifacts"',
      ],
      ['4:3: phases: "prebuild" is not one of install, pre_build, build, post_build; write "pre_build"'],
      [`6:5: phases.build: "runtime-versions" is not one of ${keys}; remove it`],
      [
        '4:34: phases.install.runtime-versions: "node" is not one of android, dotnet, golang, java, nodejs, php, python, ruby; write "nodejs"',
      ],
      [
        '4:8: env: "variable" is not one of shell, variables, parameter-store, exported-variables, git-credential-helper; write "variables"',
      ],
    ]);
  });

  it("reports values that CodeBuild does not accept", () => {
    expect([
      said(build("commands: make")),
      said(build("commands: []")),
      said(build("commands:", "  - echo done: yes")),
      said(build("commands:", "  - make", "  -")),
      said(build("commands: [make]", "on-failure: STOP")),
      said(top("env: { shell: zsh }")),
      said(top("env: { variables: { CODEBUILD_X: 1, B: [c] } }")),
      said(top("cache: { action: keep, paths: [a] }")),
    ]).to.deep.equal([
      ['5:15: phases.build.commands: "make" is not a list; write one item per line, each after "- "'],
      ["5:15: phases.build.commands: the list is empty; add an item, or remove it"],
      ["6:9: phases.build.commands: an item is a mapping, not a text; put it in quotes"],
      ["7:8: phases.build.commands: nothing is not a text; write one, or remove the item"],
      [
        '6:17: phases.build.on-failure: "STOP" is not allowed; write ABORT, CONTINUE, RETRY, RETRY-count, RETRY-regex or RETRY-count-regex',
      ],
      ['4:15: env.shell: "zsh" is not allowed; write bash or /bin/sh'],
      [
        '4:21: env.variables: "CODEBUILD_X" has a prefix that CodeBuild reserves; rename it',
        "4:40: env.variables.B: a list is not allowed; write one text",
      ],
      ['4:18: cache.action: "keep" is not allowed; write restore or save'],
    ]);
  });

  it("reports a copy of the buildspec of a version whose format was 1, and what to do", () => {
    const text = readFileSync(join(import.meta.dirname, "../../build/earlier/buildspec-format-1.yml"), "utf8");
    const remedy =
      "copy the lines of this version's buildspec.yml, or make the setting buildspec empty and run `pulumi up`";
    const call = `it calls the program of builds as versions before format 2 did; ${remedy}`;
    expect(said(text)).to.deep.equal([
      `30:9: it reads variables of format 1, but those of this version have format 2; ${remedy}`,
      `83:9: ${call}`,
      `258:9: ${call}`,
    ]);
    const calls = [
      "node program.cjs",
      "node $PLAN/program.cjs | jq .",
      "node program.cjs compare service:web=web.json",
    ];
    expect(calls.map((line) => said(build("commands:", `  - ${line}`)))).to.deep.equal(
      calls.map(() => [`6:9: ${call}`]),
    );
  });

  it("reports what no longer exists, with its line", () => {
    const login =
      "`aws ecr get-login` no longer exists; write `aws ecr get-login-password | docker login --username AWS --password-stdin REGISTRY`";
    const install =
      "it installs Compose v1, which no longer exists; remove the installation: `docker compose` is in the build's image";
    expect([
      said(build("commands:", "  - aws ecr get-login-password | docker login", "  - docker-compose build")),
      said(build("commands:", "  - make", "  - $(aws ecr get-login --no-include-email)")),
      said(build("commands:", "  - |", "    make", "    $(aws ecr get-login)")),
      said(build("commands: [make]", "finally:", "  - pip3 install -q docker-compose==1.29")),
      said(
        build(
          "commands:",
          "  - curl -L https://github.com/docker/compose/releases/download/1.29.2/docker-compose-Linux-x86_64",
        ),
      ),
      said(`${head}phases:\n  install: { runtime-versions: { docker: 18 } }\n  build: { commands: [make] }\n`),
      said(top("env: { secrets-manager: { A: shop:key } }")),
    ]).to.deep.equal([
      fine,
      [`7:9: ${login}`],
      [`8:9: ${login}`],
      [`7:9: ${install}`],
      [`6:9: ${install}`],
      ["4:34: phases.install.runtime-versions.docker: it no longer exists; remove it: Docker is in the build's image"],
      [
        "4:8: env.secrets-manager: the build's role may not read secrets of Secrets Manager; put it into Parameter Store, and name it in buildParameters",
      ],
    ]);
  });

  it("reports artifacts without the files that the pipeline reads", () => {
    const lacks = (line: string, ...files: readonly string[]) =>
      files.map((file) => `${line}: artifacts.files: no entry matches ${file}, which the pipeline reads; add it`);
    expect([
      said(`version: 0.2\n${phases}`),
      said(artifacts("files: [imagedefinitions.json]")),
      said(artifacts("files: [out/release.json, './imagedefinitions*']")),
      said(artifacts("files: ['**/*']", "base-directory: out")),
      said(artifacts("files: ['**/*']", "base-directory: $CODEBUILD_SRC_DIR")),
      said(artifacts("files: ['*.json']", "discard-paths: yes")),
      said(artifacts("files: ['*']", "exclude-paths: ['release*']")),
      said(artifacts("name: images")),
      said(artifacts("files: '**/*'")),
      said(artifacts("files: imagedefinitions.json")),
    ]).to.deep.equal([
      [`1:1: it has no artifacts, so the pipeline gets no file; add artifacts with files: ${all.join(", ")}`],
      lacks("4:10", "imagedefinitions-worker.json", "release.json"),
      lacks("4:10", "release.json"),
      [
        `5:19: artifacts.base-directory: "out" is not the folder of the source, where ${all.join(", ")} are; remove it, or write "."`,
      ],
      fine,
      [
        '5:18: artifacts.discard-paths: "yes" puts the files of all folders into one, where they can replace each other; remove it, or write no',
      ],
      ["5:18: artifacts.exclude-paths: it excludes release.json, which the pipeline reads; do not exclude it"],
      ["4:3: artifacts: it has no files; add files"],
      fine,
      lacks("4:10", "imagedefinitions-worker.json", "release.json"),
    ]);
  });

  it("reports `reports` unless the stack allows the build's role to write them", () => {
    const reports = (written: string) => top(`reports: ${written}`);
    const six = Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name) => [name, { files: ["x"] }]));
    expect([
      said(reports("{ tests: { files: [a.xml] } }"), true),
      said(reports("{ tests: { files: [a.xml] } }")),
      said(reports("{ tests: { file-format: TAP } }"), true),
      said(reports(JSON.stringify(six)), true),
    ]).to.deep.equal([
      fine,
      ["4:1: reports: the build's role may not write them; set testReports to true for the stack, or remove reports"],
      [
        "4:19: reports.tests: it has no files; add files",
        '4:34: reports.tests.file-format: "TAP" is not allowed; write CUCUMBERJSON, JUNITXML, NUNITXML, NUNIT3XML, TESTNGXML, VISUALSTUDIOTRX, CLOVERXML, COBERTURAXML, JACOCOXML or SIMPLECOV',
      ],
      ["4:10: reports: 6 are too many; keep 5 or fewer"],
    ]);
  });
});
