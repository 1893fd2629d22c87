import { appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CodePipelineClient, StartPipelineExecutionCommand } from "@aws-sdk/client-codepipeline";
import { CodeStarConnectionsClient, ListConnectionsCommand } from "@aws-sdk/client-codestar-connections";
import {
  type Asked,
  attachProvider,
  beginRun,
  type Credentials,
  endRun,
  type LocalCloud,
  type Run,
  onlyRecorded,
  serverVariables,
  startLocalCloud,
} from "../../local-cloud/index.ts";
import type { Configuration, Operation, StackResult } from "../../scripts/for-rehearsal.ts";
import type { CommandOutcome } from "../kit/command-line.ts";
import { git, pushChange, type Repository } from "../kit/commits.ts";
import { awaitRun } from "../kit/pipeline-run.ts";
import type { Place } from "../kit/place.ts";
import { healthPathOf, runningImages, serviceStates, untilSteady } from "../kit/service-state.ts";
import { buildLines } from "./build-lines.ts";
import { clientSettings, engineVariables } from "./engine.ts";
import { killContainer, killOne } from "./kill-container.ts";
import { pipelineLines } from "./pipeline-lines.ts";
import { runVerb } from "./run-verb.ts";
import { stackOf } from "./stack-of.ts";
import { trustedUrl } from "./trusted-url.ts";

/** A place on the local cloud, with what only tests and the example's journey do there. */
export interface LocalPlace extends Place {
  readonly cloud: LocalCloud;
  /** Region, endpoint and credentials for clients of the local cloud. */
  readonly client: ReturnType<typeof clientSettings>;
  /** The checkout that commits are made in. */
  readonly checkout: string;
  /** Environment variables of the engine, the program and the providers. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  run(operation: Operation): Promise<StackResult>;
  /** Starts a run without a push, as a person does in the console; returns its id. */
  startRun(): Promise<string>;
  /** As in `Place`; as root, or as a role. */
  commandLine(args: readonly string[], as?: Credentials): Promise<CommandOutcome>;
  /** Address of the load balancer on this machine; throws if there is none. */
  url(): string;
  /** Kills one container of that name without ECS; returns a line that names it. */
  killContainer(name: string): Promise<string>;
  /** The newest line of a build that matches; empty when there is none. */
  printed(pattern: RegExp): string;
  /** The commit that was pushed last. */
  head(): string;
}

/** What is rehearsed on a local cloud. */
export interface Prepared {
  readonly repository: Repository;
  /** Folder of the program: the one with Pulumi.yaml. */
  readonly program: string;
  /** Name of the repository in the stack's configuration; the local cloud maps it to the remote. */
  readonly source: string;
  /** Configuration that the first operation writes to the stack's file. */
  readonly configuration: Configuration;
  /** Makes the commit of the first push, and pushes it; returns its id. */
  readonly pushFirst: (repository: Repository) => Promise<string>;
}

export interface LocalPlaceArgs {
  readonly environment: string;
  /** Called with one line for people. */
  readonly log: (line: string) => void;
  /** Called with each permission that a role needs for a call. @default - not called */
  readonly onAsked?: ((asked: Asked) => void) | undefined;
  /** Region of the stack. @default us-east-1 */
  readonly region?: string | undefined;
  /** Path of the emulator's command. @default - the one in .tools of this project */
  readonly ministack?: string | undefined;
  /** What builds get of this machine's environment. @default - this process's environment */
  readonly surroundings?: NodeJS.ProcessEnv;
  /** Variables of every build, as if the image of its host had them; a project's variables win. @default - none */
  readonly buildVariables?: Readonly<Record<string, string>>;
  /** The run that the place belongs to. @default - a new one */
  readonly run?: Run;
  /** Seconds that a run of the pipeline may take. @default 600 */
  readonly runSeconds?: number;
  /** Whether resources that the local cloud does not know are recorded; the log names their types. @default - they are refused */
  readonly recordsUnknown?: boolean;
  /** Seconds within which services become steady. @default 120 */
  readonly steadySeconds?: number;
  /** Makes the repository, and sets what has to be there before the first `up`. */
  readonly prepare: (run: Run, cloud: LocalCloud, client: ReturnType<typeof clientSettings>) => Promise<Prepared>;
}

/** Folder of all runs: outside the checkout, so that builds find neither its .git nor its node_modules. */
export const runsFolder = join(tmpdir(), "compose-ecs-pipeline");

