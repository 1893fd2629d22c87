import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  GetPipelineStateCommand,
  PutApprovalResultCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { CodeStarConnectionsClient, GetConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { strFromU8, unzipSync } from "fflate";
import { unzipInto } from "../../../local-cloud/codebuild/archive.ts";
import { bucket } from "./pipeline-world.ts";
import { codePipelineBench } from "./codepipeline-bench.ts";

describe("CodePipeline", function () {
  this.timeout(60_000);
  const bench = codePipelineBench();
  const { builds, allow, action, build, create, start, execution, ended, summaries, stage } = bench;

  it("starts a run when the pipeline is created, which fails while the connection is pending (connections user guide, pending)", async () => {
    bench.on.commit("pending", { "a.txt": "1" });
    const id = await create("pending", { name: "Build", actions: [build("b")] });
    expect((await ended("pending", id)).status).to.equal("Failed");
    expect((await execution("pending", id))?.trigger).to.deep.equal({
      triggerType: "CreatePipeline",
      triggerDetail: "",
    });
    expect(await summaries("pending", id)).to.deep.equal([
      ["Source", "Failed", `Connection ${bench.connectionArn} is not available: its status is PENDING`],
    ]);
    bench.on.connections.finishHandshake(bench.connectionArn);
    const { Connection } = await new CodeStarConnectionsClient(bench.on.local.asRoot).send(
      new GetConnectionCommand({ ConnectionArn: bench.connectionArn }),
    );
    expect(Connection?.ConnectionStatus).to.equal("AVAILABLE");
  });

  it("hands the commit to the build as a zip, with its variables and the modes of its files", async () => {
    const commit = bench.on.commit("zip", { "bin/run.sh": "#!/bin/sh\n", "a.txt": "1" });
    bench.outcome = () => Promise.resolve({ exportedVariables: [{ name: "IMAGE_TAG", value: "a1b2c3d" }] });
    const EnvironmentVariables = JSON.stringify([
      { name: "COMMIT", value: "#{SourceVariables.CommitId}" },
      { name: "RUN", value: "#{codepipeline.PipelineExecutionId}" },
    ]);
    const id = await create("zip", {
      name: "Build",
      actions: [
        build("first", {
          configuration: { ProjectName: "first", EnvironmentVariables },
          outputArtifacts: [{ name: "BuildOutput" }],
          namespace: "BuildVariables",
        }),
        build("second", {
          runOrder: 2,
          configuration: {
            ProjectName: "second",
            EnvironmentVariables: '[{"name":"TAG","value":"#{BuildVariables.IMAGE_TAG}"}]',
          },
        }),
      ],
    });
    expect((await ended("zip", id)).status).to.equal("Succeeded");
    expect(
      builds.map(({ projectName, initiator, environmentOverrides, resolvedSourceVersion }) => ({
        projectName,
        initiator,
        environmentOverrides,
        resolvedSourceVersion,
      })),
    ).to.deep.equal([
      {
        projectName: "first",
        initiator: "codepipeline/zip",
        environmentOverrides: [
          { name: "COMMIT", value: commit, type: "PLAINTEXT" },
          { name: "RUN", value: id, type: "PLAINTEXT" },
        ],
        resolvedSourceVersion: commit,
      },
      {
        projectName: "second",
        initiator: "codepipeline/zip",
        environmentOverrides: [{ name: "TAG", value: "a1b2c3d", type: "PLAINTEXT" }],
        resolvedSourceVersion: commit,
      },
    ]);
    expect(builds[0]?.caller.principalArn).to.equal(bench.roleArn);
    expect(builds[0]?.output?.key).to.match(/^zip\/BuildOutpu\/[A-Za-z0-9]{7}$/u);
    const { Body } = await new S3Client(bench.on.local.asRoot).send(
      new GetObjectCommand({ Bucket: bucket, Key: builds[0]?.source?.key ?? "" }),
    );
    const zip = (await Body?.transformToByteArray()) ?? new Uint8Array();
    await unzipInto(join(bench.on.local.directory, "unzipped"), zip);
    expect((await stat(join(bench.on.local.directory, "unzipped/bin/run.sh"))).mode & 0o111).to.equal(0o111);
    expect((await stat(join(bench.on.local.directory, "unzipped/a.txt"))).mode & 0o111).to.equal(0);
    const files = unzipSync(zip);
    expect(
      Object.keys(files)
        .filter((name) => !name.endsWith("/"))
        .toSorted(),
    ).to.deep.equal(["a.txt", "bin/run.sh"]);
    expect(strFromU8(files["bin/run.sh"] ?? new Uint8Array())).to.equal("#!/bin/sh\n");
    expect(
      (await execution("zip", id))?.artifactRevisions?.map(({ name, revisionId }) => [name, revisionId]),
    ).to.deep.equal([["Source", commit]]);
  });

  it("starts a run for a push to its branch and none for another branch, and can start with an older commit", async () => {
    const older = bench.on.commit("pushed", { "a.txt": "1" });
    await ended("pushed", await create("pushed", { name: "Build", actions: [build("b")] }));
    const newer = bench.on.commit("pushed", { "a.txt": "2" });
    expect(bench.on.pipelines.pushed("team/shop", "elsewhere")).to.deep.equal([]);
    const [id = ""] = bench.on.pipelines.pushed("team/shop", "pushed");
    await ended("pushed", id);
    const sourceRevisions = [{ actionName: "Source", revisionType: "COMMIT_ID" as const, revisionValue: older }];
    const again = await bench.on.client.send(new StartPipelineExecutionCommand({ name: "pushed", sourceRevisions }));
    await ended("pushed", again.pipelineExecutionId ?? "");
    expect(builds.map(({ resolvedSourceVersion }) => resolvedSourceVersion)).to.deep.equal([older, newer, older]);
  });

  it("fails the stage and the run when an action fails, after the actions of the same order have ended, and starts no later one", async () => {
    bench.on.commit("failing", { "a.txt": "1" });
    const finished: string[] = [];
    bench.outcome = async ({ projectName }) => {
      if (projectName === "good") await sleep(200);
      finished.push(projectName);
      return { status: projectName === "bad" ? "FAILED" : "SUCCEEDED" };
    };
    const id = await create(
      "failing",
      { name: "Test", actions: [build("bad"), build("good"), build("late", { runOrder: 2 })] },
      { name: "After", actions: [build("never")] },
    );
    expect((await ended("failing", id)).status).to.equal("Failed");
    expect(await summaries("failing", id)).to.deep.equal([
      ["Source", "Succeeded", ""],
      ["bad", "Failed", "Build terminated with state: FAILED"],
      ["good", "Succeeded", ""],
    ]);
    expect(finished).to.deep.equal(["bad", "good"]);
    const { stageStates } = await bench.on.client.send(new GetPipelineStateCommand({ name: "failing" }));
    expect(stageStates?.map(({ stageName, latestExecution }) => [stageName, latestExecution?.status])).to.deep.equal([
      ["Source", "Succeeded"],
      ["Test", "Failed"],
      ["After", undefined],
    ]);
  });

  it("holds runs before a disabled transition and lets the latest in (user guide, transitions)", async () => {
    bench.on.commit("held", { "a.txt": "1" });
    const first = await create("held", { name: "Build", actions: [build("b")] });
    await ended("held", first);
    const transition = { pipelineName: "held", stageName: "Build", transitionType: "Inbound" as const };
    await bench.on.client.send(new DisableStageTransitionCommand({ ...transition, reason: "an up goes on" }));
    const older = await start("held");
    await bench.on.until(async () =>
      (await stage("held", "Build"))?.inboundExecution?.pipelineExecutionId === older ? true : undefined,
    );
    const newer = await start("held");
    expect((await ended("held", older)).status).to.equal("Superseded");
    const state = await stage("held", "Build");
    expect([
      state?.inboundTransitionState?.enabled,
      state?.inboundTransitionState?.disabledReason,
      state?.inboundExecution?.pipelineExecutionId,
    ]).to.deep.equal([false, "an up goes on", newer]);
    await bench.on.client.send(new EnableStageTransitionCommand(transition));
    expect((await ended("held", newer)).status).to.equal("Succeeded");
  });

  it("accepts a transition's reason only with the allowed characters (API reference, DisableStageTransition)", async () => {
    const transition = { pipelineName: "held", stageName: "Build", transitionType: "Inbound" as const };
    const disable = (reason: string) =>
      bench.on.client.send(new DisableStageTransitionCommand({ ...transition, reason })).then(
        () => "taken",
        (error: unknown) => (error as Error).name,
      );
    const reasons = ["back to shop 5 (by ann)", "back to shop:5", "x".repeat(301)];
    expect(await Promise.all(reasons.map(disable))).to.deep.equal([
      "taken",
      "ValidationException",
      "ValidationException",
    ]);
    await bench.on.client.send(new EnableStageTransitionCommand(transition));
  });

  it("waits for an approval with its own token, and fails on a rejection", async () => {
    bench.on.commit("approved", { "a.txt": "1" });
    const first = await create("approved", { name: "Approve", actions: [action("Approve", "Approval", "Manual")] });
    const put = (token: string, status: "Approved" | "Rejected") =>
      bench.on.client.send(
        new PutApprovalResultCommand({
          pipelineName: "approved",
          stageName: "Approve",
          actionName: "Approve",
          token,
          result: { status, summary: `${status} by hand` },
        }),
      );
    const token = () =>
      bench.on.until(async () => (await stage("approved", "Approve"))?.actionStates?.[0]?.latestExecution?.token);
    const stale = await put("guessed", "Approved").catch((error: unknown) => (error as Error).name);
    expect(stale).to.equal("InvalidApprovalTokenException");
    await put(await token(), "Approved");
    expect((await ended("approved", first)).status).to.equal("Succeeded");
    const second = await start("approved");
    await put(await token(), "Rejected");
    expect((await ended("approved", second)).status).to.equal("Failed");
    expect((await summaries("approved", second))[1]).to.deep.equal(["Approve", "Failed", "Rejected by hand"]);
  });

  it("ends an abandoned run as Stopped at once, with the reason, and frees its stage", async () => {
    bench.on.commit("stopped", { "a.txt": "1" });
    bench.outcome = () => new Promise(() => undefined);
    const id = await create("stopped", { name: "Build", actions: [build("endless")] });
    await bench.on.until(() => (builds.length === 1 ? true : undefined));
    await bench.on.client.send(
      new StopPipelineExecutionCommand({
        pipelineName: "stopped",
        pipelineExecutionId: id,
        abandon: true,
        reason: "rolled back",
      }),
    );
    const { status, statusSummary } = await ended("stopped", id);
    expect({ status, statusSummary }).to.deep.equal({ status: "Stopped", statusSummary: "rolled back" });
    expect((await summaries("stopped", id)).at(-1)).to.deep.equal(["endless", "Abandoned", ""]);
    bench.outcome = () => Promise.resolve({});
    expect((await ended("stopped", await start("stopped"))).status).to.equal("Succeeded");
  });

  it("fails the source action when the role may not use the connection", async () => {
    bench.on.commit("unconnected", { "a.txt": "1" });
    await allow(["codeconnections:UseConnection"]);
    const id = await create("unconnected", { name: "Build", actions: [build("b")] });
    await ended("unconnected", id);
    expect(await summaries("unconnected", id)).to.deep.equal([
      [
        "Source",
        "Failed",
        `Unable to use Connection: ${bench.connectionArn}. The provided role does not have sufficient permissions. (User: arn:aws:sts::000000000000:assumed-role/shop-staging-pipeline/${id} is not authorized to perform: codeconnections:UseConnection on resource: ${bench.connectionArn})`,
      ],
    ]);
  });

  it("fails every action when the role trusts another pipeline only (IAM user guide, The confused deputy problem)", async () => {
    bench.on.commit("untrusted", { "a.txt": "1" });
    const id = await create("untrusted", { name: "Build", actions: [build("b")] });
    await ended("untrusted", id);
    expect(await summaries("untrusted", id)).to.deep.equal([
      [
        "Source",
        "Failed",
        `codepipeline.amazonaws.com is not authorized to perform AssumeRole on role ${bench.roleArn}`,
      ],
    ]);
  });
});
