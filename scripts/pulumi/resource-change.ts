import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { differences } from "./resource-difference.ts";

/** What an operation does, or would do, to one resource. */
export interface ResourceChange {
  readonly what: "created" | "updated" | "replaced" | "deleted";
  /** Pulumi's name of the type, for example `aws:ecs/service:Service`. */
  readonly token: string;
  /** The type in words, for example `task definition`. */
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
  /** The differences in its configuration, in words and without secret values. */
  readonly differences: readonly string[];
}

/** Something that happens while Pulumi works on a stack; reported once. */
export type StackEvent =
  | { readonly kind: "changed"; readonly change: ResourceChange }
  | { readonly kind: "failed"; readonly change: ResourceChange }
  | { readonly kind: "remark"; readonly line: string };

/**
 * Converts an event of the engine; undefined for most of them. In a preview, the changes are those that would happen.
 */
export function stackEvent(event: EngineEvent): StackEvent | undefined {
  if (event.resOutputsEvent) return told("changed", event.resOutputsEvent.metadata);
  if (event.resOpFailedEvent) return told("failed", event.resOpFailedEvent.metadata);
  return undefined;
}

function told(kind: "changed" | "failed", step: StepEventMetadata): StackEvent | undefined {
  const what = words[step.op];
  // Components and the stack itself do not exist in AWS.
  if (what === undefined || !step.type.startsWith("aws:")) return undefined;
  const token = step.type;
  const name = step.urn.split("::").slice(3).join("::");
  return {
    kind,
    change: { what, token, type: typeInWords(token), name, differences: what === "deleted" ? [] : differences(step) },
  };
}

/** A replacement has three steps; the one that creates the new resource is reported. */
const words: Readonly<Record<string, ResourceChange["what"] | undefined>> = {
  create: "created",
  update: "updated",
  "create-replacement": "replaced",
  delete: "deleted",
};

/** A type in words: `task definition` for `aws:ecs/taskDefinition:TaskDefinition`. */
export function typeInWords(token: string): string {
  const type = token.split(":").at(-1) ?? token;
  return type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}