/** Starts the local cloud and the stand-in providers, with an application's repository. */
export async function startLocalPlace(args: LocalPlaceArgs): Promise<LocalPlace> {
  const { run = beginRun(runsFolder) } = args;
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

async function start(
  args: LocalPlaceArgs,
  run: Run,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<LocalPlace> {
  const { environment } = args;
  const builds = buildLines();
  const cloud = await startCloud(args, run, builds.add);
  closers.push(() => cloud.close());
  args.log(`the local cloud listens on ${cloud.endpointUrl}; its log is ${join(run.directory, "cloud.log")}`);
  const client = clientSettings(cloud);
  const prepared = await args.prepare(run, cloud, client);
  const { repository, source, program, configuration } = prepared;
  const { checkout } = repository;
  cloud.connections.mapRepository(source, repository.remote);
  const own = {
    ...engineVariables(cloud, run),
    ...(args.recordsUnknown === true && { [serverVariables.recordsUnknown]: "true" }),
  };
  const provider = await attachProvider(own, undefined, (line) => {
    // Everything else that it writes is the engine's as well.
    if (line.endsWith(onlyRecorded)) args.log(line);
  });
  closers.push(() => provider.close());
  const variables = { ...own, ...provider.environment };
  const pipelines = new CodePipelineClient(client);
  const stack = stackOf({ stack: environment, program, configuration, variables });
  const { names } = stack;
  let head = "";
  return {
    environment,
    directory: run.directory,
    checkout,
    variables,
    cloud,
    client,
    up: () => stack.run("up"),
    destroy: () => stack.run("destroy"),
    run: stack.run,
    finishHandshake: () => finishHandshakes(cloud, client),
    push: async (change) => {
      const before = head;
      head = change === undefined ? await prepared.pushFirst(repository) : await pushChange(repository, change);
      const files = await changedFiles(repository, before, head);
      const [executionId = ""] = cloud.pipelines.pushed(source, repository.branch, files);
      return { commit: head, executionId };
    },
    startRun: async () => {
      const started = await pipelines.send(new StartPipelineExecutionCommand({ name: names().pipeline }));
      return started.pipelineExecutionId ?? "";
    },
    commandLine: (words, as) => runVerb({ environment, checkout, program, variables, client }, words, as),
    runOf: (executionId) => awaitRun(pipelines, names().pipeline, executionId, args.runSeconds),
    address: () => (cloud.ecs.loadBalancers().length === 0 ? undefined : trustedUrl(cloud)),
    url: () => trustedUrl(cloud),
    healthPath: () => healthPathOf(client, names()),
    services: () => serviceStates(client, names()),
    runningImages: () => runningImages(client, names()),
    killContainer: (name) => killContainer(cloud, names(), name),
    loseContainer: () => killOne(cloud, client, names()),
    untilSteady: () => untilSteady(client, names(), args.steadySeconds),
    buildLog: () => Promise.resolve(builds.failed()),
    buildTail: (count) => Promise.resolve(builds.tail(count)),
    printed: builds.newest,
    head: () => head,
    close,
  };
}

function startCloud(
  { log, onAsked, region, ministack, surroundings = process.env, buildVariables = {} }: LocalPlaceArgs,
  run: Run,
  addBuildLine: (line: string) => void,
): Promise<LocalCloud> {
  const lineOf = pipelineLines();
  return startLocalCloud({
    directory: run.directory,
    runId: run.id,
    labels: run.labels,
    log: (line) => {
      appendFileSync(join(run.directory, "cloud.log"), `${new Date().toISOString()} ${line}\n`);
    },
    onAsked,
    ...(region !== undefined && { region }),
    ...(ministack !== undefined && { ministackCommand: ministack }),
    surroundings,
    buildVariables,
    onPipelineEvent: (event) => {
      const line = lineOf(event);
      if (line !== undefined) log(line);
    },
    onBuildLine: (build, line) => {
      addBuildLine(line);
      appendFileSync(join(run.directory, "builds.log"), `${build.split(":")[0] ?? ""} ${line}\n`);
    },
  });
}

/** Completes every connection that waits for a person. */
async function finishHandshakes(cloud: LocalCloud, client: LocalPlace["client"]): Promise<void> {
  const { Connections = [] } = await new CodeStarConnectionsClient(client).send(new ListConnectionsCommand({}));
  for (const { ConnectionArn = "" } of Connections) cloud.connections.finishHandshake(ConnectionArn);
}

/** The files that differ between two commits; all files if there is no earlier one. */
async function changedFiles({ checkout }: Repository, before: string, now: string): Promise<readonly string[]> {
  const names = before === "" ? ["ls-tree", "-r", "--name-only", now] : ["diff", "--name-only", before, now];
  return (await git(checkout, names)).split("\n").filter((name) => name !== "");
}
