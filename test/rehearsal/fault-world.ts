import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
  StopBuildCommand,
  UpdateProjectCommand,
} from "@aws-sdk/client-codebuild";
import {
  CodePipelineClient,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  PutApprovalResultCommand,
  RetryStageExecutionCommand,
  type StageRetryMode,
} from "@aws-sdk/client-codepipeline";
import { DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { docker } from "../../local-cloud/index.ts";
import { getText } from "../../rehearsal/kit/client.ts";
import type { PipelineRun } from "../../rehearsal/kit/pipeline-run.ts";
import { startSurroundings, type Surroundings } from "../../rehearsal/example/surroundings.ts";
import { rolePolicies } from "../../rehearsal/prove/role-policies.ts";
import { withdrawn } from "../../rehearsal/prove/withdrawn.ts";

/** The state after a release or a failed one: what serves, what ECS runs, and migrations in progress. */
export interface Standing {
  readonly version: string;
  readonly taskDefinition: string;
  readonly migrations: readonly string[];
}

/** A staging environment with an approval that serves its first commit, and the faults that tests can cause. */
export interface FaultWorld {
  readonly around: Surroundings;
  readonly standing: () => Promise<Standing>;
  /** `name status` of the stages whose newest run this is. */
  readonly stages: (executionId: string) => Promise<readonly string[]>;
  /** Phases that failed in the newest builds of the application, oldest first. */
  readonly failedPhases: (builds: number) => Promise<readonly string[]>;
  /** `there`, or why the registry does not have the image of a commit. */
  readonly imageOf: (commit: string) => Promise<string>;
  /** All that builds have printed. */
  readonly logged: () => string;
  /** Whether two runs were in Release at the same time. */
  readonly overlap: (one: string, other: string) => Promise<boolean>;
  /** Waits until a build enters a phase. */
  readonly buildEnters: (phase: string) => Promise<void>;
  readonly killBuild: () => Promise<void>;
  /** Answers a run's approval as soon as it waits for one. */
  readonly decide: (executionId: string, status: "Approved" | "Rejected") => Promise<void>;
  /** Waits until ECS rolls a deployment back. */
  readonly rollsBack: () => Promise<void>;
  /** Sets another limit for migrations; returns a function that restores the old one. */
  readonly limitMigrations: (minutes: string) => Promise<() => Promise<void>>;
  /** Returns a function that brings it back. */
  readonly takeDatabaseAway: () => Promise<() => Promise<void>>;
  /** Runs something while a role of the environment lacks one of its actions. */
  readonly forbidden: <Result>(role: string, action: string, act: () => Promise<Result>) => Promise<Result>;
  /** Registers a new revision of a family as another person would: its containers print `planted` and end with 0. */
  readonly plant: (family: string) => Promise<void>;
  /** Retries the stage Release of a run that has failed in it, and waits for its end. */
  readonly retry: (executionId: string, retryMode: StageRetryMode) => Promise<PipelineRun>;
}

const prefix = "shop-staging";

/** Starts it: the first `up` and the first release. */
export async function startFaultWorld(log: (line: string) => void): Promise<FaultWorld> {
  const around = await startSurroundings({ environment: "staging", log });
  try {
    appendFileSync(join(around.checkout, "Pulumi.staging.yaml"), "  compose-ecs-pipeline:approval: true\n");
    await around.up();
    await around.finishHandshake();
    const { executionId } = await around.push();
    const { status } = await around.runOf(executionId);
    if (status !== "Succeeded") throw new Error(`the first release must succeed, but: ${status}`);
    return { around, ...look(around), ...wait(around), ...faults(around) };
  } catch (error) {
    await around.close();
    throw error;
  }
}

function look(around: Surroundings) {
  const { client, directory } = around;
  const [builds, pipelines, ecs] = [new CodeBuildClient(client), new CodePipelineClient(client), new ECSClient(client)];
  const spanInRelease = async (pipelineExecutionId: string) => {
    const { actionExecutionDetails = [] } = await pipelines.send(
      new ListActionExecutionsCommand({ pipelineName: prefix, filter: { pipelineExecutionId } }),
    );
    const actions = actionExecutionDetails.filter(({ stageName }) => stageName === "Release");
    if (actions.length === 0) throw new Error(`${pipelineExecutionId}: was never in Release`);
    const times = actions.flatMap(({ startTime, lastUpdateTime }) => [Number(startTime), Number(lastUpdateTime)]);
    return { from: Math.min(...times), to: Math.max(...times) };
  };
  return {
    standing: async () => {
      const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: prefix, services: [prefix] }));
      const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: prefix, family: `${prefix}-migrate` }));
      const version = (await getText(around.url(), "/version")).trim();
      return { version, taskDefinition: services[0]?.taskDefinition ?? "", migrations: taskArns };
    },
    stages: async (executionId: string) => {
      const { stageStates = [] } = await pipelines.send(new GetPipelineStateCommand({ name: prefix }));
      return stageStates
        .filter(({ latestExecution }) => latestExecution?.pipelineExecutionId === executionId)
        .map(({ stageName, latestExecution }) => `${stageName ?? ""} ${latestExecution?.status ?? ""}`);
    },
    failedPhases: async (count: number) => {
      const ids = (await newestBuilds(builds)).slice(0, count).toReversed();
      const { builds: found = [] } = await builds.send(new BatchGetBuildsCommand({ ids }));
      return found.flatMap(({ phases = [] }) =>
        phases.flatMap(({ phaseType, phaseStatus }) => (phaseStatus === "FAILED" ? [phaseType ?? ""] : [])),
      );
    },
    imageOf: (commit: string) => {
      const imageIds = [{ imageTag: commit.slice(0, 7) }];
      return new ECRClient(client)
        .send(new DescribeImagesCommand({ repositoryName: "shop/staging/web", imageIds }))
        .then(() => "there")
        .catch((error: unknown) => (error instanceof Error ? error.name : String(error)));
    },
    logged: () => readFileSync(join(directory, "builds.log"), "utf8"),
    overlap: async (...ids: readonly [string, string]) => {
      const [one, other] = [await spanInRelease(ids[0]), await spanInRelease(ids[1])];
      return one.from < other.to && other.from < one.to;
    },
  };
}

