import {
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import type { ActionDeclaration, StageDeclaration } from "@aws-sdk/client-codepipeline";
import { CodeStarConnectionsClient, CreateConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { BuildRunner } from "../../../local-cloud/codepipeline/build-action.ts";
import type { Input } from "../../../local-cloud/kit/service.ts";
import { policy } from "./local-endpoint.ts";
import { artifactStatements, bucket, connectionStatements, startPipelineWorld } from "./pipeline-world.ts";
import type { PipelineWorld } from "./pipeline-world.ts";

type BuildCall = Parameters<BuildRunner>[0];
type BuildOutcome = Awaited<Awaited<ReturnType<BuildRunner>>["done"]>;

const serviceArn = "arn:aws:ecs:us-east-1:000000000000:service/shop-staging/shop-staging";
/** A revision of the stand-in's task definition. */
export const revision = (number: number): string =>
  `arn:aws:ecs:us-east-1:000000000000:task-definition/shop-staging:${number}`;

/**
 * A CodePipeline whose builds end as a test says, next to a stand-in for ECS. It is started before the tests of the
 * `describe` that calls this, and closed after them.
 */
export function codePipelineBench() {
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
  const stage = async (name: string, stageName: string) =>
    (await on.client.send(new GetPipelineStateCommand({ name }))).stageStates?.find(
      (one) => one.stageName === stageName,
    );

  return {
    get on() {
      return on;
    },
    get roleArn() {
      return roleArn;
    },
    get connectionArn() {
      return connectionArn;
    },
    set outcome(next: typeof outcome) {
      outcome = next;
    },
    set rollsBack(next: boolean) {
      rollsBack = next;
    },
    builds,
    asked,
    allow,
    action,
    build,
    create,
    start,
    execution,
    ended,
    actions,
    summaries,
    stage,
  };
}

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
