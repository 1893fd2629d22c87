import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { SSMClient } from "@aws-sdk/client-ssm";
import {
  checkout,
  project,
  runVerb,
  thisProcess,
  type Clients,
  type Surroundings,
} from "../../scripts/for-rehearsal.ts";

/** The result of a command line: its exit code and its output. */
export interface CommandOutcome {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Region, endpoint and credentials for clients of AWS. */
export interface ClientSettings {
  readonly region: string;
  /** @default - AWS itself */
  readonly endpoint?: string;
  /** Profile of the user's AWS configuration. @default - that of the environment */
  readonly profile?: string;
  /** @default - those of the user: of the environment, a profile … */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** What a command line is run with. */
export interface CommandPlace {
  readonly client: ClientSettings;
  /** The checkout of the application, and the folder that it is run in. */
  readonly checkout: string;
  /** The project in that folder, with the local cloud behind it. @default - without the local cloud */
  readonly project?: Surroundings["project"];
  /** How a stack's names are found. */
  readonly locate: Surroundings["locate"];
}

/** Runs a command line of `npm run release` without a person to answer questions. */
export async function commandLine(args: readonly string[], place: CommandPlace): Promise<CommandOutcome> {
  const lines: string[] = [];
  const tell = (line: string): void => void lines.push(line);
  const { client } = place;
  const code = await runVerb(args, {
    say: tell,
    warn: tell,
    ask: undefined,
    redraw: undefined,
    locate: place.locate,
    clients: () => verbClients(client),
    project: place.project ?? project({ projectDirectory: place.checkout }),
    git: () => checkout(place.checkout),
    now: () => new Date(),
    self: thisProcess(),
    pause: () => sleep(500),
    interruption: () => new AbortController().signal,
  });
  return { code, lines };
}

/** The clients of the verbs. */
export const verbClients = (client: ClientSettings): Clients => ({
  codepipeline: new CodePipelineClient(client),
  ecs: new ECSClient(client),
  ecr: new ECRClient(client),
  ssm: new SSMClient(client),
  logs: new CloudWatchLogsClient(client),
  cloudwatch: new CloudWatchClient(client),
  balancers: new ElasticLoadBalancingV2Client(client),
  iam: new IAMClient(client),
  kms: new KMSClient(client),
});
