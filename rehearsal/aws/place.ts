import { setTimeout as sleep } from "node:timers/promises";
import { DescribeServicesCommand, DescribeTasksCommand, ListTasksCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import { project, stackNames } from "../../scripts/for-rehearsal.ts";
import { commandLine, type ClientSettings } from "../kit/command-line.ts";
import { pushChange, pushHead, type Repository } from "../kit/commits.ts";
import { must } from "../kit/must.ts";
import { awaitRun, type PipelineRun } from "../kit/pipeline-run.ts";
import type { Place } from "../kit/place.ts";
import { healthPathOf, runningImages, serviceStates, untilSteady } from "../kit/service-state.ts";
import { failedBuild, newestLines } from "./build-logs.ts";
import type { AccountClients } from "./clients.ts";
import { isDenied, type Seen } from "./facts.ts";
import { namesIn, type EnvironmentNames, type StackPlace, type Stacks } from "./stacks.ts";
import { commitOfVersion, runOfVersion, uploadHead, type ObjectPlace } from "./upload.ts";

/** A place on an AWS account. */
export interface AccountPlace extends Omit<Place, "close"> {
  /** What it has seen of AWS so far. */
  readonly seen: () => Seen;
  /** Ends the operation that runs, in an orderly way; nothing else begins afterwards. */
  readonly interrupt: () => Promise<void>;
}

export interface AccountPlaceArgs {
  /** Folder of the rehearsal. */
  readonly directory: string;
  readonly repository: Repository;
  /** The environment's stack, and the one of the bucket that its code comes from. */
  readonly stack: StackPlace;
  readonly source: StackPlace;
  /** The zip in that bucket. */
  readonly object: ObjectPlace;
  readonly stacks: Stacks;
  /** Region and credentials of the clients. */
  readonly client: ClientSettings;
  readonly clients: AccountClients;
  /** Where the application answers. @default - the address that the stack's outputs name */
  readonly address?: (() => string | undefined) | undefined;
  /** Milliseconds between two looks at AWS. @default 5000 */
  readonly everyMs?: number;
}

/** An environment on an account, with everything that a step of a rehearsal does there. */
export function accountPlace(args: AccountPlaceArgs): AccountPlace {
  const { client, clients, stack, stacks, everyMs = 5000 } = args;
  const seen = { runs: [] as PipelineRun[], denied: [] as string[], startSeconds: [] as number[] };
  const counts: Pick<Seen, "countsBefore" | "countsAfter"> = { countsBefore: undefined, countsAfter: undefined };
  let observed = counts;
  let names: EnvironmentNames = { pipeline: "", cluster: "", names: [], url: undefined };
  let ended = false;
  const begins = () => {
    must(!ended, "the rehearsal was interrupted");
  };
  const versions = new Map<string, string>();
  const wanted = () => desiredCounts(clients, names);
  return {
    environment: stack.stack,
    directory: args.directory,
    up: async () => {
      begins();
      if (names.pipeline === "") await stacks.run(args.source, "up");
      begins();
      const result = await stacks.run(stack, "up");
      names = namesIn(result.outputs) ?? names;
      return result;
    },
    destroy: async () => {
      begins();
      return await stacks.run(stack, "destroy");
    },
    finishHandshake: () => Promise.resolve(),
    push: async (change) => {
      begins();
      if (observed.countsBefore === undefined) observed = { ...observed, countsBefore: await wanted() };
      await (change === undefined ? pushHead(args.repository) : pushChange(args.repository, change));
      const version = await uploadHead(clients.s3, args.repository.checkout, args.object);
      const commit = commitOfVersion(version);
      versions.set(commit.slice(0, 7), version);
      const since = performance.now();
      const executionId = await runOfVersion(clients.codepipeline, names.pipeline, version, { everyMs });
      if (executionId !== "") seen.startSeconds.push((performance.now() - since) / 1000);
      return { commit, executionId };
    },
    runOf: async (executionId) => {
      const run = await awaitRun(clients.codepipeline, names.pipeline, executionId, 3600, everyMs);
      seen.runs.push(run);
      seen.denied.push(...(await newestLines(clients, names.pipeline)).filter(isDenied));
      if (observed.countsAfter === undefined) observed = { ...observed, countsAfter: await wanted() };
      return run;
    },
    commandLine: (words) => {
      begins();
      return commandLine(verbWords(words, stack.stack, versions), {
        client,
        checkout: args.repository.checkout,
        locate: (one) => stackNames(one, stack),
        project: project(stack),
      });
    },
    address: () => (args.address === undefined ? names.url : args.address()),
    healthPath: () => healthPathOf(client, names),
    services: () => serviceStates(client, names),
    runningImages: () => runningImages(client, names),
    loseContainer: () => stopOneTask(clients, names, everyMs),
    untilSteady: () => untilSteady(client, names, 900, everyMs),
    buildTail: async (count) => (await newestLines(clients, names.pipeline)).slice(-count),
    buildLog: () => failedBuild(clients, names.pipeline),
    seen: () => ({ ...seen, ...observed }),
    interrupt: async () => {
      ended = true;
      await stacks.abort();
    },
  };
}

/** A verb's command line for the stack. A commit of the rehearsal is a version of an object: the verb takes its id. */
function verbWords(
  [verb = "", ...args]: readonly string[],
  stack: string,
  versions: ReadonlyMap<string, string>,
): readonly string[] {
  const words = args.map((word, index) => (args[index - 1] === "--commit" ? (versions.get(word) ?? word) : word));
  return [verb, "--stack", stack, ...words];
}

async function desiredCounts(
  { ecs }: AccountClients,
  { cluster, names }: EnvironmentNames,
): Promise<readonly number[]> {
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [...names] }));
  return services.map(({ desiredCount = 0 }) => desiredCount);
}

/** Stops a task of the first service, and waits until it has ended; returns a line that names it. */
async function stopOneTask(
  { ecs }: AccountClients,
  { cluster, names: [serviceName = ""] }: EnvironmentNames,
  everyMs: number,
): Promise<string> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName }));
  const [task] = taskArns;
  if (task === undefined) throw new Error(`${serviceName}: no task runs`);
  await ecs.send(new StopTaskCommand({ cluster, task, reason: "the rehearsal stops it" }));
  const deadline = Date.now() + 600_000;
  while (Date.now() < deadline) {
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
    if (tasks.every(({ lastStatus }) => lastStatus === "STOPPED"))
      return `stopped task ${task.split("/").at(-1) ?? ""}`;
    await sleep(everyMs);
  }
  throw new Error(`${task}: it was stopped, and still runs after 600 s`);
}
