import { execFileSync } from "node:child_process";
import { join } from "node:path";
import {
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import type { SourceRevision } from "../../../local-cloud/codepipeline/run.ts";
import { CodeStarConnectionsClient, CreateConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { sourceStage } from "../../../components/pipeline/source-stage.ts";
import type { BuildRunner } from "../../../local-cloud/codepipeline/build-action.ts";
import { valueOf } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";
import { policy } from "./local-endpoint.ts";
import { artifactStatements, bucket, startPipelineWorld } from "./pipeline-world.ts";
import type { PipelineWorld } from "./pipeline-world.ts";
import type { SourceSettings } from "../../../components/pipeline/source.ts";

/** The program's own source stages, each with the permissions it brings, on the local CodePipeline. */
describe("CodePipeline's sources", function () {
  this.timeout(60_000);
  let on: PipelineWorld;
  let roleArn: string;
  let connectionArn: string;
  let s3: S3Client;
  const builds: Parameters<BuildRunner>[0][] = [];
  let made = 0;

  before(async () => {
    on = await startPipelineWorld((call) => {
      builds.push(call);
      const done = { status: "SUCCEEDED", artifact: undefined, exportedVariables: [], logTail: [] };
      return Promise.resolve({ buildId: `${call.projectName}:${builds.length}`, done: Promise.resolve(done) });
    });
    s3 = new S3Client({ ...on.local.asRoot, forcePathStyle: true });
    roleArn = await on.local.role("shop-staging-pipeline", "codepipeline.amazonaws.com", []);
    on.pipelines.mapRepository("shop", join(on.local.directory, "shop.git"));
    const created = await new CodeStarConnectionsClient(on.local.asRoot).send(
      new CreateConnectionCommand({ ConnectionName: "shop", ProviderType: "GitLab" }),
    );
    connectionArn = created.ConnectionArn ?? "";
    on.connections.finishHandshake(connectionArn);
    await s3.send(new CreateBucketCommand({ Bucket: "acme-source" }));
    await s3.send(new CreateBucketCommand({ Bucket: "unversioned" }));
    await s3.send(
      new PutBucketVersioningCommand({ Bucket: "acme-source", VersioningConfiguration: { Status: "Enabled" } }),
    );
  });
  beforeEach(() => {
    builds.length = 0;
  });
  after(() => on.close());

  /** Makes a pipeline of the program's source stage and a build, with what the stage needs but for one action. */
  const create = async (settings: SourceSettings, without = ""): Promise<string> => {
    const { declaration, statements, triggers } = sourceStage(staging, settings, ["web"]);
    const plain = await Promise.all(
      statements.map(async ({ Effect, Action, Resource }) => ({
        Effect,
        Action: (typeof Action === "string" || Array.isArray(Action)
          ? [Action].flat()
          : [await valueOf(Action as never)]
        ).filter((action) => action !== without),
        Resource: typeof Resource === "string" ? Resource : await valueOf(Resource as never),
      })),
    );
    const granted = plain.filter(({ Action }) => Action.length > 0);
    await new IAMClient(on.local.asRoot).send(
      new PutRolePolicyCommand({
        RoleName: "shop-staging-pipeline",
        PolicyName: "own",
        PolicyDocument: policy([...artifactStatements, ...granted]),
      }),
    );
    const [source] = declaration.actions;
    const name = `pipeline-${(made += 1)}`;
    const { ConnectionArn: connection, ...others } = source?.configuration as Readonly<Record<string, string>>;
    await on.client.send(
      new CreatePipelineCommand({
        pipeline: {
          name,
          roleArn,
          pipelineType: "V2",
          artifactStore: { type: "S3", location: bucket },
          stages: [
            {
              name: "Source",
              actions: [
                {
                  name: "Source",
                  actionTypeId: {
                    category: "Source",
                    owner: "AWS",
                    provider: source?.provider as string,
                    version: "1",
                  },
                  namespace: "SourceVariables",
                  outputArtifacts: [{ name: "Source" }],
                  configuration: { ...others, ...(connection === undefined ? {} : { ConnectionArn: connectionArn }) },
                },
              ],
            },
            {
              name: "Build",
              actions: [
                {
                  name: "Build",
                  actionTypeId: { category: "Build", owner: "AWS", provider: "CodeBuild", version: "1" },
                  inputArtifacts: [{ name: "Source" }],
                  configuration: { ProjectName: "build" },
                },
              ],
            },
          ],
          triggers: triggers.map(({ gitConfiguration }) => ({
            providerType: "CodeStarSourceConnection",
            gitConfiguration: {
              sourceActionName: "Source",
              push: (gitConfiguration as { pushes?: object[] }).pushes ?? [],
            },
          })),
        },
      }),
    );
    return name;
  };
  const newest = async (pipelineName: string): Promise<string> => {
    const { pipelineExecutionSummaries } = await on.client.send(new ListPipelineExecutionsCommand({ pipelineName }));
    return pipelineExecutionSummaries?.[0]?.pipelineExecutionId ?? "";
  };
  /** How a run ended, with the source action's error and variables. */
  const ended = async (pipelineName: string, pipelineExecutionId: string) => {
    await on.until(async () => {
      const { pipelineExecution } = await on.client.send(
        new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }),
      );
      return pipelineExecution?.status === "InProgress" ? undefined : pipelineExecution;
    });
    const { actionExecutionDetails } = await on.client.send(
      new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId } }),
    );
    const source = actionExecutionDetails?.find(({ actionName }) => actionName === "Source");
    const { errorDetails } = source?.output?.executionResult ?? {};
    return { error: [errorDetails?.code, errorDetails?.message], variables: source?.output?.outputVariables };
  };
  /** The action that a role lacked, and the bucket of the object that it was asked for. */
  const denied = ([, message]: readonly (string | undefined)[]): string | undefined =>
    message?.split(" is not authorized to perform: ")[1]?.replace(/ on resource: arn:aws:s3:::([^/]+)\/.*$/u, " on $1");
  const startWith = async (name: string, revisionType: string, revisionValue: string): Promise<string> => {
    const revision: SourceRevision = { actionName: "Source", revisionType, revisionValue };
    const started = await on.client.send(
      new StartPipelineExecutionCommand({ name, sourceRevisions: [revision as never] }),
    );
    return started.pipelineExecutionId ?? "";
  };
  /** The text of a file in what a build was given. */
  const given = async (index: number, name: string): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: builds[index]?.source?.key ?? "" }));
    return strFromU8(unzipSync((await Body?.transformToByteArray()) ?? new Uint8Array())[name] ?? new Uint8Array());
  };
  const upload = async (Bucket: string, text: string, tags: object = {}): Promise<string> => {
    const Body = zipSync({ "a.txt": strToU8(text) });
    const { VersionId = "" } = await s3.send(new PutObjectCommand({ Bucket, Key: "shop.zip", Body, ...tags }));
    return VersionId;
  };

  describe("a connection", () => {
    const connected = (change: object): SourceSettings => ({
      provider: "GitLab",
      repository: "team/shop",
      branch: "main",
      connectionArn,
      branches: ["main"],
      tags: [],
      filePaths: [],
      ...change,
    });

    it("takes the branch that was pushed to, and names it (CodeStarSourceConnection, output variables)", async () => {
      on.commit("main", { "a.txt": "main" });
      const name = await create(connected({ branches: ["release/*"] }));
      await ended(name, await newest(name));
      const commit = on.commit("release/1", { "a.txt": "release" });
      const [id = ""] = on.pipelines.pushed("team/shop", "release/1");
      const { error, variables } = await ended(name, id);
      expect([error, variables?.["BranchName"], variables?.["CommitId"]]).to.deep.equal([
        [undefined, undefined],
        "release/1",
        commit,
      ]);
      expect(builds.at(-1)?.resolvedSourceVersion).to.equal(commit);
    });

    it("takes a tag's commit, and no push to a branch where only tags are meant (user guide, push triggers)", async () => {
      const tagged = on.commit("main", { "a.txt": "tagged" });
      execFileSync("git", ["-C", join(on.local.directory, "shop.git"), "tag", "v1", tagged]);
      on.commit("main", { "a.txt": "later" });
      const name = await create(connected({ branches: [], tags: ["v*"] }));
      await ended(name, await newest(name));
      expect(on.pipelines.pushed("team/shop", "main")).to.deep.equal([]);
      const [id = ""] = on.pipelines.tagged("team/shop", "v1");
      expect((await ended(name, id)).variables).to.include({ CommitId: tagged });
      expect(builds.at(-1)?.resolvedSourceVersion).to.equal(tagged);
    });

    it("fails without s3:PutObjectAcl, since a connection uploads with an ACL (aws/aws-cdk#13557)", async () => {
      on.commit("main", { "a.txt": "main" });
      const name = await create(connected({}), "s3:PutObjectAcl");
      const { error } = await ended(name, await newest(name));
      expect([error[0], denied(error)]).to.deep.equal(["PermissionError", `s3:PutObjectAcl on ${bucket}`]);
      expect(builds).to.deep.equal([]);
    });
  });

  describe("CodeCommit", () => {
    const settings = { provider: "CodeCommit", repository: "shop", branch: "main" } as const;

    it("hands on its branch's head, or a chosen commit, with its variables (CodeCommit source action reference)", async () => {
      const older = on.commit("main", { "a.txt": "older" });
      const newer = on.commit("main", { "a.txt": "newer" });
      const name = await create(settings);
      const { variables } = await ended(name, await newest(name));
      const { AuthorDate, CommitterDate, ...more } = variables ?? {};
      expect(more).to.deep.equal({
        BranchName: "main",
        CommitId: newer,
        CommitMessage: "change a.txt",
        RepositoryName: "shop",
      });
      expect([AuthorDate, CommitterDate].map((date) => Number.isNaN(Date.parse(date ?? "")))).to.deep.equal([
        false,
        false,
      ]);
      await ended(name, await startWith(name, "COMMIT_ID", older));
      expect(builds.map(({ resolvedSourceVersion }) => resolvedSourceVersion)).to.deep.equal([newer, older]);
      expect([await given(0, "a.txt"), await given(1, "a.txt")]).to.deep.equal(["newer", "older"]);
    });

    it("fails for a repository or a branch that is not there", async () => {
      const failures = [];
      for (const change of [{ repository: "other" }, { branch: "nowhere" }]) {
        const name = await create({ ...settings, ...change });
        failures.push((await ended(name, await newest(name))).error);
      }
      expect(failures).to.deep.equal([
        ["RevisionUnavailable", "Could not find the repository other"],
        ["RevisionUnavailable", "The repository shop has no branch nowhere"],
      ]);
    });

    for (const action of ["GetBranch", "GetCommit", "GetUploadArchiveStatus", "UploadArchive"]) {
      it(`fails without codecommit:${action} (Manage the CodePipeline service role)`, async () => {
        const name = await create(settings, `codecommit:${action}`);
        const [code, message] = (await ended(name, await newest(name))).error;
        expect([code, message?.split(" is not authorized to perform: ")[1]]).to.deep.equal([
          "PermissionError",
          `codecommit:${action} on resource: arn:aws:codecommit:us-east-1:000000000000:shop`,
        ]);
      });
    }
  });

  describe("S3", () => {
    const settings = { provider: "S3", bucket: "acme-source", key: "shop.zip" } as const;

    it("hands on the newest version, or a chosen one, by the version's id (Amazon S3 source action reference)", async () => {
      const older = await upload("acme-source", "older");
      const newer = await upload("acme-source", "newer");
      const name = await create(settings);
      const { variables } = await ended(name, await newest(name));
      const { ETag, ...more } = variables ?? {};
      expect(more).to.deep.equal({ BucketName: "acme-source", ObjectKey: "shop.zip", VersionId: newer });
      expect(ETag).to.match(/^"[0-9a-f]{32}"$/u);
      await ended(name, await startWith(name, "S3_OBJECT_VERSION_ID", older));
      // "CODEBUILD_RESOLVED_SOURCE_VERSION: the source revision provided by CodePipeline".
      expect(builds.map(({ resolvedSourceVersion }) => resolvedSourceVersion)).to.deep.equal([newer, older]);
      expect([await given(0, "a.txt"), await given(1, "a.txt")]).to.deep.equal(["newer", "older"]);
    });

    it("fails for a bucket without versioning, and for an object that is not there", async () => {
      await upload("unversioned", "any");
      const failures = [];
      for (const change of [{ bucket: "unversioned" }, { key: "other.zip" }]) {
        const name = await create({ ...settings, ...change });
        failures.push((await ended(name, await newest(name))).error);
      }
      expect(failures).to.deep.equal([
        ["ConfigurationError", "The bucket unversioned has no versioning; it must be enabled"],
        ["RevisionUnavailable", "NoSuchKey: the object other.zip in the bucket acme-source"],
      ]);
    });

    const tagged = { Tagging: "team=shop&stage=a%20b" };

    it("hands on the object's tags with it (Manage the CodePipeline service role, tagged objects)", async () => {
      await upload("acme-source", "tagged", tagged);
      const name = await create(settings);
      expect((await ended(name, await newest(name))).error).to.deep.equal([undefined, undefined]);
      const artifact = { Bucket: bucket, Key: builds[0]?.source?.key ?? "" };
      const { TagSet } = await s3.send(new GetObjectTaggingCommand(artifact));
      expect(TagSet).to.have.deep.members([
        { Key: "team", Value: "shop" },
        { Key: "stage", Value: "a b" },
      ]);
    });

    for (const [action, of] of [
      ["GetObjectTagging", "acme-source"],
      ["GetObjectVersionTagging", "acme-source"],
      ["PutObjectTagging", bucket],
    ] as const) {
      it(`fails without s3:${action} where the object has tags, and does without where it has none (the same page)`, async () => {
        const outcomes = [];
        for (const tags of [tagged, {}]) {
          await upload("acme-source", "any", tags);
          const name = await create(settings, `s3:${action}`);
          outcomes.push(denied((await ended(name, await newest(name))).error));
        }
        expect(outcomes).to.deep.equal([`s3:${action} on ${of}`, undefined]);
      });
    }

    const arn = "arn:aws:s3:::acme-source";
    for (const [action, resource] of [
      ["GetBucketAcl", arn],
      ["GetBucketLocation", arn],
      ["GetBucketVersioning", arn],
      ["GetObject", `${arn}/shop.zip`],
      ["GetObjectVersion", `${arn}/shop.zip`],
    ] as const) {
      it(`fails without s3:${action} (Manage the CodePipeline service role)`, async () => {
        const name = await create(settings, `s3:${action}`);
        const [code, message] = (await ended(name, await newest(name))).error;
        expect([code, message?.split(" is not authorized to perform: ")[1]]).to.deep.equal([
          "PermissionError",
          `s3:${action} on resource: ${resource}`,
        ]);
      });
    }
  });
});
