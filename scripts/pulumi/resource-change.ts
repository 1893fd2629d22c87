import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { differences } from "./resource-difference.ts";

/** What an operation does to one resource of AWS, or would do. */
export interface ResourceChange {
  readonly what: "created" | "updated" | "replaced" | "deleted";
  /** Pulumi's name of the type, say `aws:ecs/service:Service`. */
  readonly token: string;
  /** The type in words, say `task definition`. */
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
  /** What of its configuration becomes something else, in words and without secret values. */
  readonly differences: readonly string[];
}

/** A thing that happens while Pulumi works on a stack, told once. */
export type StackEvent =
  | { readonly kind: "changed"; readonly change: ResourceChange }
  | { readonly kind: "failed"; readonly change: ResourceChange }
  | { readonly kind: "remark"; readonly line: string };

/** What an event of the engine tells people; most tell nothing. A preview's changes are those that would be. */
export function stackEvent(event: EngineEvent): StackEvent | undefined {
  if (event.resOutputsEvent) return told("changed", event.resOutputsEvent.metadata);
  if (event.resOpFailedEvent) return told("failed", event.resOpFailedEvent.metadata);
  return undefined;
}

function told(kind: "changed" | "failed", step: StepEventMetadata): StackEvent | undefined {
  const what = words[step.op];
  // Components and the stack itself are nothing in AWS.
  if (what === undefined || !step.type.startsWith("aws:")) return undefined;
  const token = step.type;
  const name = step.urn.split("::").slice(3).join("::");
  return {
    kind,
    change: { what, token, type: typeInWords(token), name, differences: what === "deleted" ? [] : differences(step) },
  };
}

/** The steps of a replacement are three; the one that makes the new resource tells it. */
const words: Readonly<Record<string, ResourceChange["what"] | undefined>> = {
  create: "created",
  update: "updated",
  "create-replacement": "replaced",
  delete: "deleted",
};

/** `aws:ecs/taskDefinition:TaskDefinition` as people say it: task definition. */
export function typeInWords(token: string): string {
  const type = token.split(":").at(-1) ?? token;
  return type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}
