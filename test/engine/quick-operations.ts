import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

import { diagnosticLines, failureLines } from "../../scripts/kit/engine-diagnostics.ts";
import { type Configuration, nodeOptions, type StackResult, type StackRun } from "../../scripts/pulumi/stack.ts";

/** The request to operation-server.ts. */
export interface QuickRequest {
  readonly operation: "up" | "preview" | "refresh";
  readonly stack: string;
  readonly configuration: Configuration;
  readonly refresh: boolean;
}

/** Its answers: each event of the engine, then how the operation ended. */
export type QuickAnswer = { readonly event: EngineEvent } | { readonly done: true } | { readonly error: string };

/**
 * Operations in one project, one after the other. The first one starts the process that runs them all, so each later one
 * takes half of the time that it takes in a new process.
 */
export interface QuickOperations {
  readonly run: (request: QuickRequest, onEvent: NonNullable<StackRun["onEvent"]>) => Promise<StackResult>;
  readonly close: () => Promise<void>;
}

/** Prepares such operations in a project's folder, with that environment. */
export function quickOperations(cwd: string, env: StackRun["environment"]): QuickOperations {
  let child: ChildProcess | undefined;
  const start = (): ChildProcess =>
    fork(fileURLToPath(new URL("operation-server.ts", import.meta.url)), {
      cwd,
      execArgv: [...nodeOptions],
      env,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
  return {
    run: async (request, told) => {
      child ??= start();
      const events: EngineEvent[] = [];
      const error = await ended(child, request, (event) => {
        events.push(event);
        told(event);
      });
      if (error !== undefined) throw new Error(failureLines(events, new Error(error)));
      const outputs = request.operation === "preview" ? {} : outputsIn(events);
      return { changes: changesIn(events), outputs, diagnostics: diagnosticLines(events) };
    },
    close: async () => {
      if (child === undefined) return;
      child.kill();
      await once(child, "exit");
    },
  };
}

/** Sends a request; resolves with the error of the operation, or undefined, when it has ended. */
function ended(child: ChildProcess, request: QuickRequest, onEvent: (event: EngineEvent) => void) {
  return new Promise<string | undefined>((resolve, reject) => {
    const exited = (code: number | null): void => {
      reject(new Error(`the process of the operations ended with ${code ?? "a signal"}`));
    };
    const listen = (answer: QuickAnswer): void => {
      if ("event" in answer) {
        onEvent(answer.event);
        return;
      }
      child.off("message", listen).off("exit", exited);
      resolve("error" in answer ? answer.error : undefined);
    };
    child.on("message", listen).on("exit", exited);
    child.send(request);
  });
}

function changesIn(events: readonly EngineEvent[]): StackResult["changes"] {
  const counts = events.findLast(({ summaryEvent }) => summaryEvent !== undefined)?.summaryEvent?.resourceChanges ?? {};
  const { create = 0, same = 0, update = 0, replace = 0, delete: gone = 0 } = counts;
  return { create, same, update, replace: replace + (counts["create-replacement"] ?? 0), delete: gone };
}

/** The stack's outputs; the engine does not tell the values of secret ones. */
function outputsIn(events: readonly EngineEvent[]): StackResult["outputs"] {
  const [root] = events.flatMap(({ resOutputsEvent: event }) =>
    event?.metadata.type === "pulumi:pulumi:Stack" ? [event.metadata.new?.outputs ?? {}] : [],
  );
  return Object.fromEntries(Object.entries(root ?? {}).filter(([, value]) => value !== "[secret]"));
}
