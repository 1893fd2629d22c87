import { appendFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CodePipelineClient, StartPipelineExecutionCommand } from "@aws-sdk/client-codepipeline";
import { CodeStarConnectionsClient, ListConnectionsCommand } from "@aws-sdk/client-codestar-connections";
import { project } from "../../scripts/pulumi/project.ts";
import { stackNames } from "../../scripts/pulumi/stack-names.ts";
import type { Operation, StackResult } from "../../scripts/pulumi/stack.ts";
import type { Change } from "../changes.ts";
import {
  type Asked,
  attachProvider,
  beginRun,
  type Credentials,
  docker,
  endRun,
  type LocalCloud,
  type Run,
  startLocalCloud,
} from "../../local-cloud/index.ts";
import { createRepository, pushChange, pushFirst } from "../commits.ts";
import { ensureImages, exampleVariables } from "../images.ts";
import { buildLines } from "./build-lines.ts";
import { commandLine, type CommandOutcome } from "./command-line.ts";
import { declaredParameters, startDatabase } from "./database.ts";
import { credentialVariables, engineVariables, sourceRepository, stackRuns } from "./engine.ts";
import { pipelineLines } from "./pipeline-lines.ts";
import { awaitRun, type PipelineRun } from "./pipeline-run.ts";
import { runningImages, untilSteady, type RunningImage, type Services } from "./service-state.ts";
import { trustedUrl } from "./client.ts";

/** The whole environment of a journey, and what can be done there. */
export interface Surroundings {
  readonly environment: string;
  /** Folder of this run, with its logs. */
  readonly directory: string;
  readonly cloud: LocalCloud;
  /** Region, endpoint and credentials for clients of the local cloud. */
  readonly client: ReturnType<typeof clientSettings>;
  /** The checkout that commits are made in. */
  readonly checkout: string;
  /** Environment variables of the engine, the program and the providers. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Runs `up` from the present checkout. */
  up(): Promise<StackResult>;
  run(operation: Operation): Promise<StackResult>;
  /** Completes the connection to the Git provider, as a person does in the console. */
  finishHandshake(): Promise<void>;
  /** Makes a change, commits it and pushes it; without a change, pushes the first commit. */
  push(change?: Change): Promise<{ readonly commit: string; readonly executionId: string }>;
  /** Starts a run without a push, as a person does in the console; returns its id. */
  startRun(): Promise<string>;
  /**
   * Runs a command line of `npm run release` from the checkout, for this stack, as root or as a role, without a person
   * to answer questions.
   */
  commandLine(args: readonly string[], as?: Credentials): Promise<CommandOutcome>;
  /** Waits until a run of the pipeline has ended; approves it when the environment requires that. */
  runOf(executionId: string): Promise<PipelineRun>;
  /** Address of the load balancer on this machine. */
  url(): string;
  runningImages(): Promise<readonly RunningImage[]>;
  /** Kills one container of that name without ECS; returns a line that names it. */
  killContainer(name: string): Promise<string>;
  /** Waits until all tasks are healthy and no deployment is in progress. */
  untilSteady(): Promise<void>;
  /** Output of the newest failed command of a build, in one line; empty when there is none. */
  buildLog(): Promise<string>;
  /** The newest line of a build that matches; empty when there is none. */
  printed(pattern: RegExp): string;
  /** The commit that was pushed last. */
  head(): string;
  /** Stops and removes everything; safe to call at any time, and twice. */
  close(): Promise<void>;
}

export interface SurroundingsArgs {
  /** The stack; its name also selects the Compose file. */
  readonly environment: string;
  /** Called with one line for people. */
  readonly log: (line: string) => void;
  /** Called with each permission that a role needs for a call. @default - not called */
  readonly onAsked?: (asked: Asked) => void;
  /**
   * Folder of this repository whose application replaces the example, for example `examples/python-worker`.
   * @default - the example
   */
  readonly sample?: string;
}

/** Folder of all runs: outside the checkout, so that builds find neither its .git nor its node_modules. */
export const runsFolder = join(tmpdir(), "compose-ecs-pipeline");

const root = fileURLToPath(new URL("../..", import.meta.url));
const app = "shop";

