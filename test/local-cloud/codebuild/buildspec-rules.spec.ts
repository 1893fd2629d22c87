import { expect } from "chai";
import { selectArtifacts } from "../../../local-cloud/codebuild/artifacts.ts";
import { BuildspecError } from "../../../local-cloud/codebuild/buildspec-fields.ts";
import { readBuildspec } from "../../../local-cloud/codebuild/buildspec.ts";
import {
  documentedVariables,
  exportedVariables,
  masked,
  mergeVariables,
} from "../../../local-cloud/codebuild/environment.ts";
import { nextPhase } from "../../../local-cloud/codebuild/run-build.ts";
import { phaseNames } from "../../../local-cloud/codebuild/buildspec-types.ts";

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

  it("is read with its reports, of JUnit's format unless they say otherwise (reports)", () => {
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

  it("runs with /bin/sh where it names no shell", () => {
    expect(readBuildspec(withPhase("build", commands)).shell).to.equal("sh");
    expect(readBuildspec(`env: { shell: /bin/sh }\n${withPhase("build", commands)}`).shell).to.equal("sh");
  });

  const refusals: readonly (readonly [string, string, string])[] = [
    ["another version", "version: 0.1\nphases: {}", "version: 0.1 is not run here; write 0.2"],
    ["a missing version", "phases: {}", "version: null is not run here; write 0.2"],
    ["missing phases", "version: 0.2", "phases: is no mapping; see the buildspec reference"],
    ["what is no mapping", "- version", "buildspec: is no mapping; see the buildspec reference"],
    ...["run-as: app", "cache: { paths: [x] }", "batch: {}", "proxy: {}"].map(
      (line) =>
        [
          line,
          `${line}\n${withPhase("build", commands)}`,
          `buildspec: ${line.split(":")[0] ?? ""} is not run here; allowed are version, env, phases, artifacts, reports`,
        ] as const,
    ),
    [
      "a phase's run-as",
      withPhase("build", `    run-as: app\n${commands}`),
      "phases.build: run-as is not run here; allowed are commands, finally, on-failure",
    ],
    [
      "an unknown phase",
      withPhase("deploy", commands),
      "phases: deploy is not run here; allowed are install, pre_build, build, post_build",
    ],
    [
      "RETRY",
      withPhase("build", `    on-failure: RETRY-2\n${commands}`),
      "phases.build.on-failure: RETRY-2 is not run here; write ABORT or CONTINUE",
    ],
    [
      "a phase without commands",
      withPhase("build", "    finally: [x]\n"),
      "phases.build: a phase needs commands; add commands or remove the phase",
    ],
    [
      "a command that YAML reads as a mapping",
      withPhase("build", "    commands:\n      - echo a: b\n"),
      "phases.build.commands: holds something that is no text; put the item in quotes",
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
      "env: secrets-manager is not run here; allowed are shell, variables, parameter-store, exported-variables",
    ],
    [
      "a shell of Windows",
      `env: { shell: cmd.exe }\n${withPhase("build", commands)}`,
      "env.shell: cmd.exe is no shell of Linux builds; write bash or /bin/sh",
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
      "reports.unit.file-format: TAP is no format; write CUCUMBERJSON, JUNITXML, NUNITXML, NUNIT3XML, TESTNGXML, VISUALSTUDIOTRX, CLOVERXML, COBERTURAXML, JACOCOXML, SIMPLECOV",
    ],
    [
      "more than five reports",
      `reports: {${["a", "b", "c", "d", "e", "f"].map((name) => `${name}: {files: [x]}`).join(", ")}}\n${withPhase("build", commands)}`,
      "reports: 6 report groups are too many; keep five at most",
    ],
    [
      "secondary artifacts",
      `artifacts: { files: [a], secondary-artifacts: {} }\n${withPhase("build", commands)}`,
      "artifacts: secondary-artifacts is not run here; allowed are files, base-directory, discard-paths, name",
    ],
  ];
  for (const [what, text, message] of refusals) {
    it(`refuses ${what}`, () => {
      expect(refusal(text)).to.equal(message);
    });
  }

  it("refuses broken YAML with its place", () => {
    expect(refusal("version: 0.2\nphases: [")).to.match(/^buildspec: .* at line 2, column \d+[^]*; correct the YAML$/);
  });
});

describe("what follows a phase (CodeBuild user guide, Build phase transitions)", () => {
  const transitions = (onFailure: string) =>
    phaseNames.flatMap((name) => {
      const buildspec = readBuildspec(withPhase(name, `${onFailure}${commands}`));
      return [[name, nextPhase(buildspec, name, true), nextPhase(buildspec, name, false)]];
    });

  it("is the end when install or pre_build fails, and post_build and the artifacts when build fails", () => {
    expect(transitions("")).to.deep.equal([
      ["install", "pre_build", "FINALIZING"],
      ["pre_build", "build", "FINALIZING"],
      ["build", "post_build", "post_build"],
      ["post_build", "UPLOAD_ARTIFACTS", "UPLOAD_ARTIFACTS"],
    ]);
  });

  it("is the end after a failure with on-failure ABORT", () => {
    expect(transitions("    on-failure: ABORT\n").map(([name, , failed]) => [name, failed])).to.deep.equal(
      phaseNames.map((name) => [name, "FINALIZING"]),
    );
  });

  it("is the next phase after a failure with on-failure CONTINUE", () => {
    expect(
      transitions("    on-failure: CONTINUE\n").map(([name, good, failed]) => [name, good === failed]),
    ).to.deep.equal(phaseNames.map((name) => [name, true]));
  });
});

