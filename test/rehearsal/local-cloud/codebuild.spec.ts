import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { strFromU8, strToU8, unzipSync, type Zippable } from "fflate";
import { begun, over, openBench, outcomes, output, project, request, serviceRole, type Bench } from "./build-bench.ts";
import { buildKey } from "./build-world.ts";

describe("a build of the local CodeBuild", () => {
  let bench: Bench;

  afterEach(() => bench.close());

  it("takes its source from S3, runs its commands and writes its artifact to S3", async () => {
    bench = await openBench();
    const spec = [
      "version: 0.2",
      "env: { exported-variables: [IMAGE_TAG] }",
      "phases:",
      "  build: { commands: ['export IMAGE_TAG=$(cut -c1-3 name)', './hello.sh > out.txt'] }",
      "artifacts: { files: [out.txt, absent.txt] }",
    ].join("\n");
    const files = {
      name: strToU8("abcdef"),
      "hello.sh": [strToU8("#!/bin/sh\necho hello"), { os: 3, attrs: (0o100755 << 16) >>> 0 }],
    } satisfies Zippable;
    const result = await bench.build(spec, { output }, files);
    expect(outcomes(result)).to.deep.equal([
      ...begun,
      "INSTALL SUCCEEDED",
      "PRE_BUILD SUCCEEDED",
      "BUILD SUCCEEDED",
      "POST_BUILD SUCCEEDED",
      "UPLOAD_ARTIFACTS SUCCEEDED",
      ...over,
    ]);
    expect(result.status).to.equal("SUCCEEDED");
    expect(result.exportedVariables).to.deep.equal([{ name: "IMAGE_TAG", value: "abc" }]);
    expect(result.artifact).to.deep.equal(output);
    expect(artifact(bench)).to.deep.equal({ "out.txt": "hello\n" });
    expect(bench.lines.some((line) => line.endsWith("Skipping invalid file path absent.txt"))).to.equal(true);
  });

  it("gives its commands a clean environment and the role's credentials", async () => {
    const surroundings = {
      PATH: process.env.PATH,
      HOME: "/nowhere",
      HTTPS_PROXY: "http://proxy.invalid",
      LEAK: "x",
      DOCKER_HOST: "unix:///engine",
    };
    const buildVariables = { FROM_IMAGE: "image", FROM_START: "image" };
    const privileged = { environment: { ...project.environment, privilegedMode: true } };
    bench = await openBench(privileged, { surroundings, buildVariables });
    const variables = [{ name: "FROM_START", value: "yes" }];
    const print =
      "version: 0.2\nphases: { build: { commands: ['env | cut -d= -f1 | sort | tr \"\\n\" \" \"', 'env >env'] } }\nartifacts: { files: [env] }";
    const result = await bench.build(print, { output, environmentOverrides: variables });
    expect(result.status).to.equal("SUCCEEDED");
    const written = Object.fromEntries(
      (artifact(bench).env ?? "").split("\n").map((line) => line.split("=", 2) as [string, string]),
    );
    expect(
      Object.keys(written)
        .filter((name) => !["", "PWD", "OLDPWD", "SHLVL", "_"].includes(name))
        .toSorted(),
    ).to.deep.equal([
      ...["AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_SECRET_ACCESS_KEY"],
      ...["AWS_SESSION_TOKEN", "CODEBUILD_BUILD_ARN", "CODEBUILD_BUILD_ID", "CODEBUILD_BUILD_IMAGE"],
      ...["CODEBUILD_BUILD_NUMBER", "CODEBUILD_BUILD_SUCCEEDING", "CODEBUILD_INITIATOR", "CODEBUILD_KMS_KEY_ID"],
      ...["CODEBUILD_LOG_PATH", "CODEBUILD_PROJECT_ARN", "CODEBUILD_RESOLVED_SOURCE_VERSION", "CODEBUILD_SRC_DIR"],
      ...[
        "CODEBUILD_START_TIME",
        "DOCKER_CONFIG",
        "DOCKER_HOST",
        "FROM_IMAGE",
        "FROM_START",
        "HOME",
        "HTTPS_PROXY",
        "PATH",
        "TMPDIR",
      ],
    ]);
    expect([
      written.AWS_ACCESS_KEY_ID,
      written.AWS_SESSION_TOKEN,
      written.AWS_ENDPOINT_URL,
      written.DOCKER_HOST,
    ]).to.deep.equal([buildKey, `session-of-${serviceRole}`, bench.cloud.world.endpointUrl, "unix:///engine"]);
    expect([written.FROM_IMAGE, written.FROM_START]).to.deep.equal(["image", "yes"]);
    expect(written.CODEBUILD_RESOLVED_SOURCE_VERSION).to.equal("0123456789abcdef");
    expect(bench.cloud.assumed.map(([role, service, , sourceArn]) => [role, service, sourceArn])).to.deep.equal([
      [serviceRole, "codebuild.amazonaws.com", "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-build"],
    ]);
  });

  it("finds no Docker engine when the project is not privileged (CodeBuild user guide, Docker sample)", async () => {
    bench = await openBench();
    await bench.build("version: 0.2\nphases: { build: { commands: ['echo $DOCKER_HOST'] } }");
    expect(bench.said()).to.deep.equal(["unix:///privileged-mode-is-off.sock"]);
  });

  for (const shell of ["bash", "/bin/sh"]) {
    it(`runs all commands in one ${shell}, unless one ends it (Buildspec versions: 0.2)`, async () => {
      bench = await openBench();
      const spec = [
        `version: 0.2`,
        `env: { shell: ${shell} }`,
        "phases:",
        "  install: { commands: ['mkdir deep; cd deep; export KEPT=kept; local=here'] }",
        "  build:",
        "    commands:",
        "      - echo $KEPT $local ${PWD##*/}",
        "      - |",
        "        if true; then",
        "          echo one command",
        "        fi",
        "      - exit 0",
        "      - echo $KEPT $local ${PWD##*/}",
      ].join("\n");
      expect((await bench.build(spec)).status).to.equal("SUCCEEDED");
      expect(bench.said()).to.deep.equal(["kept here deep", "one command", "kept deep"]);
    });
  }

  it("reads parameters with its role and hides them in its log (Buildspec syntax, env)", async () => {
    const variables = [{ name: "TOKEN", value: "/shop/staging/TOKEN", type: "PARAMETER_STORE" }];
    bench = await openBench({ environment: { ...project.environment, environmentVariables: variables } });
    bench.cloud.parameters.set("/shop/staging/TOKEN", "s3cr3t-value");
    const result = await bench.build(
      "version: 0.2\nenv: { exported-variables: [TOKEN] }\nphases: { build: { commands: ['echo ${#TOKEN} $TOKEN'] } }",
    );
    expect(bench.said()).to.deep.equal(["12 ***"]);
    expect(result.exportedVariables).to.deep.equal([]);
    const logged = [...bench.cloud.logs.values()].flat().join("\n");
    expect([logged.includes("12 ***"), logged.includes("s3cr3t-value")]).to.deep.equal([true, false]);
  });

  it("writes its log to the project's group and to a file, and leaves nothing else behind", async () => {
    const logsConfig = { cloudWatchLogs: { status: "ENABLED", groupName: "/shop/builds", streamName: "main" } };
    bench = await openBench({ logsConfig });
    bench.source("version: 0.2\nphases: { build: { commands: ['echo hello; (sleep 300; echo late) &'] } }");
    const { buildId, done } = await bench.codebuild.startBuild(request);
    await done;
    const unique = buildId.split(":")[1] ?? "";
    expect([...bench.cloud.logs.keys()]).to.deep.equal([`/shop/builds main/${unique}`]);
    const file = join(bench.cloud.world.directory, "codebuild", "logs", project.name, `${unique}.log`);
    expect(readFileSync(file, "utf8").trimEnd().split("\n")).to.deep.equal(bench.lines);
    expect(bench.cloud.logs.get(`/shop/builds main/${unique}`)).to.include("hello");
    expect(existsSync(join(bench.cloud.world.directory, "codebuild", unique))).to.equal(false);
  });
});

function artifact({ cloud }: Bench): Readonly<Record<string, string>> {
  const files = unzipSync(cloud.objects.get("/artifacts/output.zip") ?? new Uint8Array());
  return Object.fromEntries(Object.entries(files).map(([name, data]) => [name, strFromU8(data)]));
}
