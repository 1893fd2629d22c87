import { mkdtempSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { strToU8, zipSync } from "fflate";
import { unzipInto } from "../../../local-cloud/codebuild/archive.ts";
import { pageOf } from "../../../local-cloud/codebuild/codebuild.ts";
import type { Input } from "../../../local-cloud/kit/service.ts";
import { openBench, project, root, serviceRole, type Bench } from "./build-bench.ts";

describe("the API of the local CodeBuild", () => {
  let bench: Bench;

  afterEach(() => bench.close());

  it("shows a build in BatchGetBuilds, with only the names of its parameters, and lists it in ListBuildsForProject", async () => {
    const variables = [{ name: "A", value: "/p", type: "PARAMETER_STORE" }];
    bench = await openBench({
      source: {
        type: "NO_SOURCE",
        buildspec: "version: 0.2\nenv: { exported-variables: [B] }\nphases: { build: { commands: ['export B=b'] } }",
      },
      artifacts: { type: "NO_ARTIFACTS" },
      environment: { ...project.environment, environmentVariables: variables },
    });
    bench.cloud.parameters.set("/p", "s3cr3t-value");
    const override = { environmentVariablesOverride: [{ name: "C", value: "c" }] };
    const started = (await bench.codebuild.operations.StartBuild?.(
      { projectName: project.name, ...override },
      root,
    )) as {
      build: { id: string; currentPhase: string };
    };
    expect(started.build.currentPhase).to.equal("SUBMITTED");
    const { id } = started.build;
    let shown: Input = {};
    while (shown.buildComplete !== true) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const reply = (await bench.codebuild.operations.BatchGetBuilds?.(
        { ids: [id, "shop-staging-build:none"] },
        root,
      )) as {
        builds: Input[];
        buildsNotFound: string[];
      };
      expect(reply.buildsNotFound).to.deep.equal(["shop-staging-build:none"]);
      shown = reply.builds[0] ?? {};
    }
    const { buildStatus, currentPhase, logs, exportedEnvironmentVariables, initiator, buildNumber } = shown;
    expect({ buildStatus, currentPhase, logs, exportedEnvironmentVariables, initiator, buildNumber }).to.deep.equal({
      buildStatus: "SUCCEEDED",
      currentPhase: "COMPLETED",
      logs: { groupName: "/aws/codebuild/shop-staging-build", streamName: id.split(":")[1] },
      exportedEnvironmentVariables: [{ name: "B", value: "b" }],
      initiator: "root",
      buildNumber: 1,
    });
    expect((shown.environment as Input).environmentVariables).to.deep.equal([
      { name: "A", value: "/p", type: "PARAMETER_STORE" },
      { name: "C", value: "c", type: "PLAINTEXT" },
    ]);
    expect(await bench.codebuild.operations.ListBuildsForProject?.({ projectName: project.name }, root)).to.deep.equal({
      ids: [id],
    });
  });

  it("keeps the modes of files in an archive, and refuses a file that would be outside of its folder", async () => {
    bench = await openBench();
    const folder = mkdtempSync(join(bench.cloud.world.directory, "zip-"));
    await unzipInto(
      folder,
      zipSync({ "bin/run": [strToU8("x"), { os: 3, attrs: (0o100755 << 16) >>> 0 }], plain: strToU8("y") }),
    );
    expect(["bin/run", "plain"].map((name) => statSync(join(folder, name)).mode & 0o111)).to.deep.equal([0o111, 0]);
    const outside = await unzipInto(folder, zipSync({ "../x": strToU8("x") })).catch((error: unknown) => String(error));
    expect(outside).to.equal("Error: ../x: is outside of the source folder; create the archive again without it");
  });

  it("needs the permissions that IAM's service authorization reference lists for each operation", async () => {
    bench = await openBench();
    const resource = "arn:aws:codebuild:us-east-1:000000000000:project/p";
    const passRole = {
      action: "iam:PassRole",
      resource: serviceRole,
      context: { "iam:PassedToService": "codebuild.amazonaws.com" },
    };
    const asked = (operation: string, request: Input) => bench.codebuild.grants[operation]?.(request);
    expect(Object.keys(bench.codebuild.grants)).to.deep.equal([
      ...["CreateProject", "UpdateProject", "DeleteProject", "BatchGetProjects"],
      ...["StartBuild", "BatchGetBuilds", "StopBuild", "ListBuildsForProject"],
    ]);
    expect(Object.keys(bench.codebuild.operations)).to.deep.equal(Object.keys(bench.codebuild.grants));
    for (const operation of ["CreateProject", "UpdateProject"]) {
      const action = `codebuild:${operation}`;
      expect(asked(operation, { name: "p", serviceRole })).to.deep.equal([{ action, resource }, passRole]);
    }
    const inputs: readonly (readonly [string, Input])[] = [
      ["UpdateProject", { name: "p" }],
      ["DeleteProject", { name: "p" }],
      ["BatchGetProjects", { names: ["p"] }],
      ["StartBuild", { projectName: "p" }],
      ["BatchGetBuilds", { ids: ["p:1", "p:2"] }],
      ["StopBuild", { id: "p:1" }],
      ["ListBuildsForProject", { projectName: "p" }],
    ];
    for (const [operation, request] of inputs) {
      expect(asked(operation, request)).to.deep.equal([{ action: `codebuild:${operation}`, resource }]);
    }
  });

  it("accepts variables of 4,096 characters, and refuses longer ones (seen on AWS: wolfeidau/buildkite-serverless-agent#35)", async () => {
    bench = await openBench();
    const update = (characters: number) => {
      const environmentVariables = [{ name: "A", value: "x".repeat(characters) }];
      const environment = { ...project.environment, environmentVariables };
      return Promise.resolve()
        .then(() => bench.codebuild.operations.UpdateProject?.({ ...project, environment }, root))
        .then(
          () => "updated",
          (error: unknown) => String(error),
        );
    };
    expect([await update(4096), await update(4097)]).to.deep.equal([
      "updated",
      "Error: EnvironmentVariable should be at most 4096 characters",
    ]);
  });

  it("lists builds page by page", async () => {
    bench = await openBench();
    expect(pageOf(["a", "b", "c"], undefined, 2)).to.deep.equal({ ids: ["a", "b"], nextToken: "2" });
    expect(pageOf(["a", "b", "c"], "2", 2)).to.deep.equal({ ids: ["c"] });
    expect(pageOf(["a", "b"], undefined, 2)).to.deep.equal({ ids: ["a", "b"] });
  });
});