/** Starts the local cloud, a PostgreSQL and the stand-in providers, and creates a repository with this project. */
export async function startSurroundings(args: SurroundingsArgs): Promise<Surroundings> {
  const run = beginRun(runsFolder);
  const closers: (() => Promise<void>)[] = [() => endRun(run)];
  const close = async () => {
    for (const one of closers.splice(0).toReversed()) await one();
  };
  try {
    return await start(args, run, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** Nothing listens there: a build that asked npm's registry would fail. Docker builds do not see this setting. */
export const noRegistry = "http://127.0.0.1:9/";

async function start(
  { environment, log, onAsked, sample }: SurroundingsArgs,
  run: Run,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Surroundings> {
  await ensureImages({ log });
  const builds = buildLines();
  const lineOf = pipelineLines();
  const cloud = await startLocalCloud({
    directory: run.directory,
    runId: run.id,
    labels: run.labels,
    log: (line) => {
      appendFileSync(join(run.directory, "cloud.log"), `${new Date().toISOString()} ${line}\n`);
    },
    onAsked,
    surroundings: { ...process.env, npm_config_registry: noRegistry },
    buildVariables: exampleVariables(),
    onPipelineEvent: (event) => {
      const line = lineOf(event);
      if (line !== undefined) log(line);
    },
    onBuildLine: (build, line) => {
      builds.add(line);
      appendFileSync(join(run.directory, "builds.log"), `${build.split(":")[0] ?? ""} ${line}\n`);
    },
  });
  closers.push(() => cloud.close());
  log(`the local cloud listens on ${cloud.endpointUrl}; its log is ${join(run.directory, "cloud.log")}`);

  const client = clientSettings(cloud);
  const repository = await createRepository({
    directory: join(run.directory, "repository"),
    sourceRoot: root,
    branch: branches[environment] ?? environment,
    sample,
  });
  const parameters = declaredParameters(repository.checkout, app, environment);
  if (parameters.includes("DATABASE_URL")) await startDatabase({ cloud, run, client }, app, environment);
  symlinkSync(join(root, "node_modules"), join(repository.checkout, "node_modules"));
  cloud.connections.mapRepository(sourceRepository, repository.remote);
  const variables = engineVariables(cloud, run);
  const provider = await attachProvider(variables);
  closers.push(() => provider.close());
  const prefix = `${app}-${environment}`;
  const pipelines = new CodePipelineClient(client);
  const engine = { ...variables, ...provider.environment };
  const runs = stackRuns({ environment, repository, variables: engine, parameters });
  let services: Services = { cluster: prefix, names: [] };
  const stack = async (operation: Operation): Promise<StackResult> => {
    const result = await runs(operation);
    const { serviceNames = services.names } = result.outputs as { readonly serviceNames?: readonly string[] };
    services = { cluster: prefix, names: serviceNames };
    return result;
  };
  const locate = (stackName: string) =>
    stackNames(stackName, { projectDirectory: repository.checkout, environment: engine });
  let head = "";
  return {
    environment,
    directory: run.directory,
    checkout: repository.checkout,
    variables: engine,
    cloud,
    client,
    up: () => stack("up"),
    run: stack,
    finishHandshake: () => finishHandshakes(cloud, client),
    push: async (change) => {
      const commit = change === undefined ? await pushFirst(repository) : await pushChange(repository, change);
      head = commit;
      const [executionId = ""] = cloud.pipelines.pushed(sourceRepository, repository.branch);
      return { commit, executionId };
    },
    startRun: async () => {
      const started = await pipelines.send(new StartPipelineExecutionCommand({ name: prefix }));
      return started.pipelineExecutionId ?? "";
    },
    commandLine: async ([verb = "", ...args], as) => {
      const credentials = as ?? client.credentials;
      // The provider calls AWS with the credentials of the process that has started it.
      const own = as && asksEngine(verb) ? await attachProvider({ ...engine, ...credentialVariables(as) }) : undefined;
      const place = { ...engine, ...own?.environment, ...credentialVariables(credentials) };
      const outcome = await commandLine([verb, "--stack", environment, ...args], {
        client: { ...client, credentials },
        checkout: repository.checkout,
        locate,
        project: project({ projectDirectory: repository.checkout, environment: place }),
      });
      await own?.close();
      return outcome;
    },
    runOf: (executionId) => awaitRun(pipelines, prefix, executionId),
    url: () => trustedUrl(cloud),
    runningImages: () => runningImages(client, services),
    killContainer: (name) => killContainer(cloud, prefix, name),
    untilSteady: () => untilSteady(client, services),
    buildLog: () => Promise.resolve(builds.failed()),
    printed: builds.newest,
    head: () => head,
    close,
  };
}

const asksEngine = (verb: string): boolean => ["cost", "destroy", "preview", "up"].includes(verb);

/** The branch that each stack of this repository releases. */
const branches: Readonly<Record<string, string>> = { staging: "staging", production: "main" };

function clientSettings(cloud: LocalCloud) {
  const { region, endpointUrl: endpoint } = cloud.world;
  return { region, endpoint, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
}

/** Completes every connection that waits for a person. */
async function finishHandshakes(cloud: LocalCloud, client: ReturnType<typeof clientSettings>): Promise<void> {
  const { Connections = [] } = await new CodeStarConnectionsClient(client).send(new ListConnectionsCommand({}));
  for (const { ConnectionArn = "" } of Connections) cloud.connections.finishHandshake(ConnectionArn);
}

async function killContainer(cloud: LocalCloud, prefix: string, name: string): Promise<string> {
  const [task, containers = {}] = Object.entries(cloud.ecs.containers(prefix, prefix))[0] ?? [];
  const id = containers[name];
  if (task === undefined || id === undefined) throw new Error(`no task runs a container ${name}`);
  await docker(["kill", id]);
  while (cloud.ecs.containers(prefix, prefix)[task] !== undefined) await new Promise((done) => setTimeout(done, 100));
  return `killed ${name} of task ${task.split("/").at(-1) ?? ""}`;
}