function wait({ client, directory }: Surroundings) {
  const [pipelines, ecs] = [new CodePipelineClient(client), new ECSClient(client)];
  return {
    buildEnters: async (phase: string) => {
      const entered = (): number =>
        readFileSync(join(directory, "builds.log"), "utf8").split(`Entering phase ${phase}\n`).length;
      const before = entered();
      while (entered() === before) await sleep(20);
    },
    decide: async (executionId: string, status: "Approved" | "Rejected") => {
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
    rollsBack: async () => {
      let statuses: readonly string[] = [];
      while (!statuses.some((status) => status.startsWith("ROLLBACK_"))) {
        await sleep(50);
        const listed = await ecs.send(new ListServiceDeploymentsCommand({ cluster: prefix, service: prefix }));
        statuses = (listed.serviceDeployments ?? []).map(({ status = "" }) => status);
      }
    },
  };
}

function faults(around: Surroundings) {
  const { client, cloud } = around;
  const [builds, ecs, pipelines] = [new CodeBuildClient(client), new ECSClient(client), new CodePipelineClient(client)];
  return {
    forbidden: async <Result>(role: string, action: string, act: () => Promise<Result>) =>
      await withdrawn(await rolePolicies(client, prefix), role, action, act),
    plant: async (family: string) => {
      const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: family }));
      if (taskDefinition === undefined) throw new Error(`there is no family ${family}`);
      const { executionRoleArn, networkMode, volumes, cpu, memory, requiresCompatibilities } = taskDefinition;
      const planted = { entryPoint: ["sh", "-c"], command: ["echo planted"] };
      const containerDefinitions = taskDefinition.containerDefinitions?.map((one) => ({ ...one, ...planted }));
      await ecs.send(
        new RegisterTaskDefinitionCommand({
          family,
          executionRoleArn,
          networkMode,
          volumes,
          cpu,
          memory,
          requiresCompatibilities,
          containerDefinitions,
        }),
      );
    },
    retry: async (pipelineExecutionId: string, retryMode: StageRetryMode) => {
      const stage = { pipelineName: prefix, stageName: "Release", pipelineExecutionId, retryMode };
      await pipelines.send(new RetryStageExecutionCommand(stage));
      return await around.runOf(pipelineExecutionId);
    },
    killBuild: async () => {
      const [id] = await newestBuilds(builds);
      await builds.send(new StopBuildCommand({ id }));
    },
    limitMigrations: async (value: string) => {
      const name = `${prefix}-migrate`;
      const { projects = [] } = await builds.send(new BatchGetProjectsCommand({ names: [name] }));
      const environment = projects[0]?.environment;
      if (environment === undefined) throw new Error(`there is no project ${name}`);
      const others = (environment.environmentVariables ?? []).filter((variable) => variable.name !== "TIMEOUT_MINUTES");
      const environmentVariables = [...others, { name: "TIMEOUT_MINUTES", value }];
      await builds.send(new UpdateProjectCommand({ name, environment: { ...environment, environmentVariables } }));
      return async () => {
        await builds.send(new UpdateProjectCommand({ name, environment }));
      };
    },
    takeDatabaseAway: async () => {
      const { network } = cloud.world;
      const filters = ["--filter", `network=${network}`, "--filter", "ancestor=compose-ecs-pipeline/postgres:15"];
      const container = await docker(["ps", "--quiet", ...filters]);
      await docker(["network", "disconnect", network, container]);
      return async () => {
        await docker(["network", "connect", "--alias", "database", network, container]);
      };
    },
  };
}

/** Ids of the application's builds, newest first. */
async function newestBuilds(builds: CodeBuildClient): Promise<readonly string[]> {
  const { ids = [] } = await builds.send(new ListBuildsForProjectCommand({ projectName: `${prefix}-build` }));
  return ids;
}
