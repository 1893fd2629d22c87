import { randomUUID } from "node:crypto";
import { AwsError } from "../kit/service.ts";
import type { World } from "../kit/service.ts";
import { ActionFailure } from "./action.ts";
import type { ActionHandler, ActionResult } from "./action.ts";
import { approvalMinutes } from "./approval-action.ts";
import { artifactPlace, artifactStore } from "./artifacts.ts";
import { aborted } from "./build-action.ts";
import { type Action, resolveVariables } from "./declaration.ts";
import { pipelineArn } from "./grants.ts";
import type { ActionRun, Run } from "./run.ts";

/** What every action of a pipeline needs. */
export interface ActionSurroundings {
  readonly world: World;
  /** By the provider's name. */
  readonly handlers: Readonly<Record<string, ActionHandler>>;
  /** Milliseconds in a minute of an action's time-out. */
  readonly minuteMs: number;
  /** Called when an action starts and when it ends. */
  readonly tell: (run: Run, action: ActionRun) => void;
}

/** Runs one action to its end and records its result; never throws. */
export async function runAction(
  around: ActionSurroundings,
  run: Run,
  stageName: string,
  action: Action,
): Promise<boolean> {
  const record = newRecord(run, stageName, action);
  run.actions.push(record);
  around.tell(run, record);
  const timeout = new AbortController();
  const minutes = action.timeoutInMinutes ?? defaultMinutes(action);
  const timer = setTimeout(
    () => {
      timeout.abort();
    },
    Math.min(minutes * around.minuteMs, 2 ** 31 - 1),
  );
  const signal = AbortSignal.any([run.abandoned.signal, timeout.signal]);
  try {
    const result = await Promise.race([attempt(around, run, record, signal), aborted(signal)]);
    succeed(run, record, result);
  } catch (error) {
    if (timeout.signal.aborted)
      fail(record, new ActionFailure("TimeoutError", `The action ${action.name} timed out after ${minutes} minutes`));
    else if (run.abandoned.signal.aborted) record.status = "Abandoned";
    else fail(record, error);
  } finally {
    clearTimeout(timer);
  }
  record.updatedAt = new Date();
  run.updatedAt = record.updatedAt;
  around.tell(run, record);
  return record.status === "Succeeded";
}

function newRecord(run: Run, stageName: string, action: Action): ActionRun {
  const now = new Date();
  return {
    id: randomUUID(),
    stageName,
    action,
    startedAt: now,
    updatedAt: now,
    status: "InProgress",
    resolvedConfiguration: {},
    inputs: (action.inputArtifacts ?? []).flatMap(({ name }) => run.artifacts.get(name) ?? []),
    outputs: [],
    outputVariables: {},
  };
}

async function attempt(
  { world, handlers }: ActionSurroundings,
  run: Run,
  record: ActionRun,
  signal: AbortSignal,
): Promise<ActionResult> {
  const { pipeline } = run;
  const { action, stageName, inputs } = record;
  const handler = handlers[action.actionTypeId.provider];
  if (handler === undefined)
    throw new ActionFailure("ConfigurationError", `no provider ${action.actionTypeId.provider}`);
  const missing = (action.inputArtifacts ?? []).find(({ name }) => !run.artifacts.has(name));
  if (missing !== undefined)
    throw new ActionFailure("JobFailed", `The input artifact ${missing.name} was not produced`);
  record.resolvedConfiguration = configurationOf(run, action);
  const roleArn = action.roleArn ?? pipeline.roleArn;
  const sourceArn = pipelineArn(world, pipeline.name);
  const credentials = await world.identity.assume(roleArn, "codepipeline.amazonaws.com", run.id, sourceArn);
  const caller = world.identity.callerOf(credentials.accessKeyId);
  const store = artifactStore(world, pipeline, caller, credentials);
  try {
    const outputs = (action.outputArtifacts ?? []).map(({ name }) => artifactPlace(pipeline, name));
    const result = await handler({
      world,
      pipeline,
      run,
      stageName,
      action,
      configuration: record.resolvedConfiguration,
      inputs,
      outputs,
      store,
      caller,
      credentials,
      signal,
      show: (progress) => Object.assign(record, progress, { updatedAt: new Date() }),
    });
    const { revision, outputs: made = outputs } = result;
    return { ...result, outputs: made.map((output) => (revision === undefined ? output : { ...output, revision })) };
  } finally {
    store.close();
  }
}

function configurationOf({ id, variables }: Run, { configuration = {} }: Action): Readonly<Record<string, string>> {
  const known = new Map([...variables, ["codepipeline", { PipelineExecutionId: id }] as const]);
  try {
    return Object.fromEntries(
      Object.entries(configuration).map(([key, value]) => [key, resolveVariables(value, known)]),
    );
  } catch (error) {
    throw new ActionFailure("ConfigurationError", error instanceof Error ? error.message : String(error));
  }
}

function succeed(run: Run, record: ActionRun, { outputs = [], variables = {}, summary }: ActionResult): void {
  record.status = "Succeeded";
  record.outputs = outputs;
  record.outputVariables = variables;
  if (summary !== undefined) record.summary = summary;
  for (const output of outputs) run.artifacts.set(output.name, output);
  if (record.action.namespace !== undefined) run.variables.set(record.action.namespace, variables);
}

function fail(record: ActionRun, error: unknown): void {
  record.status = "Failed";
  const message = error instanceof Error ? error.message : String(error);
  record.error = { code: codeOf(error), message };
  record.summary = message;
}

function codeOf(error: unknown): string {
  if (error instanceof ActionFailure) return error.code;
  const name = error instanceof AwsError ? error.code : error instanceof Error ? error.name : "";
  return name.startsWith("AccessDenied") ? "PermissionError" : "JobFailed";
}

// Quotas in AWS CodePipeline: an hour beyond the ECS action's own longest time-out; eight
// hours for the rest.
function defaultMinutes({ actionTypeId: { provider } }: Action): number {
  if (provider === "Manual") return approvalMinutes;
  return provider === "ECS" ? 2 * 60 : 8 * 60;
}
