import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Desk } from "./desk.ts";
import type { Machine } from "./machine.ts";
import type { Git } from "../kit/git.ts";
import type { Project } from "../pulumi/project.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { ThisProcess } from "../pulumi/this-process.ts";

/** Everything outside itself that a verb uses. */
export interface Surroundings {
  /** Prints a line of the result. */
  readonly say: (line: string) => void;
  /** Prints a line about what went wrong. */
  readonly warn: (line: string) => void;
  /** Asks a person and returns the answer; undefined if the input is not a terminal. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Shows a drawing in place of the one before, until a line is printed; undefined if the output is not a terminal. */
  readonly redraw: ((drawing: Drawing) => void) | undefined;
  readonly locate: (stack: string) => Promise<StackNames>;
  readonly clients: (region: string | undefined) => Clients;
  /** The Pulumi project of the stacks. */
  readonly project: Project;
  /** The checkout of a stack's application; without a stack, the checkout that the verb is run in. */
  readonly git: (stack: string | undefined) => Git;
  readonly now: () => Date;
  /** The process that the verb runs in. */
  readonly self: ThisProcess;
  /** Waits between two requests for the state. */
  readonly pause: () => Promise<void>;
  /** A signal that Ctrl-C aborts; before the first call, Ctrl-C ends the process. */
  readonly interruption: () => AbortSignal;
  /** What doctor needs of the machine. @default - this machine */
  readonly machine?: Machine | undefined;
  /** The user's terminal, files and programs. @default - those of this process */
  readonly desk?: Desk;
}

/** The terminal that a drawing is for. */
export interface Look {
  /** Columns of the terminal. */
  readonly columns: number;
  /** Whether it shows colours and NO_COLOR is not set. */
  readonly colour: boolean;
}

/** Returns the lines to draw, none of them wider than the terminal. */
export type Drawing = (look: Look) => readonly string[];

/** Clients of the AWS services that verbs use. */
export interface Clients {
  readonly codepipeline: CodePipelineClient;
  readonly ecs: ECSClient;
  readonly ecr: ECRClient;
  readonly ssm: SSMClient;
  readonly logs: CloudWatchLogsClient;
  readonly cloudwatch: CloudWatchClient;
  readonly balancers: ElasticLoadBalancingV2Client;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
}

/** Clients for a region; without one, for the shell's region. */
export function awsClients(region: string | undefined): Clients {
  const settings = region === undefined ? {} : { region };
  return {
    codepipeline: new CodePipelineClient(settings),
    ecs: new ECSClient(settings),
    ecr: new ECRClient(settings),
    ssm: new SSMClient(settings),
    logs: new CloudWatchLogsClient(settings),
    cloudwatch: new CloudWatchClient(settings),
    balancers: new ElasticLoadBalancingV2Client(settings),
    iam: new IAMClient(settings),
    kms: new KMSClient(settings),
  };
}

/** Resolves when the signal is aborted. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
