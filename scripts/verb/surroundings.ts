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

/** What a verb needs of the world around it. */
export interface Surroundings {
  /** A line for people; the result. */
  readonly say: (line: string) => void;
  /** A line about what went wrong. */
  readonly warn: (line: string) => void;
  /** Asks a person; undefined where none is there to answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Shows a drawing in place of the one before, until a line is said; undefined where the output is no terminal. */
  readonly redraw: ((drawing: Drawing) => void) | undefined;
  readonly locate: (stack: string) => Promise<StackNames>;
  readonly clients: (region: string | undefined) => Clients;
  /** The Pulumi project of the stacks. */
  readonly project: Project;
  /** The checkout that the verb is run in. */
  readonly git: Git;
  readonly now: () => Date;
  /** The process that the verb runs in. */
  readonly self: ThisProcess;
  /** Waits between two looks. */
  readonly pause: () => Promise<void>;
  /** Is aborted by Ctrl-C, once a verb watches it. */
  readonly interruption: () => AbortSignal;
  /** What doctor asks of the machine. @default - this machine */
  readonly machine?: Machine | undefined;
  /** Where a person types and reads. @default - this machine's */
  readonly desk?: Desk;
}

/** What a drawing is made for. */
export interface Look {
  /** Columns of the terminal. */
  readonly columns: number;
  /** Whether it shows colours, and nobody has set NO_COLOR. */
  readonly colour: boolean;
}

/** Lines to be drawn, each in at most as many columns as there are. */
export type Drawing = (look: Look) => readonly string[];

/** Clients of the AWS services that verbs ask. */
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

/** Clients for a region; without one, for the shell's own. */
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

/** Ends when a person has interrupted. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
