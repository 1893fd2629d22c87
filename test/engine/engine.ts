import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

import { attachProvider } from "../../local-cloud/index.ts";
import { stateSavedAtTheEnd } from "../../rehearsal/local/engine.ts";
import { type Operation, runStack, type StackResult, type StackRun } from "../../scripts/pulumi/stack.ts";
import { quickOperations, type QuickRequest } from "./quick-operations.ts";
import { type Cloud, deploy, release, runningRevision, withParameter } from "./recording-cloud.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** How many ECS resources an operation changed in each way. */
export type EcsChanges = Readonly<Partial<Record<"created" | "same" | "updated" | "replaced" | "deleted", number>>>;

export interface EngineRun extends StackResult {
  readonly ecs: EcsChanges;
  /** Types of the resources that were not left alone, sorted. */
  readonly touched: readonly string[];
}

/** How an operation differs from one without options. */
export type QuickRun = Partial<Pick<QuickRequest, "configuration" | "refresh"> & Pick<StackRun, "onEvent">>;

/** The real engine with this project's program, and a recording cloud behind it; everything in one temporary folder. */
export interface Engine {
  /** Folder with the copies: the project directory of every run. */
  readonly directory: string;
  /** Environment of every run: where the backend and its secrets are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder of the file backend: all that Pulumi keeps. */
  readonly state: string;
  /** Runs an operation in the engine's one process of operations. */
  readonly run: (operation: QuickRequest["operation"], stack: string, more?: QuickRun) => Promise<EngineRun>;
  /** Runs an operation as the verbs do, in a new process. */
  readonly runAlone: (operation: Operation, stack: string, more?: Partial<StackRun>) => Promise<EngineRun>;
  readonly cloud: () => Promise<Cloud>;
  readonly change: (next: (cloud: Cloud) => Cloud) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Starts an engine for a copy of the project's settings and Compose files, or for what `copy` puts into a new folder.
 * `more` are further variables of its environment.
 */
export async function startEngine(
  copy: (project: string) => void = copyOfProject,
  more: Readonly<Record<string, string>> = stateSavedAtTheEnd,
): Promise<Engine> {
  const directory = mkdtempSync(join(tmpdir(), "compose-ecs-pipeline-engine-"));
  const project = join(directory, "project");
  for (const folder of ["project", "home", "state"]) mkdirSync(join(directory, folder));
  copy(project);
  const provider = await attachProvider(process.env, fileURLToPath(new URL("recording-provider.ts", import.meta.url)));
  const environment = {
    ...process.env,
    ...provider.environment,
    PULUMI_HOME: join(directory, "home"),
    // Without the files of metadata next to the state: a killed Pulumi may leave one of them half written.
    PULUMI_BACKEND_URL: `file://${join(directory, "state")}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...more,
  };
  const ask = async (message: { readonly replace?: Cloud }): Promise<Cloud> => {
    provider.process.send(message);
    const [cloud] = (await once(provider.process, "message")) as [Cloud];
    return cloud;
  };
  const quick = quickOperations(project, environment);
  return {
    directory: project,
    environment,
    state: join(directory, "state"),
    run: async (operation, stack, { onEvent, configuration = {}, refresh = false } = {}) =>
      await watched(onEvent, (told) => quick.run({ operation, stack, configuration, refresh }, told)),
    runAlone: async (operation, stack, { onEvent, ...more } = {}) =>
      await watched(onEvent, (told) =>
        runStack({ operation, stack, projectDirectory: project, environment, onEvent: told, ...more }),
      ),
    cloud: () => ask({}),
    change: async (next) => {
      await ask({ replace: next(await ask({})) });
    },
    close: async () => {
      await quick.close();
      await provider.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Runs an operation and adds to its result what its events say; `also` gets them, too. */
async function watched(
  also: StackRun["onEvent"],
  run: (onEvent: NonNullable<StackRun["onEvent"]>) => Promise<StackResult>,
): Promise<EngineRun> {
  const events: EngineEvent[] = [];
  const result = await run((event) => {
    events.push(event);
    also?.(event);
  });
  return { ...result, ecs: ecsChanges(events), touched: touchedTypes(events) };
}

/** The pipeline releases the images of a commit to a service. */
export const releaseOf = (service: string, tag: string) => (cloud: Cloud) => release(cloud, service, tag, 1);

/** A person rolls a service back to an earlier revision. */
export const rollBackTo = (service: string, revision: number) => (cloud: Cloud) => {
  const { family } = runningRevision(cloud, service);
  const known = cloud.revisions.find((each) => each.family === family && each.revision === revision);
  if (known?.status !== "ACTIVE") throw new Error(`${family}:${revision} is not active`);
  return deploy(cloud, service, known.arn);
};

/** A parameter is put, or removed when the value is undefined. */
export const parameter = (name: string, value: string | undefined) => (cloud: Cloud) =>
  withParameter(cloud, name, value);

/** Leaves the example's one ECS service in staging's Compose file; returns the file with both. */
export function removeWorker({ directory }: Pick<Engine, "directory">): string {
  const file = join(directory, "docker-compose-staging.yml");
  const both = readFileSync(file, "utf8");
  const one = both.replace(/ {2}# An ECS service of its own[\s\S]*?\n\n/, "");
  if (one === both) throw new Error(`${file}: the worker is not where this test expects it`);
  writeFileSync(file, one);
  return both;
}

function copyOfProject(project: string): void {
  const settings = readdirSync(repository).filter((file) => /^(Pulumi|docker-compose-).*\.ya?ml$/.test(file));
  for (const file of settings) copyFileSync(join(repository, file), join(project, file));
  for (const file of ["app", "index.ts", "node_modules", "package.json", "scripts"])
    symlinkSync(join(repository, file), join(project, file));
}

const words = { create: "created", same: "same", update: "updated", replace: "replaced", delete: "deleted" } as const;

function ecsChanges(events: readonly EngineEvent[]): EcsChanges {
  const counts: Partial<Record<(typeof words)[keyof typeof words], number>> = {};
  for (const { op } of steps(events).filter(({ type }) => type.startsWith("aws:ecs/"))) {
    if (op in words) counts[words[op as keyof typeof words]] = (counts[words[op as keyof typeof words]] ?? 0) + 1;
  }
  return counts;
}

function touchedTypes(events: readonly EngineEvent[]): readonly string[] {
  return [
    ...new Set(
      steps(events)
        .filter(({ op }) => op !== "same" && op !== "refresh")
        .map(({ type }) => type),
    ),
  ].toSorted();
}

function steps(events: readonly EngineEvent[]) {
  return events.flatMap(({ resourcePreEvent: event }) => (event ? [event.metadata] : []));
}
