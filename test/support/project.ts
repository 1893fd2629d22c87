import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import type { Project } from "../../scripts/pulumi/project.ts";
import type { Operation, StackRun } from "../../scripts/pulumi/stack.ts";

/** The event that ends a step on a resource named `shop-staging`, as the engine reports it. */
export const step = (op: string, type: string, more: Partial<StepEventMetadata> = {}): EngineEvent => ({
  sequence: 1,
  timestamp: 1,
  resOutputsEvent: {
    metadata: { op, type, urn: `urn:pulumi:staging::shop::a$${type}::shop-staging`, provider: "", ...more },
  } as NonNullable<EngineEvent["resOutputsEvent"]>,
});

/** A remark of the program's. */
export const warning = (message: string): EngineEvent => ({
  sequence: 1,
  timestamp: 1,
  diagnosticEvent: { message, color: "never", severity: "warning" },
});

/** The events of each operation of a project, and its error. */
export type Operations = Partial<Record<Operation, readonly (EngineEvent | Error)[]>>;

/** A project whose operations tell what they are given; notes the operations that are run. */
export function playedProject(operations: Operations, done: unknown[]): Pick<Project, "run"> {
  return {
    run: async ({ operation, onEvent }: Omit<StackRun, "projectDirectory" | "environment">) => {
      done.push(operation);
      for (const event of operations[operation] ?? []) {
        if (event instanceof Error) throw event;
        onEvent?.(event);
      }
      const changes = { create: 0, same: 0, update: 0, replace: 0, delete: 0 };
      return await Promise.resolve({ changes, outputs: {}, diagnostics: [] });
    },
  };
}
