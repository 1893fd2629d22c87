import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CodeBuildClient, CreateProjectCommand } from "@aws-sdk/client-codebuild";
import { CodePipelineClient, CreatePipelineCommand, ListActionExecutionsCommand } from "@aws-sdk/client-codepipeline";
import { CodeStarConnectionsClient, CreateConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { CreateClusterCommand, DescribeClustersCommand, ECSClient } from "@aws-sdk/client-ecs";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { rootCredentials } from "../../../local-cloud/access/identity.ts";
import { startLocalCloud } from "../../../local-cloud/local-cloud.ts";
import type { LocalCloud } from "../../../local-cloud/local-cloud.ts";
import { docker } from "../../../local-cloud/kit/docker.ts";
import { policy } from "./local-endpoint.ts";
import { artifactStatements, bucket, connectionStatements } from "./pipeline-world.ts";

const buildspec = `version: 0.2
env:
  exported-variables: [GREETING]
phases:
  build:
    commands:
      - export GREETING="$(./greet.sh) $CODEBUILD_INITIATOR"
      - cp greet.sh result.txt
artifacts:
  files: [result.txt]
`;

describe("the local cloud", function () {
  this.timeout(60_000);
  const runId = `${process.pid}-local-cloud`;
  const lines: string[] = [];
  let directory: string;
  let cloud: LocalCloud;
  let client: { readonly endpoint: string; readonly region: string; readonly credentials: typeof rootCredentials };
  const networks = (): Promise<string> =>
    docker(["network", "ls", "--filter", `label=compose-ecs-pipeline.rehearsal=${runId}`, "--format", "{{.Name}}"]);

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "compose-ecs-cloud-"));
    cloud = await startLocalCloud({
      directory,
      runId,
      labels: { "compose-ecs-pipeline.rehearsal": runId },
      log: () => undefined,
      onBuildLine: (_, line) => lines.push(line),
    });
    client = { endpoint: cloud.endpointUrl, region: "us-east-1", credentials: rootCredentials };
  });
  after(async () => {
    await cloud.close();
    await rm(directory, { recursive: true, force: true });
  });

  const role = async (name: string, service: string, statements: readonly object[]): Promise<string> => {
    const iam = new IAMClient(client);
    const trust = policy([{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }]);
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
    const PolicyDocument = policy(statements);
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: "own", PolicyDocument }));
    return Role?.Arn ?? "";
  };
  const connect = async (): Promise<string> => {
    const { ConnectionArn = "" } = await new CodeStarConnectionsClient(client).send(
      new CreateConnectionCommand({ ConnectionName: "shop", ProviderType: "GitHub" }),
    );
    cloud.connections.finishHandshake(ConnectionArn);
    cloud.connections.mapRepository("team/shop", pushRepository(directory));
    return ConnectionArn;
  };

  it("has ECS behind the same endpoint, and a network for its tasks", async () => {
    const ecs = new ECSClient(client);
    await ecs.send(new CreateClusterCommand({ clusterName: "shop-staging" }));
    const { clusters } = await ecs.send(new DescribeClustersCommand({ clusters: ["shop-staging"] }));
    expect(clusters?.map(({ clusterName }) => clusterName)).to.deep.equal(["shop-staging"]);
    expect(await networks()).to.equal(cloud.world.network);
  });

  it("runs a commit's own buildspec in a pipeline, and hands its variables and its artifact on", async () => {
    const connectionArn = await connect();
    await new S3Client(client).send(new CreateBucketCommand({ Bucket: bucket }));
    const serviceRole = await role("build", "codebuild.amazonaws.com", [...artifactStatements]);
    const build = "arn:aws:codebuild:us-east-1:000000000000:project/build";
    const roleArn = await role("pipeline", "codepipeline.amazonaws.com", [
      ...artifactStatements,
      ...connectionStatements(connectionArn),
      { Effect: "Allow", Action: ["codebuild:StartBuild", "codebuild:BatchGetBuilds"], Resource: build },
    ]);
    await new CodeBuildClient(client).send(
      new CreateProjectCommand({
        name: "build",
        serviceRole,
        source: { type: "CODEPIPELINE" },
        artifacts: { type: "CODEPIPELINE" },
        environment: {
          type: "LINUX_CONTAINER",
          image: "aws/codebuild/standard:8.0",
          computeType: "BUILD_GENERAL1_SMALL",
        },
        logsConfig: { cloudWatchLogs: { status: "DISABLED" } },
      }),
    );
    const pipelines = new CodePipelineClient(client);
    const type = (category: "Source" | "Build", provider: string) => ({
      category,
      owner: "AWS" as const,
      provider,
      version: "1",
    });
    const configuration = { ConnectionArn: connectionArn, FullRepositoryId: "team/shop", BranchName: "main" };
    const source = {
      name: "Source",
      actionTypeId: type("Source", "CodeStarSourceConnection"),
      configuration,
      outputArtifacts: [{ name: "Source" }],
    };
    const step = {
      name: "Build",
      actionTypeId: type("Build", "CodeBuild"),
      configuration: { ProjectName: "build" },
      inputArtifacts: [{ name: "Source" }],
      outputArtifacts: [{ name: "BuildOutput" }],
    };
    const stages = [
      { name: "Source", actions: [source] },
      { name: "Build", actions: [step] },
    ];
    await pipelines.send(
      new CreatePipelineCommand({
        pipeline: { name: "shop", roleArn, artifactStore: { type: "S3", location: bucket }, stages },
      }),
    );
    const over = async () => {
      for (let left = 300; left > 0; left -= 1) {
        const { actionExecutionDetails = [] } = await pipelines.send(
          new ListActionExecutionsCommand({ pipelineName: "shop" }),
        );
        if (
          actionExecutionDetails.length === 2 &&
          actionExecutionDetails.every(({ status }) => status !== "InProgress")
        )
          return actionExecutionDetails;
        await sleep(100);
      }
      throw new Error(`the run is not over: ${lines.join("\n")}`);
    };
    const found = (await over()).map(({ actionName, status, output }) => [
      actionName,
      status,
      output?.outputVariables?.["GREETING"],
      output?.outputArtifacts?.length,
    ]);
    expect(found, lines.join("\n")).to.deep.equal([
      ["Build", "Succeeded", "hello codepipeline/shop", 1],
      ["Source", "Succeeded", undefined, 1],
    ]);
  });

  it("leaves nothing when it is closed, also when it is closed twice", async () => {
    await Promise.all([cloud.close(), cloud.close()]);
    expect(await networks()).to.equal("");
    expect(await fetch(cloud.endpointUrl).catch((error: unknown) => error)).to.be.instanceOf(TypeError);
  });
});

/** A bare repository with one commit on main, which has an executable program. */
function pushRepository(directory: string): string {
  const work = join(directory, "work");
  mkdirSync(work);
  writeFileSync(join(work, "buildspec.yml"), buildspec);
  writeFileSync(join(work, "greet.sh"), "#!/bin/sh\necho hello\n", { mode: 0o755 });
  const git = (...args: readonly string[]): unknown =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.com", ...args], { cwd: work, stdio: "pipe" });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "first");
  git("clone", "--quiet", "--bare", ".", join(directory, "shop.git"));
  return join(directory, "shop.git");
}
