import { setTimeout as sleep } from "node:timers/promises";
import { BatchGetProjectsCommand, CodeBuildClient, UpdateProjectCommand } from "@aws-sdk/client-codebuild";
import { CodePipelineClient, RetryStageExecutionCommand, type StageRetryMode } from "@aws-sdk/client-codepipeline";
import { DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { DescribeServicesCommand, ECSClient } from "@aws-sdk/client-ecs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Asked } from "../../local-cloud/index.ts";
import { startSurroundings, type Surroundings } from "../../rehearsal/example/surroundings.ts";
import { configure } from "../../rehearsal/prove/other-sources.ts";
import { rolePolicies } from "../../rehearsal/prove/role-policies.ts";
import { withdrawn } from "../../rehearsal/prove/withdrawn.ts";
import { lighten } from "./lighten.ts";
import { buildsOf, migrationsOf } from "./retry-steps.ts";

/** What the application of the retries does, by the parameters of its containers. */
export type Behaviour = Partial<Readonly<Record<"MIGRATION" | "WEB" | "WORKER", string>>>;

/** What a run has come to. */
export interface Verdict {
  /** Of the run: Succeeded, Failed or Stopped. */
  readonly status: string;
  /** `name status` of each action since the last look, sorted: some run at the same time. */
  readonly actions: readonly string[];
  /** The commit that each ECS service runs, by its container. */
  readonly serving: Readonly<Record<string, string>>;
}

type Variables = Readonly<Record<string, string>>;

export type SmallWorld = Awaited<ReturnType<typeof startSmallWorld>>;
export type RetryWorld = Awaited<ReturnType<typeof startRetryWorld>>;

const prefix = "shop-staging";

export interface RetryWorldArgs {
  /** Called with one line for people. */
  readonly log: (line: string) => void;
  /** Settings of the stack. @default - those of the file */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Called with each permission that a role needs for a call. @default - not called */
  readonly onAsked?: (asked: Asked) => void;
}

/** Staging of a small application with two ECS services and a migration, after its first `up`. */
export async function startSmallWorld({ log, settings = {}, onAsked }: RetryWorldArgs) {
  const sample = "test/rehearsal/retry-app";
  const around = await startSurroundings({
    environment: "staging",
    sample,
    log,
    ...(onAsked !== undefined && { onAsked }),
  });
  try {
    lighten(around.checkout);
    configure(around, settings);
    const world = worldOf(around);
    await world.behave({ MIGRATION: "ok", WEB: "ok", WORKER: "ok" });
    await around.up();
    // The stack's own address of the load balancer is a name that resolves only on AWS.
    await world.variables("verify", { SMOKE_TEST_URL: around.url(), SMOKE_TEST_ANSWER: "ok {commit}" });
    await around.finishHandshake();
    return { ...world, around };
  } catch (error) {
    await around.close();
    throw error;
  }
}

/** The same after its first release. */
export async function startRetryWorld(args: RetryWorldArgs) {
  const world = await startSmallWorld(args);
  const { around } = world;
  try {
    const { commit, executionId } = await around.push();
    const { status, actions } = await world.ended(executionId);
    if (status !== "Succeeded")
      throw new Error(`the first release must succeed: ${actions.join(", ")}: ${await around.buildLog()}`);
    return { ...world, first: { commit, executionId } };
  } catch (error) {
    await around.close();
    throw error;
  }
}

function worldOf(around: Surroundings) {
  const { client, cloud } = around;
  const [builds, pipelines, ssm] = [new CodeBuildClient(client), new CodePipelineClient(client), new SSMClient(client)];
  const ecs = new ECSClient(client);
  const seen = new Map<string, number>();
  const ended = async (executionId: string): Promise<Verdict> => {
    const { status, actions } = await around.runOf(executionId);
    await around.untilSteady();
    const since = seen.get(executionId) ?? 0;
    seen.set(executionId, actions.length);
    const newest = actions.slice(since).map(({ name, status: how }) => `${name} ${how}`);
    return { status, actions: newest.toSorted(), serving: await serving(around) };
  };
  /** Changes variables of a step's project; returns what restores them. */
  const variables = async (step: string, change: Variables) => {
    const name = `${prefix}-${step}`;
    const { projects = [] } = await builds.send(new BatchGetProjectsCommand({ names: [name] }));
    const environment = projects[0]?.environment;
    if (environment === undefined) throw new Error(`there is no project ${name}`);
    const others = (environment.environmentVariables ?? []).filter((one) => !((one.name ?? "") in change));
    const own = Object.entries(change).map(([variable, value]) => ({ name: variable, value }));
    const environmentVariables = [...others, ...own];
    await builds.send(new UpdateProjectCommand({ name, environment: { ...environment, environmentVariables } }));
    return async () => {
      await builds.send(new UpdateProjectCommand({ name, environment }));
    };
  };
  return {
    ended,
    behave: async (behaviour: Behaviour) => {
      for (const [name, Value] of Object.entries(behaviour))
        await ssm.send(
          new PutParameterCommand({ Name: `/shop/staging/${name}`, Type: "SecureString", Value, Overwrite: true }),
        );
    },
    /** Retries a stage of a run that has ended there, and waits for its end. */
    retry: async (
      executionId: string,
      stageName: "Build" | "Release",
      retryMode: StageRetryMode = "FAILED_ACTIONS",
    ) => {
      const stage = { pipelineName: prefix, stageName, pipelineExecutionId: executionId, retryMode };
      await pipelines.send(new RetryStageExecutionCommand(stage));
      return await ended(executionId);
    },
    /** The last line of the newest step that failed. */
    lastLine: async () => (await around.buildLog()).split(" · ").at(-1) ?? "",
    /** Runs something while a role of the environment lacks one of its actions. */
    forbidden: async <Result>(role: string, action: string, act: () => Promise<Result>) =>
      await withdrawn(await rolePolicies(client, prefix), role, action, act),
    variables,
    /** Runs something while a step has other variables. */
    changed: async <Result>(step: string, change: Variables, act: () => Promise<Result>) => {
      const restore = await variables(step, change);
      try {
        return await act();
      } finally {
        await restore();
      }
    },
    /** Runs something; while it does, the registry goes down as soon as something is so. */
    withoutRegistry: async <Result>(isSo: () => Promise<boolean>, act: () => Promise<Result>) => {
      const acting = act();
      const ended = acting.then(
        () => true,
        () => true,
      );
      try {
        for (let over = false; !over && !(await isSo());) over = await Promise.race([ended, sleep(20, false)]);
        cloud.setRegistry(false);
        return await acting;
      } finally {
        cloud.setRegistry(true);
      }
    },
    /** Whether an ECS service has a deployment in progress. */
    deploying: async () => {
      const services = [prefix, `${prefix}-worker`];
      const found = await ecs.send(new DescribeServicesCommand({ cluster: prefix, services }));
      return (found.services ?? []).some(({ deployments = [] }) => deployments.length > 1);
    },
    ...buildsOf(builds),
    /** `there`, or why the registry does not have the image of a commit. */
    image: (imageTag: string) =>
      new ECRClient(client)
        .send(new DescribeImagesCommand({ repositoryName: "shop/staging/web", imageIds: [{ imageTag }] }))
        .then(() => "there")
        .catch((error: unknown) => (error instanceof Error ? error.name : String(error))),
    migrations: migrationsOf(ecs),
  };
}

async function serving(around: Surroundings): Promise<Verdict["serving"]> {
  const ecs = new ECSClient(around.client);
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: prefix, services: [prefix, `${prefix}-worker`] }),
  );
  const found = services.map(({ desiredCount, runningCount }) => [desiredCount, runningCount]);
  if (found.some(([desired, running]) => desired !== running))
    throw new Error(`not all tasks run: ${JSON.stringify(found)}`);
  const images = await around.runningImages();
  return Object.fromEntries(
    images.map(({ container, tags }) => [container, tags.filter((tag) => /^[0-9a-f]{7}$/.test(tag)).join(" ")]),
  );
}
