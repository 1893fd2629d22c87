import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CodePipelineClient,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  PutApprovalResultCommand,
  RetryStageExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { rehearsalLabel, startPostgres } from "../../local-cloud/index.ts";
import type { Surroundings } from "../../rehearsal/example/surroundings.ts";
import { getText } from "../../rehearsal/kit/client.ts";
import { startRetryWorld } from "./retry-world.ts";

/** The state after a release or a failed one: what serves, what ECS runs, and migrations in progress. */
export interface Standing {
  readonly answer: string;
  readonly taskDefinition: string;
  readonly migrations: readonly string[];
}

export type FaultWorld = Awaited<ReturnType<typeof startFaultWorld>>;

const prefix = "shop-staging";

/** Staging of the small application with an approval, after its first release, and the faults that tests can cause. */
export async function startFaultWorld(log: (line: string) => void) {
  const world = await startRetryWorld({ log, settings: { approval: true } });
  const { around } = world;
  return { ...world, ...look(around), ...wait(around), ...faults(around) };
}

function look(around: Surroundings) {
  const { client, directory } = around;
  const [pipelines, ecs] = [new CodePipelineClient(client), new ECSClient(client)];
  const spanInRelease = async (executionId: string) => {
    const actions = (await actionsOf(pipelines, executionId)).filter(({ stageName }) => stageName === "Release");
    if (actions.length === 0) throw new Error(`${executionId}: was never in Release`);
    const times = actions.flatMap(({ startTime, lastUpdateTime }) => [Number(startTime), Number(lastUpdateTime)]);
    return { from: Math.min(...times), to: Math.max(...times) };
  };
  return {
    standing: async (): Promise<Standing> => {
      const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: prefix, services: [prefix] }));
      const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: prefix, family: `${prefix}-migrate` }));
      const answer = (await getText(around.url(), "/")).trim();
      return { answer, taskDefinition: services[0]?.taskDefinition ?? "", migrations: taskArns };
    },
    /** `name status` of the stages whose newest run this is. */
    stages: async (executionId: string): Promise<readonly string[]> => {
      const { stageStates = [] } = await pipelines.send(new GetPipelineStateCommand({ name: prefix }));
      return stageStates
        .filter(({ latestExecution }) => latestExecution?.pipelineExecutionId === executionId)
        .map(({ stageName, latestExecution }) => `${stageName ?? ""} ${latestExecution?.status ?? ""}`);
    },
    /** All that builds have printed. */
    logged: (): string => readFileSync(join(directory, "builds.log"), "utf8"),
    /** Whether two runs were in Release at the same time. */
    overlap: async (...ids: readonly [string, string]): Promise<boolean> => {
      const [one, other] = [await spanInRelease(ids[0]), await spanInRelease(ids[1])];
      return one.from < other.to && other.from < one.to;
    },
  };
}

function wait({ client }: Surroundings) {
  const [pipelines, ecs] = [new CodePipelineClient(client), new ECSClient(client)];
  return {
    /** Waits until the action Build of a run has this status; throws when the run ends before that. */
    build: async (pipelineExecutionId: string, status: "InProgress" | "Succeeded"): Promise<void> => {
      const run = { pipelineName: prefix, pipelineExecutionId };
      for (;;) {
        const actions = await actionsOf(pipelines, pipelineExecutionId);
        if (actions.some((one) => one.actionName === "Build" && one.status === status)) return;
        const { pipelineExecution } = await pipelines.send(new GetPipelineExecutionCommand(run));
        if (pipelineExecution?.status !== "InProgress")
          throw new Error(`${pipelineExecutionId}: it has ended, and no action Build was ${status}`);
        await sleep(50);
      }
    },
    /** Answers a run's approval as soon as it waits for one. */
    decide: async (executionId: string, status: "Approved" | "Rejected"): Promise<void> => {
      let token: string | undefined;
      while (token === undefined) {
        await sleep(100);
        const { stageStates = [] } = await pipelines.send(new GetPipelineStateCommand({ name: prefix }));
        const stage = stageStates.find(({ stageName }) => stageName === "Approve");
        const isIts = stage?.latestExecution?.pipelineExecutionId === executionId;
        token = isIts ? stage.actionStates?.[0]?.latestExecution?.token : undefined;
      }
      const place = { pipelineName: prefix, stageName: "Approve", actionName: "Approve", token };
      await pipelines.send(new PutApprovalResultCommand({ ...place, result: { status, summary: "not today" } }));
    },
    /** Waits until ECS rolls a deployment back. */
    rollsBack: async (): Promise<void> => {
      let statuses: readonly string[] = [];
      while (!statuses.some((status) => status.startsWith("ROLLBACK_"))) {
        await sleep(50);
        const listed = await ecs.send(new ListServiceDeploymentsCommand({ cluster: prefix, service: prefix }));
        statuses = (listed.serviceDeployments ?? []).map(({ status = "" }) => status);
      }
    },
  };
}

function faults({ client, cloud, directory }: Surroundings) {
  const [ecs, pipelines] = [new ECSClient(client), new CodePipelineClient(client)];
  return {
    /** Registers a new revision of a family as another person would: its containers print `planted` and end with 0. */
    plant: async (family: string): Promise<void> => {
      const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: family }));
      if (taskDefinition === undefined) throw new Error(`there is no family ${family}`);
      const { executionRoleArn, networkMode, volumes, cpu, memory, requiresCompatibilities } = taskDefinition;
      const kept = { family, executionRoleArn, networkMode, volumes, cpu, memory, requiresCompatibilities };
      const planted = { entryPoint: ["sh", "-c"], command: ["echo planted"] };
      const containerDefinitions = taskDefinition.containerDefinitions?.map((one) => ({ ...one, ...planted }));
      await ecs.send(new RegisterTaskDefinitionCommand({ ...kept, containerDefinitions }));
    },
    /** Retries the failed actions of the stage Release of a run that has failed there. */
    retryRelease: async (pipelineExecutionId: string): Promise<void> => {
      const stage = { pipelineName: prefix, stageName: "Release", pipelineExecutionId };
      await pipelines.send(new RetryStageExecutionCommand({ ...stage, retryMode: "FAILED_ACTIONS" }));
    },
    /** Starts the database that a migration may ask; until then, nothing has its name. */
    startDatabase: async (): Promise<void> => {
      const labels = { [rehearsalLabel]: basename(directory) };
      const password = randomBytes(16).toString("hex");
      await startPostgres({ network: cloud.world.network, labels, alias: "database", password });
    },
  };
}

async function actionsOf(pipelines: CodePipelineClient, pipelineExecutionId: string) {
  const filter = { pipelineExecutionId };
  const listed = await pipelines.send(new ListActionExecutionsCommand({ pipelineName: prefix, filter }));
  return listed.actionExecutionDetails ?? [];
}
