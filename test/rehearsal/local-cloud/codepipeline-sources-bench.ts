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
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { sourceStage } from "../../../components/pipeline/source-stage.ts";
import type { BuildRunner } from "../../../local-cloud/codepipeline/build-action.ts";
import { valueOf } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";
import { policy } from "./local-endpoint.ts";
import { artifactStatements, bucket, startPipelineWorld } from "./pipeline-world.ts";
import type { PipelineWorld } from "./pipeline-world.ts";
import type { SourceSettings } from "../../../components/pipeline/source.ts";

/**
 * A CodePipeline with the program's own source stages, each with the permissions that it brings. It is started before the
 * tests of the `describe` that calls this, and closed after them.
 */
export function codePipelineSourcesBench() {
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

  /**
   * Creates a pipeline with the program's source stage and a build; its role has the stage's permissions, except one
   * action.
   */
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
  /** The text of a file in a build's source. */
  const given = async (index: number, name: string): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: builds[index]?.source?.key ?? "" }));
    return strFromU8(unzipSync((await Body?.transformToByteArray()) ?? new Uint8Array())[name] ?? new Uint8Array());
  };
  const upload = async (Bucket: string, text: string, tags: object = {}): Promise<string> => {
    const Body = zipSync({ "a.txt": strToU8(text) });
    const { VersionId = "" } = await s3.send(new PutObjectCommand({ Bucket, Key: "shop.zip", Body, ...tags }));
    return VersionId;
  };

  return {
    get on() {
      return on;
    },
    get connectionArn() {
      return connectionArn;
    },
    get s3() {
      return s3;
    },
    builds,
    create,
    newest,
    ended,
    denied,
    startWith,
    given,
    upload,
  };
}
