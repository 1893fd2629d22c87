import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach } from "mocha";
import { planIn } from "../../build/code/plan-step.ts";
import type { BuildPlan } from "../../build/code/plan.ts";
import type { Clients } from "../../build/kit/clients.ts";
import { StepError } from "../../build/kit/step-error.ts";
import type { Surroundings } from "../../build/kit/surroundings.ts";
import { ComposeError } from "../../compose/index.ts";
import type { Answers } from "../support/command-line.ts";
import { startFakeAws } from "../support/fake-aws.ts";

/** Path of the program of a build. */
export const program = resolve(import.meta.dirname, "../../build/program.ts");

/** The Compose file of staging. */
export const compose = `services:
  web:
    image: shop/web:\${IMAGE_TAG:-latest}
    build: .
    environment: {DATABASE_URL: "\${DATABASE_URL}", LOG_LEVEL: "\${LOG_LEVEL}"}
    expose: [3000]
  proxy: {build: ./proxy, ports: [8080]}
  cache: {image: "cache:1"}
  migrate: {image: "shop/web:\${IMAGE_TAG:-latest}", profiles: [release]}
  notify: {image: "curl:1", profiles: [release]}
`;

/** The variables that a build has. */
export const environment: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "",
  BUILD_FORMAT: "2",
  ECS_ENV_NAME: "staging",
  ECS_CLUSTER: "shop-staging",
  ECS_SERVICE: "shop-staging",
  ECS_SERVICES: "shop-staging",
  RELEASE_DEFINITIONS: "arn:shop-staging-",
  RELEASE_REVISIONS: "migrate:3 notify:2",
  SOURCE_REVISION: "commit",
  CODEBUILD_RESOLVED_SOURCE_VERSION: "0123abc4567890123456789012345678901234ab",
  COMPOSE_PARAMETERS: "DATABASE_URL",
  COMPOSE_VARIABLES: "LOG_LEVEL",
  LOG_LEVEL: "info",
  REPOSITORY_WEB: "registry.example/shop/staging/web",
  REPOSITORY_PROXY: "registry.example/shop/staging/proxy",
};

/** The variables of a stack that releases what another environment has verified. */
export const promoting = { PROMOTE_FROM: "qa", PROMOTE_REPOSITORIES: "web=shop/qa/web proxy=shop/qa/proxy" };

let folder = "";

/** Path of a file in the folder of the running test. */
export const inFolder = (path: string): string => join(folder, path);

/** Gives each test of a suite a separate folder that holds the Compose file. */
export function useFolder(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "build-plan-"));
    writeFileSync(join(folder, "docker-compose-staging.yml"), compose);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
}

/** Runs the program in a process; returns its exit code and the lines of its error output. */
export function run(
  args: readonly string[],
  env = environment,
): { readonly code: number | null; readonly err: readonly string[] } {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: folder, env, encoding: "utf8" });
  return { code: status, err: stderr.split("\n").filter((line) => line !== "") };
}

/** The plan of a build with more variables. */
export const plan = (more: Readonly<Record<string, string>> = {}): BuildPlan =>
  planIn(folder, { ...environment, ...more });

/** A verb of the Build step. */
type Verb = (around: Surroundings, words: readonly string[]) => Promise<void>;

/** What a verb has done: its lines, its refusal, its calls of AWS, and the files that it has written for the pipeline. */
export interface Played {
  readonly said: readonly string[];
  readonly err: readonly string[];
  readonly calls: readonly (readonly [operation: string, input: unknown])[];
  readonly released: readonly string[];
}

/** Plays a verb on the folder `plan` in the folder of the running test, where AWS answers from a table. */
export async function play(
  verb: Verb,
  answers: Answers = {},
  more: Readonly<Record<string, string | undefined>> = {},
  words: readonly string[] = ["plan"],
): Promise<Played> {
  const calls: (readonly [string, unknown])[] = [];
  const noted = Object.entries(answers).map(
    ([operation, answer]) =>
      [
        operation,
        (input: never) => {
          calls.push([operation, input]);
          return answer?.(input);
        },
      ] as const,
  );
  const cloud = await startFakeAws(Object.fromEntries(noted));
  const said: string[] = [];
  const around: Surroundings = {
    environment: { ...environment, CODEBUILD_SRC_DIR: folder, ...more },
    clients: clientsAt(cloud.environment["AWS_ENDPOINT_URL"] ?? ""),
    folder,
    say: (line) => void said.push(line),
    pause: () => Promise.resolve(),
    now: () => 0,
  };
  try {
    await verb(around, words);
    return { said, err: [], calls, released: released() };
  } catch (error) {
    if (!(error instanceof StepError) && !(error instanceof ComposeError)) throw error;
    return { said, err: error.message.split("\n"), calls, released: released() };
  } finally {
    await cloud.close();
  }
}

/** The SDK's own clients, so that requests and errors are read as on AWS. */
function clientsAt(endpoint: string): Clients {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const options = { endpoint, credentials, region: "us-east-1", maxAttempts: 1 };
  return {
    ecs: new ECSClient(options),
    ecr: new ECRClient(options),
    codepipeline: new CodePipelineClient(options),
    logs: new CloudWatchLogsClient(options),
    balancers: new ElasticLoadBalancingV2Client(options),
    scaling: new ApplicationAutoScalingClient(options),
  };
}

const released = (): readonly string[] =>
  globSync(["imagedefinitions*.json", "release.json"], { cwd: folder }).toSorted();

/** The lines of a file that a verb has written into the folder `plan`. */
export const linesOf = (file: string): readonly string[] =>
  readFileSync(inFolder(`plan/${file}`), "utf8")
    .split("\n")
    .filter((line) => line !== "");

/** What the program says where the role of a build lacks a permission. */
export const noRights =
  'not authorized; run "pulumi up" for the stack, which gives the role its permissions; a policy of the account may deny it';
