import { expect } from "chai";
import { BuildspecError } from "../../../local-cloud/codebuild/buildspec-fields.ts";
import { readBuildspec } from "../../../local-cloud/codebuild/buildspec.ts";

const refusal = (text: string): string => {
  try {
    readBuildspec(text);
  } catch (error) {
    if (error instanceof BuildspecError) return error.message;
    throw error;
  }
  return "not refused";
};
const withPhase = (name: string, lines: string) => `version: 0.2\nphases:\n  ${name}:\n${lines}`;
const commands = "    commands: [make]\n";

describe("a buildspec (CodeBuild user guide, Build specification reference, Buildspec syntax)", () => {
  it("is read with its shell, variables, phases and artifacts", () => {
    const text = [
      "version: 0.2",
      "env:",
      "  shell: bash",
      "  variables: { LEVEL: 3, DEBUG: true }",
      "  parameter-store: { TOKEN: /shop/token }",
      "  exported-variables: [IMAGE_TAG]",
      "phases:",
      "  install: { runtime-versions: { nodejs: 22 } }",
      "  build:",
      "    on-failure: ABORT",
      "    commands:",
      "      - echo one",
      "      - |",
      "        echo two",
      "        echo three",
      "    finally: [echo end]",
      "artifacts: { files: [a.json, 'b/**/*'], base-directory: out, discard-paths: yes, name: ignored }",
    ].join("\n");
    expect(readBuildspec(text)).to.deep.equal({
      shell: "bash",
      variables: { LEVEL: "3", DEBUG: "true" },
      parameterStore: { TOKEN: "/shop/token" },
      exportedVariables: ["IMAGE_TAG"],
      runtimeVersions: { nodejs: "22" },
      phases: {
        install: { commands: [], finally: [] },
        build: { commands: ["echo one", "echo two\necho three\n"], finally: ["echo end"], onFailure: "ABORT" },
      },
      artifacts: { files: ["a.json", "b/**/*"], baseDirectory: "out", discardPaths: true },
      reports: [],
    });
  });

  it("hands on one file that is written as a text, as in AWS's tutorials", () => {
    const { artifacts } = readBuildspec(`artifacts: { files: imagedefinitions.json }\n${withPhase("build", commands)}`);
    expect(artifacts?.files).to.deep.equal(["imagedefinitions.json"]);
  });

  it("is read with its reports, which have JUnit's format by default (reports)", () => {
    const text = [
      "reports:",
      "  unit: { files: ['*.xml'], base-directory: out, discard-paths: yes }",
      "  arn:aws:codebuild:us-east-1:000000000000:report-group/shop: { files: [c.json], file-format: SIMPLECOV }",
    ].join("\n");
    expect(readBuildspec(`${withPhase("build", commands)}${text}`).reports).to.deep.equal([
      { name: "unit", files: ["*.xml"], format: "JUNITXML", baseDirectory: "out", discardPaths: true },
      {
        name: "arn:aws:codebuild:us-east-1:000000000000:report-group/shop",
        files: ["c.json"],
        format: "SIMPLECOV",
        baseDirectory: ".",
        discardPaths: false,
      },
    ]);
  });

  it("runs with /bin/sh when it names no shell", () => {
    expect(readBuildspec(withPhase("build", commands)).shell).to.equal("sh");
    expect(readBuildspec(`env: { shell: /bin/sh }\n${withPhase("build", commands)}`).shell).to.equal("sh");
  });

  const refusals: readonly (readonly [string, string, string])[] = [
    ["another version", "version: 0.1\nphases: {}", "version: the local cloud does not support 0.1; write 0.2"],
    ["a missing version", "phases: {}", "version: is missing; write 0.2"],
    ["missing phases", "version: 0.2", "phases: is not a mapping; see the buildspec reference"],
    ["a text that is not a mapping", "- version", "buildspec: is not a mapping; see the buildspec reference"],
    ...["run-as: app", "cache: { paths: [x] }", "batch: {}", "proxy: {}"].map(
      (line) =>
        [
          line,
          `${line}\n${withPhase("build", commands)}`,
          `buildspec: the local cloud does not support ${line.split(":")[0] ?? ""}; allowed are version, env, phases, artifacts, reports`,
        ] as const,
    ),
    [
      "a phase's run-as",
      withPhase("build", `    run-as: app\n${commands}`),
      "phases.build: the local cloud does not support run-as; allowed are commands, finally, on-failure",
    ],
    [
      "an unknown phase",
      withPhase("deploy", commands),
      "phases: the local cloud does not support deploy; allowed are install, pre_build, build, post_build",
    ],
    [
      "RETRY",
      withPhase("build", `    on-failure: RETRY-2\n${commands}`),
      "phases.build.on-failure: the local cloud does not support RETRY-2; write ABORT or CONTINUE",
    ],
    [
      "a phase without commands",
      withPhase("build", "    finally: [x]\n"),
      "phases.build: a phase needs commands; add commands or remove the phase",
    ],
    [
      "a command that YAML reads as a mapping",
      withPhase("build", "    commands:\n      - echo a: b\n"),
      "phases.build.commands: has an item that is not a text; put the item in quotes",
    ],
    [
      "the docker runtime, which CodeBuild's images no longer have",
      withPhase("install", "    runtime-versions: { docker: 20 }\n"),
      "phases.install.runtime-versions: unknown runtime named 'docker'; remove it and set privilegedMode",
    ],
    [
      "a variable with the reserved prefix",
      `env: { variables: { CODEBUILD_X: 1 } }\n${withPhase("build", commands)}`,
      "env.variables.CODEBUILD_X: the prefix CODEBUILD_ is reserved; rename it",
    ],
    [
      "secrets of Secrets Manager",
      `env: { secrets-manager: { A: b } }\n${withPhase("build", commands)}`,
      "env: the local cloud does not support secrets-manager; allowed are shell, variables, parameter-store, exported-variables",
    ],
    [
      "a shell of Windows",
      `env: { shell: cmd.exe }\n${withPhase("build", commands)}`,
      "env.shell: cmd.exe is not a shell of Linux builds; write bash or /bin/sh",
    ],
    [
      "artifacts without files",
      `artifacts: { base-directory: out }\n${withPhase("build", commands)}`,
      "artifacts.files: names no file; list the files the build hands on",
    ],
    [
      "a report without files",
      `reports: { unit: { file-format: JUNITXML } }\n${withPhase("build", commands)}`,
      "reports.unit.files: names no file; list the files that tests write",
    ],
    [
      "a report of an unknown format",
      `reports: { unit: { files: [a], file-format: TAP } }\n${withPhase("build", commands)}`,
      "reports.unit.file-format: TAP is not a format; write CUCUMBERJSON, JUNITXML, NUNITXML, NUNIT3XML, TESTNGXML, VISUALSTUDIOTRX, CLOVERXML, COBERTURAXML, JACOCOXML, SIMPLECOV",
    ],
    [
      "more than five reports",
      `reports: {${["a", "b", "c", "d", "e", "f"].map((name) => `${name}: {files: [x]}`).join(", ")}}\n${withPhase("build", commands)}`,
      "reports: 6 report groups are too many; the maximum is five",
    ],
    [
      "secondary artifacts",
      `artifacts: { files: [a], secondary-artifacts: {} }\n${withPhase("build", commands)}`,
      "artifacts: the local cloud does not support secondary-artifacts; allowed are files, base-directory, discard-paths, name",
    ],
  ];
  for (const [what, text, message] of refusals) {
    it(`is refused for ${what}`, () => {
      expect(refusal(text)).to.equal(message);
    });
  }

  it("is refused with the place of the mistake when its YAML is broken", () => {
    expect(refusal("version: 0.2\nphases: [")).to.match(/^buildspec: .* at line 2, column \d+[^]*; correct the YAML$/);
  });
});
