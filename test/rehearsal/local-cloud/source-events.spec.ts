import { join } from "node:path";
import {
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  StartPipelineExecutionCommand,
  type StageDeclaration,
} from "@aws-sdk/client-codepipeline";
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { sourceStage } from "../../../components/pipeline/source-stage.ts";
import { buildStage } from "../../../components/pipeline/build-stage.ts";
import type { Stage } from "../../../components/pipeline/stages.ts";
import type { BuildRunner } from "../../../local-cloud/codepipeline/build-action.ts";
import { eventsService, type Events } from "../../../local-cloud/events/events.ts";
import { branchUpdated } from "../../../local-cloud/events/source-events.ts";
import { staging } from "../../support/names.ts";
import { accountId, policy, region } from "./local-endpoint.ts";
import { artifactStatements, bucket, startPipelineWorld, type PipelineWorld } from "./pipeline-world.ts";
import type { SourceSettings } from "../../../components/pipeline/source.ts";

/**
 * The program's own sources that an event starts, with their rules, on the local EventBridge, ECR, S3 and CodePipeline.
 */
describe("a source that an event starts", function () {
  this.timeout(60_000);
  const names = ["proxy", "web"];
  const builds: Parameters<BuildRunner>[0][] = [];
  let on: PipelineWorld;
  let events: Events;
  let ruleRole: string;
  let roleArn: string;
  let s3: S3Client;
  let password: string;
  let made = 0;

  before(async () => {
    on = await startPipelineWorld((call) => {
      builds.push(call);
      const done = { status: "SUCCEEDED", artifact: undefined, exportedVariables: [], logTail: [] };
      return Promise.resolve({ buildId: `${call.projectName}:${builds.length}`, done: Promise.resolve(done) });
    });
    events = eventsService(on.world, on.pipelines.startedByRule);
    on.local.endpoint.serve(events);
    on.local.endpoint.observe((event) => void events.emit(event));
    s3 = new S3Client({ ...on.local.asRoot, forcePathStyle: true });
    roleArn = await on.local.role("shop-staging-pipeline", "codepipeline.amazonaws.com", []);
    ruleRole = await on.local.role("shop-staging-start", "events.amazonaws.com", []);
    on.pipelines.mapRepository("shop", join(on.local.directory, "shop.git"));
    await s3.send(new CreateBucketCommand({ Bucket: "acme-source" }));
    await s3.send(
      new PutBucketVersioningCommand({ Bucket: "acme-source", VersioningConfiguration: { Status: "Enabled" } }),
    );
    const ecr = new ECRClient(on.local.asRoot);
    for (const name of names) await ecr.send(new CreateRepositoryCommand({ repositoryName: `shop/staging/${name}` }));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand());
    password = authorizationData?.[0]?.authorizationToken ?? "";
  });
  beforeEach(() => {
    builds.length = 0;
  });
  after(() => on.close());

  const allow = (RoleName: string, statements: readonly object[]) =>
    new IAMClient(on.local.asRoot).send(
      new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument: policy(statements) }),
    );

  /**
   * Creates the program's pipeline for a source, its rule and both roles; `mayStart` names the pipeline that the rule's
   * role may start.
   */
  const create = async (settings: SourceSettings, { without = "", mayStart = "" } = {}) => {
    const source = sourceStage(staging, settings, names);
    const name = `pipeline-${(made += 1)}`;
    const arn = `arn:aws:codepipeline:${region}:${accountId}:${name}`;
    const statements = source.statements.filter(({ Action }) => ![Action].flat().includes(without));
    await allow("shop-staging-pipeline", [...artifactStatements, ...statements]);
    await allow("shop-staging-start", [
      { Effect: "Allow", Action: "codepipeline:StartPipelineExecution", Resource: mayStart || arn },
    ]);
    await on.client.send(
      new CreatePipelineCommand({
        pipeline: {
          name,
          roleArn,
          pipelineType: "V2",
          artifactStore: { type: "S3", location: bucket },
          stages: [declared(source), declared(buildStage({ names: staging, source: { provider: "ECR" } }, source))],
        },
      }),
    );
    const bridge = new EventBridgeClient(on.local.asRoot);
    await bridge.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(source.startedBy) }));
    await bridge.send(
      new PutTargetsCommand({ Rule: name, Targets: [{ Id: "pipeline", Arn: arn, RoleArn: ruleRole }] }),
    );
    return name;
  };

  /** A stage in the API's form; the provider flattens an action's type. */
  const declared = ({ declaration }: Stage) =>
    ({
      name: declaration.name,
      actions: declaration.actions.map(
        ({ category, owner, provider, version, inputArtifacts = [], outputArtifacts = [], ...more }) => ({
          ...more,
          actionTypeId: { category, owner, provider, version },
          inputArtifacts: (inputArtifacts as string[]).map((artifact) => ({ name: artifact })),
          outputArtifacts: (outputArtifacts as string[]).map((artifact) => ({ name: artifact })),
        }),
      ),
    }) as unknown as StageDeclaration;

  /** The runs of a pipeline, oldest first: how each was started, and how it ended. */
  const runs = async (pipelineName: string, count: number) =>
    on.until(async () => {
      const { pipelineExecutionSummaries = [] } = await on.client.send(
        new ListPipelineExecutionsCommand({ pipelineName }),
      );
      if (pipelineExecutionSummaries.length < count) return undefined;
      const ended = pipelineExecutionSummaries.every(({ status }) => status !== "InProgress");
      return ended ? pipelineExecutionSummaries.toReversed() : undefined;
    });

  /** Pushes an image that has only a manifest; returns its digest. */
  const push = async (image: string, tag: string, content: string): Promise<string> => {
    const url = `${on.local.endpoint.url}/v2/shop/staging/${image}/manifests/${tag}`;
    const body = JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", content });
    const headers = {
      authorization: `Basic ${password}`,
      "content-type": "application/vnd.oci.image.manifest.v1+json",
    };
    const response = await fetch(url, { method: "PUT", body, headers });
    expect(response.status).to.equal(201);
    return response.headers.get("docker-content-digest") ?? "";
  };

  const upload = (Key: string) =>
    s3.send(new PutObjectCommand({ Bucket: "acme-source", Key, Body: zipSync({ "a.txt": strToU8("1") }) }));

  describe("in ECR", () => {
    const settings = { provider: "ECR", imageTag: "latest" } as const;

    it("hands on the imageDetail.json of each image, by its tag or by a digest (Amazon ECR source action reference)", async () => {
      const older = await push("web", "latest", "older");
      const proxy = await push("proxy", "latest", "proxy");
      const name = await create(settings);
      await runs(name, 1);
      const newer = await push("web", "latest", "newer");
      const [, second] = await runs(name, 2);
      expect([second?.trigger?.triggerType, second?.status]).to.deep.equal(["CloudWatchEvent", "Succeeded"]);
      const { actionExecutionDetails = [] } = await on.client.send(
        new ListActionExecutionsCommand({
          pipelineName: name,
          filter: { pipelineExecutionId: second?.pipelineExecutionId },
        }),
      );
      const web = actionExecutionDetails.find(({ actionName }) => actionName === "Source-web");
      const uri = (digest: string) => `${on.local.endpoint.host}/shop/staging/web@${digest}`;
      expect(web?.output?.outputVariables).to.deep.equal({
        ImageDigest: newer,
        ImageTag: "latest",
        ImageURI: uri(newer),
        RegistryId: accountId,
        RepositoryName: "shop/staging/web",
      });
      const build = builds.at(-1);
      expect(Object.keys(build?.secondary ?? {})).to.deep.equal(["Image2"]);
      expect([await detail(build?.source?.key), await detail(build?.secondary["Image2"]?.key)]).to.deep.equal([
        `${on.local.endpoint.host}/shop/staging/proxy@${proxy}`,
        uri(newer),
      ]);
      await on.client.send(
        new StartPipelineExecutionCommand({
          name,
          sourceRevisions: [{ actionName: "Source-web", revisionType: "IMAGE_DIGEST", revisionValue: older }],
        }),
      );
      await runs(name, 3);
      expect(await detail(builds.at(-1)?.secondary["Image2"]?.key)).to.equal(uri(older));
    });

    /** The URI in the source of a build. */
    const detail = async (Key = ""): Promise<unknown> => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const files = unzipSync((await Body?.transformToByteArray()) ?? new Uint8Array());
      const text = strFromU8(files["imageDetail.json"] ?? new Uint8Array());
      return (JSON.parse(text) as { readonly ImageURI: string }).ImageURI;
    };

    it("is started by its own tag only, and by its own repositories", async () => {
      const name = await create(settings);
      await runs(name, 1);
      await push("web", "0123abc", "other tag");
      await push("web", "latest", "own tag");
      expect((await runs(name, 2)).length).to.equal(2);
    });

    it("fails where a repository has no such image, or the role may not look", async () => {
      const failures = [];
      for (const [change, without] of [
        [{ imageTag: "nowhere" }, ""],
        [{}, "ecr:DescribeImages"],
      ] as const) {
        const name = await create({ ...settings, ...change }, { without });
        const [run] = await runs(name, 1);
        const { actionExecutionDetails = [] } = await on.client.send(
          new ListActionExecutionsCommand({ pipelineName: name }),
        );
        const proxy = actionExecutionDetails.find(({ actionName }) => actionName === "Source-proxy");
        const { code, message } = proxy?.output?.executionResult?.errorDetails ?? {};
        failures.push([run?.status, code, message?.split(" is not authorized to perform: ").at(-1)]);
      }
      expect(failures).to.deep.equal([
        ["Failed", "RevisionUnavailable", "shop/staging/proxy has no image nowhere"],
        [
          "Failed",
          "PermissionError",
          "ecr:DescribeImages because no identity-based policy allows the ecr:DescribeImages action",
        ],
      ]);
    });
  });

  it("in S3 is started by a new version of its object, and by no other object's", async () => {
    await upload("shop.zip");
    const name = await create({ provider: "S3", bucket: "acme-source", key: "shop.zip" });
    await runs(name, 1);
    await upload("other.zip");
    await upload("shop.zip");
    const started = await runs(name, 2);
    expect(started.map(({ trigger, status }) => [trigger?.triggerType, status])).to.deep.equal([
      ["CreatePipeline", "Succeeded"],
      ["CloudWatchEvent", "Succeeded"],
    ]);
  });

  it("in CodeCommit is started by its own branch, as the commit that came", async () => {
    on.commit("main", { "a.txt": "1" });
    const name = await create({ provider: "CodeCommit", repository: "shop", branch: "main" });
    await runs(name, 1);
    const commit = on.commit("main", { "a.txt": "2" });
    expect(await events.emit(branchUpdated(on.world, "shop", "other"))).to.deep.equal([]);
    expect(await events.emit(branchUpdated(on.world, "elsewhere", "main"))).to.deep.equal([]);
    const [id] = await events.emit(branchUpdated(on.world, "shop", "main"));
    await runs(name, 2);
    const { pipelineExecution } = await on.client.send(
      new GetPipelineExecutionCommand({ pipelineName: name, pipelineExecutionId: id }),
    );
    expect(pipelineExecution?.artifactRevisions?.map(({ revisionId }) => revisionId)).to.deep.equal([commit]);
  });

  it("does not start when the rule's role may not start this pipeline", async () => {
    const mayStart = `arn:aws:codepipeline:${region}:${accountId}:another`;
    const name = await create({ provider: "CodeCommit", repository: "shop", branch: "main" }, { mayStart });
    await runs(name, 1);
    expect(await events.emit(branchUpdated(on.world, "shop", "main"))).to.deep.equal([]);
  });
});