describe("a build's variables (CodeBuild user guide, Environment variables in build environments)", () => {
  it("come from the start of the build, else the project, else the buildspec", () => {
    const buildspec = readBuildspec(
      `version: 0.2\nenv:\n  variables: { A: spec, B: spec, C: spec }\n  parameter-store: { D: /spec }\nphases: {}`,
    );
    const project = [
      { name: "B", value: "project" },
      { name: "C", value: "project" },
      { name: "D", value: "project" },
    ];
    const start = [{ name: "C", value: "/start", type: "PARAMETER_STORE" as const }];
    expect(mergeVariables(buildspec, project, start)).to.deep.equal([
      { name: "A", value: "spec" },
      { name: "B", value: "project" },
      { name: "C", value: "/start", type: "PARAMETER_STORE" },
      { name: "D", value: "project" },
    ]);
  });

  it("are the documented ones", () => {
    const facts = {
      buildId: "shop:1",
      buildArn: "arn:build",
      buildNumber: 4,
      projectArn: "arn:project",
      image: "aws/codebuild/standard:8.0",
      initiator: "codepipeline/shop",
      kmsKeyId: "alias/aws/s3",
      logStream: "1",
      resolvedSourceVersion: undefined,
      sourceVersion: "arn:source",
      sourceDirectory: "/src",
      secondaryDirectories: { Other: "/other" },
      startTime: 5,
      region: "us-east-1",
    };
    expect(documentedVariables(facts)).to.deep.equal({
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_REGION: "us-east-1",
      CODEBUILD_BUILD_ARN: "arn:build",
      CODEBUILD_BUILD_ID: "shop:1",
      CODEBUILD_BUILD_IMAGE: "aws/codebuild/standard:8.0",
      CODEBUILD_BUILD_NUMBER: "4",
      CODEBUILD_BUILD_SUCCEEDING: "1",
      CODEBUILD_INITIATOR: "codepipeline/shop",
      CODEBUILD_KMS_KEY_ID: "alias/aws/s3",
      CODEBUILD_LOG_PATH: "1",
      CODEBUILD_PROJECT_ARN: "arn:project",
      CODEBUILD_SOURCE_VERSION: "arn:source",
      CODEBUILD_SRC_DIR: "/src",
      CODEBUILD_SRC_DIR_Other: "/other",
      CODEBUILD_START_TIME: "5",
    });
  });

  it("are exported unless they are AWS's own or parameters", () => {
    const environment = { TAG: "abc", AWS_REGION: "us-east-1", TOKEN: "hidden" };
    expect(exportedVariables(["TAG", "AWS_REGION", "TOKEN", "UNSET"], environment, ["TOKEN"])).to.deep.equal([
      { name: "TAG", value: "abc" },
    ]);
  });

  it("from Parameter Store are hidden in the log, longest first and line by line", () => {
    expect(masked("a=secret-long b=secret c=two", ["secret", "secret-long", "one\ntwo", ""])).to.equal(
      "a=*** b=*** c=***",
    );
  });
});

describe("artifacts (CodeBuild user guide, Buildspec syntax, artifacts)", () => {
  const paths = [".env", "a.json", "my-build1/my-file1.txt", "my-build2/deep/my-file3.txt", "my-build2/my-file2.txt"];
  const picked = (files: readonly string[], baseDirectory = ".", discardPaths = false) =>
    selectArtifacts({ files, baseDirectory, discardPaths }, paths);
  const names = (...args: Parameters<typeof picked>) => picked(...args).files.map(({ name }) => name);

  it("are single files, those of one folder, or all of it", () => {
    expect(names(["a.json"])).to.deep.equal(["a.json"]);
    expect(names(["./my-build2/my-file2.txt"])).to.deep.equal(["my-build2/my-file2.txt"]);
    expect(names(["my-build2/*"])).to.deep.equal(["my-build2/my-file2.txt"]);
    expect(names(["my-build2/**/*"])).to.deep.equal(["my-build2/deep/my-file3.txt", "my-build2/my-file2.txt"]);
    expect(names(["**/*"])).to.deep.equal(paths);
  });

  it("are told apart by a base directory, which is not part of their names", () => {
    expect(names(["*/my-file3.txt"], "my-build2")).to.deep.equal(["deep/my-file3.txt"]);
    expect(names(["**/*"], "my-build*", true)).to.deep.equal(["my-file1.txt", "my-file2.txt", "my-file3.txt"]);
  });

  it("leave out a pattern that matches nothing, and say so", () => {
    expect(picked(["a.json", "b.json"])).to.deep.equal({
      files: [{ path: "a.json", name: "a.json" }],
      skipped: ["b.json"],
    });
  });
});
