import {
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  RetryStageExecutionCommand,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import type {
  ActionDeclaration,
  PipelineDeclaration,
  StageDeclaration,
  StageRetryMode,
} from "@aws-sdk/client-codepipeline";
import { CodeStarConnectionsClient, CreateConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { artifactStatements, bucket, connectionStatements, startPipelineWorld } from "./pipeline-world.ts";
import type { PipelineWorld } from "./pipeline-world.ts";

/**
 * A CodePipeline whose builds end as a test says and whose clock a test sets. It is started before the tests of the
 * `describe` that calls this, and closed after them.
 */
export function codePipelineRetryBench() {
  let on: PipelineWorld;
  let roleArn: string;
  let connectionArn: string;
  /** Builds in the order they started, and how each ends. */
  const builds: string[] = [];
  let outcome: (build: string) => Promise<string>;
  let clock = new Date();

  before(async () => {
    on = await startPipelineWorld(
      ({ projectName, output }) => {
        builds.push(projectName);
        const done = outcome(projectName).then((status) => ({
          status,
          artifact: output,
          exportedVariables: [],
          logTail: [],
        }));
        return Promise.resolve({ buildId: `${projectName}:${builds.length}`, done });
      },
      () => clock,
    );
    const { ConnectionArn } = await new CodeStarConnectionsClient(on.local.asRoot).send(
      new CreateConnectionCommand({ ConnectionName: "shop", ProviderType: "GitHub" }),
    );
    connectionArn = ConnectionArn ?? "";
    on.connections.finishHandshake(connectionArn);
    roleArn = await on.local.role("shop-staging-pipeline", "codepipeline.amazonaws.com", [
      ...artifactStatements,
      ...connectionStatements(connectionArn),
    ]);
  });
  beforeEach(() => {
    builds.length = 0;
    outcome = () => Promise.resolve("SUCCEEDED");
  });
  after(() => on.close());

  const build = (name: string, runOrder = 1): ActionDeclaration => ({
    name,
    runOrder,
    actionTypeId: { category: "Build", owner: "AWS", provider: "CodeBuild", version: "1" },
    inputArtifacts: [{ name: "Source" }],
    configuration: { ProjectName: name },
  });
  const approve = (timeoutInMinutes: number): ActionDeclaration => ({
    name: "Approve",
    actionTypeId: { category: "Approval", owner: "AWS", provider: "Manual", version: "1" },
    timeoutInMinutes,
  });
  const declaration = (name: string, stages: readonly StageDeclaration[]): PipelineDeclaration => ({
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
            actionTypeId: { category: "Source", owner: "AWS", provider: "CodeStarSourceConnection", version: "1" },
            outputArtifacts: [{ name: "Source" }],
            configuration: { ConnectionArn: connectionArn, FullRepositoryId: "team/shop", BranchName: name },
          },
        ],
      },
      ...stages,
    ],
  });
  /** Creates a pipeline; returns the id of its first run. */
  const create = async (name: string, ...stages: readonly StageDeclaration[]): Promise<string> => {
    on.commit(name, { "a.txt": "1" });
    await on.client.send(new CreatePipelineCommand({ pipeline: declaration(name, stages) }));
    const { pipelineExecutionSummaries = [] } = await on.client.send(
      new ListPipelineExecutionsCommand({ pipelineName: name }),
    );
    return pipelineExecutionSummaries[0]?.pipelineExecutionId ?? "";
  };
  const start = async (name: string): Promise<string> =>
    (await on.client.send(new StartPipelineExecutionCommand({ name }))).pipelineExecutionId ?? "";
  const ended = (pipelineName: string, pipelineExecutionId: string) =>
    on.until(async () => {
      const { pipelineExecution } = await on.client.send(
        new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }),
      );
      const going = ["InProgress", "Stopping"].includes(pipelineExecution?.status ?? "");
      return going ? undefined : pipelineExecution;
    });
  const actions = async (pipelineName: string, pipelineExecutionId: string): Promise<readonly string[]> => {
    const filter = { pipelineExecutionId };
    const { actionExecutionDetails = [] } = await on.client.send(
      new ListActionExecutionsCommand({ pipelineName, filter }),
    );
    return actionExecutionDetails.map(({ actionName, status }) => `${actionName ?? ""} ${status ?? ""}`).toReversed();
  };
  const stage = async (name: string, stageName: string) =>
    (await on.client.send(new GetPipelineStateCommand({ name }))).stageStates?.find(
      (one) => one.stageName === stageName,
    );
  const retry = (
    pipelineName: string,
    pipelineExecutionId: string,
    retryMode: StageRetryMode = "FAILED_ACTIONS",
    stageName = "Build",
  ): Promise<string> =>
    on.client
      .send(new RetryStageExecutionCommand({ pipelineName, pipelineExecutionId, stageName, retryMode }))
      .then(() => "retried", nameOf);
  const failing =
    (name: string, times = Infinity) =>
    (one: string): Promise<string> =>
      Promise.resolve(one === name && builds.filter((b) => b === name).length <= times ? "FAILED" : "SUCCEEDED");
  const three = (name = "Build"): StageDeclaration => ({
    name,
    actions: [build("one"), build("two"), build("three", 2)],
  });

  return {
    get on() {
      return on;
    },
    set outcome(next: typeof outcome) {
      outcome = next;
    },
    set clock(next: Date) {
      clock = next;
    },
    builds,
    build,
    approve,
    declaration,
    create,
    start,
    ended,
    actions,
    stage,
    retry,
    failing,
    three,
  };
}

/** The name of what was thrown. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));
