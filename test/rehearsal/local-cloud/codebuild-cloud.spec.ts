import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  CreateProjectCommand,
  StartBuildCommand,
  UpdateProjectCommand,
  type Build,
} from "@aws-sdk/client-codebuild";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { codeBuildService, type CodeBuild } from "../../../local-cloud/codebuild/codebuild.ts";
import { accountId, region, startLocalEndpoint, type LocalEndpoint } from "./local-endpoint.ts";

describe("CodeBuild behind the local endpoint, with IAM enforced", function () {
  this.timeout(60_000);
  const bucket = "shop-staging-artifacts";
  const name = "shop-staging-build";
  const group = `arn:aws:logs:${region}:${accountId}:log-group:/aws/codebuild/${name}`;
  const project = `arn:aws:codebuild:${region}:${accountId}:project/${name}`;
  let local: LocalEndpoint;
  let codebuild: CodeBuild;
  let client: CodeBuildClient;
  let pipelineRole: string;

  before(async () => {
    local = await startLocalEndpoint();
    const { endpoint, world, asRoot } = local;
    codebuild = codeBuildService(world);
    endpoint.serve(codebuild);
    const serviceRole = await local.role(
      name,
      "codebuild.amazonaws.com",
      [
        {
          Effect: "Allow",
          Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: [group, `${group}:*`],
        },
        { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: `arn:aws:s3:::${bucket}/*` },
        {
          Effect: "Allow",
          Action: "ssm:GetParameters",
          Resource: `arn:aws:ssm:${region}:${accountId}:parameter/shop/staging/*`,
        },
      ],
      { ArnLike: { "aws:SourceArn": project } },
    );
    pipelineRole = await local.role("shop-staging-pipeline", "codepipeline.amazonaws.com", [
      { Effect: "Allow", Action: ["codebuild:StartBuild", "codebuild:BatchGetBuilds"], Resource: project },
    ]);
    const s3 = new S3Client({ ...asRoot, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const ssm = new SSMClient(asRoot);
    for (const path of ["/shop/staging/TOKEN", "/shop/production/TOKEN"]) {
      await ssm.send(new PutParameterCommand({ Name: path, Value: `value-of-${path}`, Type: "SecureString" }));
    }
    client = new CodeBuildClient(asRoot);
    await client.send(
      new CreateProjectCommand({
        name,
        serviceRole,
        source: { type: "CODEPIPELINE" },
        artifacts: { type: "CODEPIPELINE" },
        environment: {
          type: "LINUX_CONTAINER",
          image: "aws/codebuild/standard:8.0",
          computeType: "BUILD_GENERAL1_SMALL",
          privilegedMode: true,
          environmentVariables: [{ name: "TOKEN", value: "/shop/staging/TOKEN", type: "PARAMETER_STORE" }],
        },
      }),
    );
  });
  after(async () => {
    await codebuild.close?.();
    await local.close();
  });

  const put = async (buildspec: string) => {
    const s3 = new S3Client({ ...local.asRoot, forcePathStyle: true });
    const Body = zipSync({ "buildspec.yml": strToU8(buildspec) });
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "source.zip", Body }));
  };
  const startForPipeline = async (buildspec: string) => {
    await put(buildspec);
    const { accessKeyId } = await local.identity.assume(pipelineRole, "codepipeline.amazonaws.com", "run");
    const started = await codebuild.startBuild({
      projectName: name,
      caller: local.identity.callerOf(accessKeyId),
      initiator: "codepipeline/shop-staging",
      source: { bucket, key: "source.zip" },
      output: { bucket, key: "output.zip" },
    });
    return { ...started, result: await started.done };
  };
  it("builds a pipeline's source with Docker and the AWS CLI, as its role", async () => {
    const { buildId, result } = await startForPipeline(
      [
        "version: 0.2",
        "phases:",
        "  pre_build: { commands: ['docker version --format {{.Server.Os}} && docker compose version --short && docker buildx version'] }",
        "  build: { commands: ['aws sts get-caller-identity --query Arn --output text >who', 'echo token $TOKEN'] }",
        "artifacts: { files: [who] }",
      ].join("\n"),
    );
    expect(result.status, result.logTail.join("\n")).to.equal("SUCCEEDED");
    const s3 = new S3Client({ ...local.asRoot, forcePathStyle: true });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "output.zip" }));
    const files = unzipSync((await Body?.transformToByteArray()) ?? new Uint8Array());
    const unique = buildId.split(":")[1] ?? "";
    expect(strFromU8(files.who ?? new Uint8Array()).trim()).to.equal(
      `arn:aws:sts::${accountId}:assumed-role/${name}/AWSCodeBuild-${unique}`,
    );
    const logs = new CloudWatchLogsClient(local.asRoot);
    const { builds = [] } = await client.send(new BatchGetBuildsCommand({ ids: [buildId] }));
    const { groupName, streamName } = builds[0]?.logs ?? {};
    const { events = [] } = await logs.send(
      new GetLogEventsCommand({ logGroupName: groupName, logStreamName: streamName, startFromHead: true }),
    );
    expect(events.filter(({ message }) => message?.startsWith("token")).map(({ message }) => message)).to.deep.equal([
      "token ***",
    ]);
  });

  it("refuses a pipeline's build the parameter of another environment", async () => {
    const { result } = await startForPipeline(
      "version: 0.2\nenv: { parameter-store: { OTHER: /shop/production/TOKEN } }\nphases: { build: { commands: [echo never] } }",
    );
    expect(result.status).to.equal("FAILED");
    const [failed] = result.phases.filter(({ phaseStatus }) => phaseStatus === "FAILED");
    expect([failed?.phaseType, failed?.contexts[0]?.statusCode]).to.deep.equal([
      "DOWNLOAD_SOURCE",
      "Decrypted Variables Error",
    ]);
    expect(failed?.contexts[0]?.message).to.include("ssm:GetParameters").and.include("/shop/production/TOKEN");
  });

  it("starts a build through the API only for a caller with the permission", async () => {
    const nobody = await local.role("nobody", "codebuild.amazonaws.com", []);
    const credentials = await local.identity.assume(nobody, "codebuild.amazonaws.com", "session");
    const start = new StartBuildCommand({
      projectName: name,
      sourceTypeOverride: "S3",
      sourceLocationOverride: `${bucket}/source.zip`,
    });
    const refused = await new CodeBuildClient({ ...local.asRoot, credentials })
      .send(start)
      .catch((error: unknown) => error);
    expect(String(refused)).to.include(`not authorized to perform: codebuild:StartBuild on resource: ${project}`);
    await put("version: 0.2\nphases: { build: { commands: ['true'] } }");
    const { build } = await client.send(start);
    let shown: Build | undefined = build;
    while (shown?.buildComplete === false) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      shown = (await client.send(new BatchGetBuildsCommand({ ids: [build?.id ?? ""] }))).builds?.[0];
    }
    expect([shown?.buildStatus, shown?.currentPhase, shown?.startTime instanceof Date]).to.deep.equal([
      "SUCCEEDED",
      "COMPLETED",
      true,
    ]);
  });

  it("refuses a project with settings that it does not support", async () => {
    const update = new UpdateProjectCommand({ name, cache: { type: "S3", location: bucket } });
    const refused = await client.send(update).catch((error: unknown) => error);
    expect(String(refused)).to.equal(
      "InvalidInputException: cache: the local cloud does not support this value; see local-cloud/codebuild/project.ts",
    );
  });
});
