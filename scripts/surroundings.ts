import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { DeclaredParameters } from "./declared-parameters.ts";
import type { Git } from "./git.ts";
import type { Machine } from "./machine.ts";
import type { StackNames } from "./stack-names.ts";

/** What a verb needs of the world around it. */
export interface Surroundings {
  /** A line for people; the result. */
  readonly say: (line: string) => void;
  /** A line about what went wrong. */
  readonly warn: (line: string) => void;
  /** Asks a person; undefined where none is there to answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Draws these lines where the ones drawn before stand; undefined where the output is no terminal. */
  readonly redraw: ((lines: readonly string[]) => void) | undefined;
  readonly locate: (stack: string) => Promise<StackNames>;
  readonly clients: (region: string | undefined) => Clients;
  /** The checkout that the verb is run in. */
  readonly git: Git;
  readonly now: () => Date;
  /** Waits between two looks. */
  readonly pause: () => Promise<void>;
  /** Is aborted by Ctrl-C, once a verb watches it. */
  readonly interruption: () => AbortSignal;
  /** @default - this machine */
  readonly machine?: Machine;
  /** The parameters that a stack declares. @default - those of the files of this repository */
  readonly declared?: (stack: string) => Promise<DeclaredParameters>;
}

/** Clients of the AWS services that verbs ask. */
export interface Clients {
  readonly codepipeline: CodePipelineClient;
  readonly ecs: ECSClient;
  readonly ecr: ECRClient;
  readonly ssm: SSMClient;
  readonly logs: CloudWatchLogsClient;
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
