import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ApplicationAutoScalingClient, RegisterScalableTargetCommand } from "@aws-sdk/client-application-auto-scaling";
import {
  CodePipelineClient,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  type ActionExecutionDetail,
} from "@aws-sdk/client-codepipeline";
import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { approve } from "../kit/pipeline-run.ts";
import type { Outcome } from "./scenario.ts";
import type { Surroundings } from "../example/surroundings.ts";

/** The beginning of all names of the environment. */
export const prefix = "shop-staging";

/** An object in S3. */
export interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** The environment of the proof, with what scenarios can do to it as its owner. */
export type Site = ReturnType<typeof siteOf>;

/** What scenarios need of staging on the local cloud. */
export function siteOf(around: Surroundings) {
  const { client, cloud, directory } = around;
  const [pipelines, ecs] = [new CodePipelineClient(client), new ECSClient(client)];
  const actions = async (executionId: string): Promise<readonly ActionExecutionDetail[]> => {
    const filter = { pipelineExecutionId: executionId };
    const answer = await pipelines.send(new ListActionExecutionsCommand({ pipelineName: prefix, filter }));
    return answer.actionExecutionDetails ?? [];
  };
  const update = async (
    service: string,
    change: { readonly desiredCount?: number; readonly taskDefinition?: string },
  ) => {
    await ecs.send(new UpdateServiceCommand({ cluster: prefix, service, ...change }));
  };
  const scale = async (service: string, { minimum, suspended }: { minimum: number; suspended: boolean }) => {
    await new ApplicationAutoScalingClient(client).send(
      new RegisterScalableTargetCommand({
        ServiceNamespace: "ecs",
        ScalableDimension: "ecs:service:DesiredCount",
        ResourceId: `service/${prefix}/${service}`,
        MinCapacity: minimum,
        SuspendedState: {
          DynamicScalingInSuspended: suspended,
          DynamicScalingOutSuspended: suspended,
          ScheduledScalingSuspended: suspended,
        },
      }),
    );
  };
  const listen = () => {
    const texts = ["builds.log", "cloud.log"].map((file) => [file, read(join(directory, file)).length] as const);
    return () => texts.map(([file, from]) => read(join(directory, file)).slice(from)).join("\n");
  };
  return {
    around,
    ecs,
    actions,
    /** Begins to listen; returns a function for everything that builds and the local cloud have written since. */
    listen,
    /** Approves the action that waits for a person. */
    approve: () => approve(pipelines, prefix),
    update,
    /** Changes the minimum of a scalable target, and whether all of its scaling is suspended. */
    scale,
    /** The artifact of a run that an action took. */
    inputOf: async (executionId: string, action: string): Promise<Place> => {
      const taken = (await actions(executionId)).find(({ actionName }) => actionName === action);
      const { bucket = "", key = "" } = taken?.input?.inputArtifacts?.[0]?.s3location ?? {};
      return { bucket, key };
    },
    statusOf: async (pipelineExecutionId: string): Promise<string> => {
      const about = { pipelineName: prefix, pipelineExecutionId };
      return (await pipelines.send(new GetPipelineExecutionCommand(about))).pipelineExecution?.status ?? "";
    },
    service: async (name: string) => {
      const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: prefix, services: [name] }));
      const [found] = services;
      if (found === undefined) throw new Error(`${name}: no such service`);
      return found;
    },
    /** Runs a step's project as the pipeline does; returns the build's status and the marks in its log. */
    step: async ({
      project,
      input,
      variables = {},
      commit,
      output = false,
      marks = {},
    }: StepArgs): Promise<Outcome> => {
      const said = listen();
      const { done } = await cloud.codebuild.startBuild({
        projectName: `${prefix}-${project}`,
        caller: cloud.world.identity.callerOf("test"),
        initiator: `codepipeline/${prefix}`,
        environmentOverrides: Object.entries(variables).map(([name, value]) => ({ name, value })),
        source: input,
        ...(commit !== undefined && { resolvedSourceVersion: commit, sourceVersion: commit }),
        ...(output && { output: { bucket: input.bucket, key: `${prefix}/proof/${randomUUID()}` } }),
      });
      const { status } = await done;
      const log = said();
      const seen = Object.entries(marks).flatMap(([mark, pattern]) => (pattern.test(log) ? [mark] : []));
      return { outcome: [status, ...seen].join("; ") };
    },
  };
}

export interface StepArgs {
  /** The project's name without the environment's. */
  readonly project: string;
  readonly input: Place;
  readonly variables?: Readonly<Record<string, string>>;
  /** Revision of the source. @default - unknown */
  readonly commit?: string;
  /** Whether the build writes its artifact. @default - false */
  readonly output?: boolean;
  /** What else distinguishes outcomes: words for it, and the line of the log. @default - the status alone */
  readonly marks?: Readonly<Record<string, RegExp>>;
}

/** A step that cannot read the log of a task says so, and goes on. */
export const noLog = { "no log of the task is shown": /^\S+ \(no log(: .*)?\)$/m };

/** Waits for a condition, three minutes at most. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 180_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what}: still not true after 180 s`);
    await sleep(200);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
