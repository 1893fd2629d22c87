import { expect } from "chai";
import { AwsError } from "../../../local-cloud/kit/service.ts";
import {
  begun,
  over,
  failures,
  openBench,
  outcomes,
  output,
  pipeline,
  project,
  request,
  root,
  type Bench,
} from "./build-bench.ts";

describe("a build of the local CodeBuild that does not succeed", () => {
  let bench: Bench;

  afterEach(() => bench.close());

  it("still runs finally and post_build when build fails, which see it in CODEBUILD_BUILD_SUCCEEDING (Build phase transitions)", async () => {
    bench = await openBench();
    const spec = [
      "version: 0.2",
      "phases:",
      "  build:",
      "    commands: ['echo $CODEBUILD_BUILD_SUCCEEDING', '(exit 3)', echo never]",
      "    finally: ['echo finally $CODEBUILD_BUILD_SUCCEEDING']",
      "  post_build: { commands: ['echo post $CODEBUILD_BUILD_SUCCEEDING'] }",
    ].join("\n");
    const result = await bench.build(spec);
    expect(result.status).to.equal("FAILED");
    expect(bench.said()).to.deep.equal(["1", "finally 0", "post 0"]);
    expect(failures(result)).to.deep.equal([
      "BUILD FAILED COMMAND_EXECUTION_ERROR: Error while executing command: (exit 3). Reason: exit status 3",
    ]);
  });

  it("skips the rest when pre_build fails (Build phase transitions)", async () => {
    bench = await openBench();
    const spec = [
      "version: 0.2",
      "phases:",
      "  pre_build: { commands: ['false'] }",
      "  build: { commands: [echo build] }",
      "  post_build: { commands: [echo post] }",
    ].join("\n");
    const result = await bench.build(spec, { output });
    expect(outcomes(result)).to.deep.equal([
      ...begun,
      "INSTALL SUCCEEDED",
      "PRE_BUILD FAILED COMMAND_EXECUTION_ERROR: Error while executing command: false. Reason: exit status 1",
      ...over,
    ]);
    expect(bench.said()).to.deep.equal([]);
    expect(bench.cloud.objects.has("/artifacts/output.zip")).to.equal(false);
  });

  it("fails in UPLOAD_ARTIFACTS when its artifacts match no file", async () => {
    bench = await openBench();
    const result = await bench.build("version: 0.2\nphases: {}\nartifacts: { files: [imagedefinitions.json] }", {
      output,
    });
    expect(failures(result)).to.deep.equal(["UPLOAD_ARTIFACTS FAILED CLIENT_ERROR: no matching artifact paths found"]);
  });

  it("fails before its first command when a parameter does not exist", async () => {
    bench = await openBench({
      environment: {
        ...project.environment,
        environmentVariables: [{ name: "A", value: "/none", type: "PARAMETER_STORE" }],
      },
    });
    const result = await bench.build("version: 0.2\nphases: { build: { commands: [echo never] } }");
    expect(failures(result)).to.deep.equal([
      "DOWNLOAD_SOURCE FAILED Decrypted Variables Error: parameter does not exist: /none",
    ]);
    expect(bench.said()).to.deep.equal([]);
  });

  it("fails when its role lacks a permission", async () => {
    const variables = [{ name: "A", value: "/p", type: "PARAMETER_STORE" }];
    bench = await openBench({ environment: { ...project.environment, environmentVariables: variables } });
    bench.cloud.parameters.set("/p", "value");
    const failedAt = async (action: string) => {
      bench.cloud.denied.clear();
      bench.cloud.denied.add(action);
      const spec = "version: 0.2\nphases: { build: { commands: ['true > a'] } }\nartifacts: { files: [a] }";
      const failed = (await bench.build(spec, { output })).phases.filter(({ phaseStatus }) => phaseStatus === "FAILED");
      return failed.map(({ phaseType, contexts }) => [
        action,
        phaseType,
        contexts[0]?.statusCode,
        contexts[0]?.message.includes(action),
      ]);
    };
    expect(await failedAt("sts:AssumeRole")).to.deep.equal([["sts:AssumeRole", "PROVISIONING", "ACCESS_DENIED", true]]);
    expect(await failedAt("logs:PutLogEvents")).to.deep.equal([
      ["logs:PutLogEvents", "PROVISIONING", "ACCESS_DENIED", true],
    ]);
    expect(await failedAt("logs:CreateLogStream")).to.deep.equal([
      ["logs:CreateLogStream", "PROVISIONING", "ACCESS_DENIED", true],
    ]);
    expect(await failedAt("s3:GetObject")).to.deep.equal([["s3:GetObject", "DOWNLOAD_SOURCE", "CLIENT_ERROR", true]]);
    expect(await failedAt("ssm:GetParameters")).to.deep.equal([
      ["ssm:GetParameters", "DOWNLOAD_SOURCE", "Decrypted Variables Error", true],
    ]);
    expect(await failedAt("s3:PutObject")).to.deep.equal([["s3:PutObject", "UPLOAD_ARTIFACTS", "CLIENT_ERROR", true]]);
  });

  it("is not started for a pipeline whose role may not start it", async () => {
    bench = await openBench();
    bench.cloud.denied.add("codebuild:StartBuild");
    const refused = await bench.codebuild.startBuild(request).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).to.be.instanceOf(AwsError).with.property("code", "AccessDeniedException");
    const resource = "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-build";
    expect(bench.cloud.required).to.deep.equal([
      [
        pipeline,
        [
          { action: "codebuild:StartBuild", resource },
          { action: "codebuild:BatchGetBuilds", resource },
        ],
      ],
    ]);
  });

  it("fails with the reason when its buildspec is missing or wrong", async () => {
    bench = await openBench({ source: { type: "CODEPIPELINE", buildspec: "ci/absent.yml" } });
    const missing = failures(await bench.build("version: 0.2"));
    expect(missing.length).to.equal(1);
    expect(missing[0]).to.match(
      /^DOWNLOAD_SOURCE FAILED YAML_FILE_ERROR: .*ci\/absent.yml.*; commit it or set its path$/,
    );
    await bench.codebuild.operations.UpdateProject?.({ name: project.name, source: { type: "CODEPIPELINE" } }, root);
    expect(failures(await bench.build("version: 0.1"))).to.deep.equal([
      "DOWNLOAD_SOURCE FAILED YAML_FILE_ERROR: version: the local cloud does not support 0.1; write 0.2",
    ]);
  });

  it("ends with TIMED_OUT at its project's time-out, with all its processes", async () => {
    bench = await openBench({ timeoutInMinutes: 5 }, { minuteMs: 120 });
    const result = await bench.build("version: 0.2\nphases: { build: { commands: ['sleep 60 & sleep 60'] } }");
    expect(outcomes(result)).to.deep.equal([
      ...begun,
      "INSTALL SUCCEEDED",
      "PRE_BUILD SUCCEEDED",
      "BUILD TIMED_OUT BUILD_TIMED_OUT: Build has timed out.",
      ...over,
    ]);
    expect(result.status).to.equal("TIMED_OUT");
  });

  it("ends with STOPPED when it is stopped, and its processes with it", async () => {
    bench = await openBench();
    bench.source(
      "version: 0.2\nphases: { build: { commands: ['echo $$; exec sleep 60'] }, post_build: { commands: [echo never] } }",
    );
    const { buildId, done } = await bench.codebuild.startBuild(request);
    while (bench.said().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await bench.codebuild.operations.StopBuild?.({ id: buildId }, root);
    expect((await done).status).to.equal("STOPPED");
    expect(bench.said().length).to.equal(1);
    expect(() => process.kill(Number(bench.said()[0]), 0)).to.throw("ESRCH");
  });
});
