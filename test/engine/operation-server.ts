import { join } from "node:path";
import { pathToFileURL } from "node:url";

import {
  type EngineEvent,
  LocalWorkspace,
  PulumiCommand,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";

import { writeConfiguration } from "../../scripts/pulumi/write-configuration.ts";
import type { QuickAnswer, QuickRequest } from "./quick-operations.ts";

// A process that runs one operation after the other in the project that is its current folder: it loads Pulumi's SDK once.

// The SDK keeps a stack trace of each promise, and an operation's error is reported without one.
Error.stackTraceLimit = 0;
const workDir = process.cwd();
const pulumiCommand = await PulumiCommand.get();
const stacks = new Map<string, Stack>();
let runs = 0;

process.on("message", (request: QuickRequest) => {
  void perform(request)
    .then(
      (): QuickAnswer => ({ done: true }),
      (error: unknown): QuickAnswer => ({ error: error instanceof Error ? error.message : String(error) }),
    )
    .then((answer) => process.send?.(answer));
});

async function perform({ operation, stack: name, configuration, refresh }: QuickRequest): Promise<void> {
  const stack = stacks.get(name) ?? (await open(name));
  stacks.set(name, stack);
  await writeConfiguration(stack, { projectDirectory: workDir, configuration });
  const onEvent = (event: EngineEvent): void => {
    process.send?.({ event } satisfies QuickAnswer);
  };
  const options = { onEvent, color: "never" } as const;
  if (operation === "preview") await stack.preview({ ...options, refresh });
  else if (operation === "up") await stack.up({ ...options, refresh, showSecrets: false });
  else await stack.refresh({ ...options, showSecrets: false });
}

/** A stack that does not call the CLI after an operation for what the events have already said. */
async function open(stackName: string): Promise<Stack> {
  const { name: projectName } = await settings();
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName, projectName, program },
    { workDir, pulumiCommand },
  );
  stack.outputs = () => Promise.resolve({});
  stack.info = () => Promise.resolve(undefined);
  return stack;
}

const settings = async () => await (await LocalWorkspace.create({ workDir, pulumiCommand })).projectSettings();

/** The program as its file is now: a module is evaluated once, and each query is another module to Node. */
const program: PulumiFn = async () => {
  const { main = "index.ts" } = await settings();
  const file = `${pathToFileURL(join(workDir, main)).href}?run=${String((runs += 1))}`;
  return { ...((await import(file)) as Record<string, unknown>) };
};
