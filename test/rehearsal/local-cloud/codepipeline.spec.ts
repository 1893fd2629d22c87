import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreatePipelineCommand,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  PutApprovalResultCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import type { ActionDeclaration, StageDeclaration } from "@aws-sdk/client-codepipeline";
import {
  CodeStarConnectionsClient,
  CreateConnectionCommand,
  GetConnectionCommand,
} from "@aws-sdk/client-codestar-connections";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { unzipInto } from "../../../local-cloud/codebuild/archive.ts";
import type { BuildRunner } from "../../../local-cloud/codepipeline/build-action.ts";
import type { Input } from "../../../local-cloud/kit/service.ts";
import { policy } from "./local-endpoint.ts";
import { artifactStatements, bucket, connectionStatements, startPipelineWorld } from "./pipeline-world.ts";
import type { PipelineWorld } from "./pipeline-world.ts";

type BuildCall = Parameters<BuildRunner>[0];
type BuildOutcome = Awaited<Awaited<ReturnType<BuildRunner>>["done"]>;

const serviceArn = "arn:aws:ecs:us-east-1:000000000000:service/shop-staging/shop-staging";
const revision = (number: number): string =>
  `arn:aws:ecs:us-east-1:000000000000:task-definition/shop-staging:${number}`;

describe("CodePipeline", function () {
  this.timeout(60_000);
  let on: PipelineWorld;
  let roleArn: string;
  let connectionArn: string;
  /** What builds are started with, and how the next ones end. */
  const builds: BuildCall[] = [];
  let outcome: (call: BuildCall) => Promise<Partial<BuildOutcome>>;
  /** What the stand-in for ECS was asked, and what it says of its service. */
  const asked: [string, Input][] = [];
  let rollsBack = false;

  before(async () => {
    on = await startPipelineWorld(async (call) => {
      builds.push(call);
      const done = outcome(call).then((given) => ({
        status: "SUCCEEDED",
        artifact: call.output,
        exportedVariables: [],
        logTail: [],
        ...given,
      }));
      return Promise.resolve({ buildId: `${call.projectName}:${builds.length}`, done });
    });
    serveEcs(on, asked, () => rollsBack);
    const { ConnectionArn } = await new CodeStarConnectionsClient(on.local.asRoot).send(
      new CreateConnectionCommand({ ConnectionName: "shop", ProviderType: "GitHub" }),
    );
    connectionArn = ConnectionArn ?? "";
    roleArn = await on.local.role("shop-staging-pipeline", "codepipeline.amazonaws.com", [], {
      StringEquals: { "aws:SourceAccount": "000000000000" },
      ArnLike: { "aws:SourceArn": "arn:aws:codepipeline:us-east-1:000000000000:*" },
      ArnNotLike: { "aws:SourceArn": "arn:aws:codepipeline:us-east-1:000000000000:untrusted" },
    });
    await allow([]);
  });
  beforeEach(async () => {
    builds.length = 0;
    asked.length = 0;
    rollsBack = false;
    outcome = () => Promise.resolve({});
    await allow([]);
  });
  after(() => on.close());

  const allow = async (without: readonly string[]): Promise<void> => {
    const all = [
      ...connectionStatements(connectionArn),
      { Effect: "Allow", Action: "ecs:UpdateService", Resource: serviceArn },
      {
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: "*",
        Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      },
      ...["DescribeServices", "DescribeTaskDefinition", "RegisterTaskDefinition", "ListTasks", "DescribeTasks"].map(
        (name) => ({ Effect: "Allow", Action: `ecs:${name}`, Resource: "*" }),
      ),
    ].filter(({ Action }) => !without.includes(Action));
    const PolicyDocument = policy([...artifactStatements, ...all]);
    await new IAMClient(on.local.asRoot).send(
      new PutRolePolicyCommand({ RoleName: "shop-staging-pipeline", PolicyName: "own", PolicyDocument }),
    );
  };
  const action = (
    name: string,
    category: "Source" | "Build" | "Approval" | "Deploy",
    provider: string,
    more: Partial<ActionDeclaration> = {},
  ): ActionDeclaration => ({
    name,
    actionTypeId: { category, owner: "AWS", provider, version: "1" },
    ...more,
  });
  const source = (branch: string): StageDeclaration => ({
    name: "Source",
    actions: [
      action("Source", "Source", "CodeStarSourceConnection", {
        namespace: "SourceVariables",
        outputArtifacts: [{ name: "Source" }],
        configuration: { ConnectionArn: connectionArn, FullRepositoryId: "team/shop", BranchName: branch },
      }),
    ],
  });
  const build = (name: string, more: Partial<ActionDeclaration> = {}): ActionDeclaration =>
    action(name, "Build", "CodeBuild", {
      inputArtifacts: [{ name: "Source" }],
      configuration: { ProjectName: name },
      ...more,
    });
  const create = async (name: string, ...stages: StageDeclaration[]): Promise<string> => {
    await on.client.send(
      new CreatePipelineCommand({
        pipeline: {
          name,
          roleArn,
          pipelineType: "V2",
          artifactStore: { type: "S3", location: bucket },
          stages: [source(name), ...stages],
        },
      }),
    );
    const { pipelineExecutionSummaries } = await on.client.send(
      new ListPipelineExecutionsCommand({ pipelineName: name }),
    );
    return pipelineExecutionSummaries?.[0]?.pipelineExecutionId ?? "";
  };
  const start = async (name: string): Promise<string> =>
    (await on.client.send(new StartPipelineExecutionCommand({ name }))).pipelineExecutionId ?? "";
  const execution = async (pipelineName: string, pipelineExecutionId: string) =>
    (await on.client.send(new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }))).pipelineExecution;
  const ended = (pipelineName: string, id: string) =>
    on.until(async () => {
      const found = await execution(pipelineName, id);
      return found?.status === "InProgress" || found?.status === "Stopping" ? undefined : found;
    });
  const actions = async (pipelineName: string, pipelineExecutionId: string) =>
    (
      (await on.client.send(new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId } })))
        .actionExecutionDetails ?? []
    ).toReversed();
  const summaries = async (pipelineName: string, id: string): Promise<unknown[]> =>
    (await actions(pipelineName, id)).map(({ actionName, status, output }) => [
      actionName,
      status,
      output?.executionResult?.errorDetails?.message ?? "",
    ]);

  it("starts a run when it is made, which fails while the connection is pending (connections user guide, pending)", async () => {
    on.commit("pending", { "a.txt": "1" });
    const id = await create("pending", { name: "Build", actions: [build("b")] });
    expect((await ended("pending", id)).status).to.equal("Failed");
    expect((await execution("pending", id))?.trigger).to.deep.equal({
      triggerType: "CreatePipeline",
      triggerDetail: "",
    });
    expect(await summaries("pending", id)).to.deep.equal([
      ["Source", "Failed", `Connection ${connectionArn} is not available: its status is PENDING`],
    ]);
    on.connections.finishHandshake(connectionArn);
    const { Connection } = await new CodeStarConnectionsClient(on.local.asRoot).send(
      new GetConnectionCommand({ ConnectionArn: connectionArn }),
    );
    expect(Connection?.ConnectionStatus).to.equal("AVAILABLE");
  });

  it("hands the commit to the build as a zip, with its variables and the modes of its files", async () => {
    const commit = on.commit("zip", { "bin/run.sh": "#!/bin/sh\n", "a.txt": "1" });
    outcome = () => Promise.resolve({ exportedVariables: [{ name: "IMAGE_TAG", value: "a1b2c3d" }] });
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
    expect(builds[0]?.caller.principalArn).to.equal(roleArn);
    expect(builds[0]?.output?.key).to.match(/^zip\/BuildOutpu\/[A-Za-z0-9]{7}$/u);
    const { Body } = await new S3Client(on.local.asRoot).send(
      new GetObjectCommand({ Bucket: bucket, Key: builds[0]?.source?.key ?? "" }),
    );
    const zip = (await Body?.transformToByteArray()) ?? new Uint8Array();
    await unzipInto(join(on.local.directory, "unzipped"), zip);
    expect((await stat(join(on.local.directory, "unzipped/bin/run.sh"))).mode & 0o111).to.equal(0o111);
    expect((await stat(join(on.local.directory, "unzipped/a.txt"))).mode & 0o111).to.equal(0);
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

  it("starts a run for a push to its branch and none for another's, and can be given an older commit", async () => {
    const older = on.commit("pushed", { "a.txt": "1" });
    await ended("pushed", await create("pushed", { name: "Build", actions: [build("b")] }));
    const newer = on.commit("pushed", { "a.txt": "2" });
    expect(on.pipelines.pushed("team/shop", "elsewhere")).to.deep.equal([]);
    const [id = ""] = on.pipelines.pushed("team/shop", "pushed");
    await ended("pushed", id);
    const sourceRevisions = [{ actionName: "Source", revisionType: "COMMIT_ID" as const, revisionValue: older }];
    const again = await on.client.send(new StartPipelineExecutionCommand({ name: "pushed", sourceRevisions }));
    await ended("pushed", again.pipelineExecutionId ?? "");
    expect(builds.map(({ resolvedSourceVersion }) => resolvedSourceVersion)).to.deep.equal([older, newer, older]);
  });

  it("fails the stage and the run when an action fails, once those beside it are over, and starts no later one", async () => {
    on.commit("failing", { "a.txt": "1" });
    const finished: string[] = [];
    outcome = async ({ projectName }) => {
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
    const { stageStates } = await on.client.send(new GetPipelineStateCommand({ name: "failing" }));
    expect(stageStates?.map(({ stageName, latestExecution }) => [stageName, latestExecution?.status])).to.deep.equal([
      ["Source", "Succeeded"],
      ["Test", "Failed"],
      ["After", undefined],
    ]);
  });

  it("holds runs before a disabled transition and lets the latest in (user guide, transitions)", async () => {
    on.commit("held", { "a.txt": "1" });
    const first = await create("held", { name: "Build", actions: [build("b")] });
    await ended("held", first);
    const transition = { pipelineName: "held", stageName: "Build", transitionType: "Inbound" as const };
    await on.client.send(new DisableStageTransitionCommand({ ...transition, reason: "an up goes on" }));
    const older = await start("held");
    await on.until(async () =>
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
    await on.client.send(new EnableStageTransitionCommand(transition));
    expect((await ended("held", newer)).status).to.equal("Succeeded");
  });

  it("takes a transition's reason in the characters that are allowed only (API reference, DisableStageTransition)", async () => {
    const transition = { pipelineName: "held", stageName: "Build", transitionType: "Inbound" as const };
    const disable = (reason: string) =>
      on.client.send(new DisableStageTransitionCommand({ ...transition, reason })).then(
        () => "taken",
        (error: unknown) => (error as Error).name,
      );
    const reasons = ["back to shop 5 (by ann)", "back to shop:5", "x".repeat(301)];
    expect(await Promise.all(reasons.map(disable))).to.deep.equal([
      "taken",
      "ValidationException",
      "ValidationException",
    ]);
    await on.client.send(new EnableStageTransitionCommand(transition));
  });

  it("waits for an approval, which only its own token gives, and fails on a rejection", async () => {
    on.commit("approved", { "a.txt": "1" });
    const first = await create("approved", { name: "Approve", actions: [action("Approve", "Approval", "Manual")] });
    const put = (token: string, status: "Approved" | "Rejected") =>
      on.client.send(
        new PutApprovalResultCommand({
          pipelineName: "approved",
          stageName: "Approve",
          actionName: "Approve",
          token,
          result: { status, summary: `${status} by hand` },
        }),
      );
    const token = () =>
      on.until(async () => (await stage("approved", "Approve"))?.actionStates?.[0]?.latestExecution?.token);
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
    on.commit("stopped", { "a.txt": "1" });
    outcome = () => new Promise(() => undefined);
    const id = await create("stopped", { name: "Build", actions: [build("endless")] });
    await on.until(() => (builds.length === 1 ? true : undefined));
    await on.client.send(
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
    outcome = () => Promise.resolve({});
    expect((await ended("stopped", await start("stopped"))).status).to.equal("Succeeded");
  });

  it("fails the source action when the role may not use the connection", async () => {
    on.commit("unconnected", { "a.txt": "1" });
    await allow(["codeconnections:UseConnection"]);
    const id = await create("unconnected", { name: "Build", actions: [build("b")] });
    await ended("unconnected", id);
    expect(await summaries("unconnected", id)).to.deep.equal([
      [
        "Source",
        "Failed",
        `Unable to use Connection: ${connectionArn}. The provided role does not have sufficient permissions. (User: arn:aws:sts::000000000000:assumed-role/shop-staging-pipeline/${id} is not authorized to perform: codeconnections:UseConnection on resource: ${connectionArn})`,
      ],
    ]);
  });

  it("fails every action when the role trusts another pipeline only (IAM user guide, The confused deputy problem)", async () => {
    on.commit("untrusted", { "a.txt": "1" });
    const id = await create("untrusted", { name: "Build", actions: [build("b")] });
    await ended("untrusted", id);
    expect(await summaries("untrusted", id)).to.deep.equal([
      ["Source", "Failed", `codepipeline.amazonaws.com is not authorized to perform AssumeRole on role ${roleArn}`],
    ]);
  });

  describe("the ECS action", () => {
    const images = [{ name: "web", imageUri: "127.0.0.1:1/shop/staging/web:a1b2c3d" }];
    const deploy = async (name: string, definitions: object, minutes = "10"): Promise<string> => {
      on.commit(name, { "a.txt": "1" });
      outcome = async ({ output }) => {
        const Body = zipSync({ "imagedefinitions.json": strToU8(JSON.stringify(definitions)) });
        await new S3Client(on.local.asRoot).send(
          new PutObjectCommand({ Bucket: bucket, Key: output?.key ?? "", Body }),
        );
        return {};
      };
      const configuration = { ClusterName: "shop-staging", ServiceName: "shop-staging", DeploymentTimeout: minutes };
      return create(
        name,
        { name: "Build", actions: [build("b", { outputArtifacts: [{ name: "BuildOutput" }] })] },
        {
          name: "Release",
          actions: [action("Deploy", "Deploy", "ECS", { inputArtifacts: [{ name: "BuildOutput" }], configuration })],
        },
      );
    };

    it("registers the running revision with the new images and rolls the service over to it", async () => {
      const id = await deploy("deployed", images);
      expect((await ended("deployed", id)).status).to.equal("Succeeded");
      expect(
        asked.filter(([operation]) => ["RegisterTaskDefinition", "UpdateService"].includes(operation)),
      ).to.deep.equal([
        [
          "RegisterTaskDefinition",
          {
            family: "shop-staging",
            containerDefinitions: [
              { name: "web", image: images[0]?.imageUri },
              { name: "proxy", image: "p:1" },
            ],
            tags: [{ key: "team", value: "shop" }],
          },
        ],
        ["UpdateService", { cluster: "shop-staging", service: "shop-staging", taskDefinition: revision(2) }],
      ]);
    });

    it("fails for a name that is no container, and leaves the service alone", async () => {
      const id = await deploy("unknown", [{ name: "worker", imageUri: "x" }]);
      expect((await ended("unknown", id)).status).to.equal("Failed");
      expect((await summaries("unknown", id)).at(-1)).to.deep.equal([
        "Deploy",
        "Failed",
        "The Amazon ECS service's task definition does not have a container with the name worker",
      ]);
      expect(asked.map(([operation]) => operation)).to.deep.equal(["DescribeServices", "DescribeTaskDefinition"]);
    });

    it("does not notice that ECS has rolled back, and fails at its time-out (containers-roadmap#1399)", async () => {
      rollsBack = true;
      const id = await deploy("rolled", images, "1");
      expect((await ended("rolled", id)).status).to.equal("Failed");
      expect((await summaries("rolled", id)).at(-1)).to.deep.equal([
        "Deploy",
        "Failed",
        `The deployment of ${revision(2)} did not complete within 1 minutes`,
      ]);
    });

    for (const missing of ["ecs:UpdateService", "iam:PassRole"]) {
      it(`fails without ${missing}`, async () => {
        await allow([missing]);
        const name = `without-${missing.split(":")[1] ?? ""}`;
        const id = await deploy(name, images);
        expect((await ended(name, id)).status).to.equal("Failed");
        const [, , message] = (await summaries(name, id)).at(-1) as string[];
        expect(message).to.match(new RegExp(`is not authorized to perform: ${missing} on resource`, "u"));
      });
    }
  });

  const stage = async (name: string, stageName: string) =>
    (await on.client.send(new GetPipelineStateCommand({ name }))).stageStates?.find(
      (one) => one.stageName === stageName,
    );
});

/** A service of one revision, which a deployment moves at once, or moves back. */
function serveEcs({ local }: PipelineWorld, asked: [string, Input][], rollsBack: () => boolean): void {
  let running = revision(1);
  const answer = (operation: string, reply: (input: Input) => object) => (input: Input) => {
    asked.push([operation, input]);
    return Promise.resolve(reply(input));
  };
  const onService = (name: string) => () => [{ action: `ecs:${name}`, resource: serviceArn }];
  local.endpoint.serve({
    targets: ["AmazonEC2ContainerServiceV20141113"],
    operations: {
      DescribeServices: answer("DescribeServices", () => {
        const deployments = [{ status: "PRIMARY", taskDefinition: running, desiredCount: 1, runningCount: 1 }];
        return { services: [{ status: "ACTIVE", taskDefinition: running, deployments }] };
      }),
      DescribeTaskDefinition: answer("DescribeTaskDefinition", () => ({
        taskDefinition: {
          family: "shop-staging",
          revision: 1,
          taskDefinitionArn: running,
          containerDefinitions: [
            { name: "web", image: "w:1" },
            { name: "proxy", image: "p:1" },
          ],
        },
        tags: [{ key: "team", value: "shop" }],
      })),
      RegisterTaskDefinition: answer("RegisterTaskDefinition", () => ({
        taskDefinition: { taskDefinitionArn: revision(2) },
      })),
      UpdateService: answer("UpdateService", (input) => {
        running = rollsBack() ? revision(1) : String(input["taskDefinition"]);
        return { service: {} };
      }),
      ListTasks: answer("ListTasks", () => ({ taskArns: ["task"] })),
      DescribeTasks: answer("DescribeTasks", () => ({ tasks: [] })),
    },
    grants: {
      DescribeServices: onService("DescribeServices"),
      DescribeTaskDefinition: () => [{ action: "ecs:DescribeTaskDefinition", resource: "*" }],
      RegisterTaskDefinition: () => [
        { action: "ecs:RegisterTaskDefinition", resource: "*" },
        {
          action: "iam:PassRole",
          resource: "arn:aws:iam::000000000000:role/shop-staging-task",
          context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
        },
      ],
      UpdateService: onService("UpdateService"),
      ListTasks: () => [{ action: "ecs:ListTasks", resource: "*" }],
      DescribeTasks: () => [{ action: "ecs:DescribeTasks", resource: "*" }],
    },
  });
}
