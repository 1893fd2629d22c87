import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import {
  type EngineEvent,
  LocalWorkspace,
  type OpMap,
  type OutputMap,
  PulumiCommand,
  type PulumiFn,
  type Stack,
  type UpdateSummary,
} from "@pulumi/pulumi/automation/index.js";

import { diagnosticLines, failureLines } from "../kit/engine-diagnostics.ts";
import type { Changes, StackResult, ProgramRequest, ProgramAnswer } from "./stack.ts";
import { writeConfiguration } from "./write-configuration.ts";

if (process.send) process.on("message", receive);

const cancelled = new AbortController();

/** Receives the request, and later perhaps the order to cancel; if the parent process has ended, that cancels, too. */
function receive(message: ProgramRequest | { readonly cancel: true }): void {
  if ("cancel" in message) {
    cancelled.abort();
    return;
  }
  process.once("disconnect", () => {
    cancelled.abort();
  });
  void answer(message);
}

async function answer(request: ProgramRequest): Promise<void> {
  const events: EngineEvent[] = [];
  const onEvent = (event: EngineEvent): void => {
    events.push(event);
    if (process.connected) process.send?.({ event }, () => undefined);
  };
  const result = await perform(request, onEvent).then(
    (done): ProgramAnswer => ({ ...done, diagnostics: diagnosticLines(events) }),
    (error: unknown): ProgramAnswer => ({ error: failureLines(events, error), diagnostics: diagnosticLines(events) }),
  );
  // The engine's servers may still keep the process alive, but it has nothing left to do.
  if (!process.connected) process.exit(0);
  process.send?.({ answer: result }, () => process.exit(0));
}

async function perform(
  request: ProgramRequest,
  onEvent: (event: EngineEvent) => void,
): Promise<Pick<StackResult, "changes" | "outputs">> {
  const { operation, refresh, policyPack } = request;
  const stack = await openStack(request);
  await writeConfiguration(stack, request);
  const options = { onEvent, color: "never" as const, signal: cancelled.signal };
  const policyPacks = policyPack === undefined ? [] : [policyPack];
  if (operation === "preview") {
    return { changes: counted((await stack.preview({ ...options, refresh, policyPacks })).changeSummary), outputs: {} };
  }
  if (operation === "preview-destroy") {
    return { changes: counted((await stack.previewDestroy(options)).changeSummary), outputs: {} };
  }
  const done = await apply(stack, operation, { ...options, refresh, policyPacks });
  const outputs = Object.entries(done.outputs ?? (await stack.outputs())).filter(([, output]) => !output.secret);
  return {
    changes: counted(done.summary.resourceChanges ?? {}),
    outputs: Object.fromEntries(outputs.map(([name, { value }]) => [name, value as unknown])),
  };
}

async function apply(
  stack: Stack,
  operation: "up" | "refresh" | "destroy",
  { refresh, policyPacks, ...options }: ApplyOptions,
): Promise<Applied> {
  // If the summary contained the configuration's secrets, each summary would derive the key from the passphrase again.
  const quick = { ...options, showSecrets: false };
  if (operation === "up") return stack.up({ ...quick, refresh, policyPacks });
  if (operation === "refresh") return stack.refresh(quick);
  // The Automation API skips the preview, and then the engine finds a protected resource only after it has deleted
  // others.
  await stack.previewDestroy({
    ...options,
    onEvent: (event) => {
      if (event.diagnosticEvent) options.onEvent(event);
    },
  });
  return stack.destroy(quick);
}

/** The result of an operation; an `up` also returns the stack's outputs. */
interface Applied {
  readonly summary: UpdateSummary;
  readonly outputs?: OutputMap;
}

interface ApplyOptions {
  readonly onEvent: (event: EngineEvent) => void;
  readonly color: "never";
  readonly signal: AbortSignal;
  readonly refresh: boolean;
  readonly policyPacks: string[];
}

/** Opens the stack; the first `up` or `preview` creates it. */
async function openStack({ operation, stack: stackName, projectDirectory: workDir }: ProgramRequest): Promise<Stack> {
  const opens = operation === "up" || operation === "preview" ? "createOrSelectStack" : "selectStack";
  // Reads the CLI's version once, instead of once for each workspace.
  const pulumiCommand = await PulumiCommand.get();
  if (languageHost()) return LocalWorkspace[opens]({ stackName, workDir }, { pulumiCommand });
  const settings = await (await LocalWorkspace.create({ workDir, pulumiCommand })).projectSettings();
  const program = inlineProgram(resolve(workDir, settings.main ?? "index.ts"));
  return LocalWorkspace[opens]({ stackName, projectName: settings.name, program }, { workDir, pulumiCommand });
}

/** Whether the engine can start the program by itself: official installations contain the language host for Node. */
function languageHost(): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.some((folder) => existsSync(join(folder, "pulumi-language-nodejs")));
}

function inlineProgram(file: string): PulumiFn {
  return async () => ({ ...((await import(pathToFileURL(file).href)) as Record<string, unknown>) });
}

function counted(changes: OpMap): Changes {
  return {
    create: changes.create ?? 0,
    same: changes.same ?? 0,
    update: changes.update ?? 0,
    replace: (changes.replace ?? 0) + (changes["create-replacement"] ?? 0),
    delete: changes.delete ?? 0,
  };
}
