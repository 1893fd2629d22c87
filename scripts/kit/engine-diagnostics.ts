import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** Warnings and other messages among an operation's events, one line each, in their order. */
export function diagnosticLines(events: readonly EngineEvent[]): readonly string[] {
  return linesOf(events, (severity) => severity === "warning" || severity === "info");
}

/**
 * Why an operation failed: the engine's errors without stack traces, or the error itself if the engine reported none.
 */
export function failureLines(events: readonly EngineEvent[], error: unknown): string {
  const said = linesOf(events, (severity) => severity === "error").filter((line) => !isEcho(line));
  const errors = [...policyLines(events), ...said];
  return errors.length > 0 ? errors.join("\n") : commandError(error instanceof Error ? error.message : String(error));
}

function linesOf(events: readonly EngineEvent[], wanted: (severity: string) => boolean): readonly string[] {
  const told = events.flatMap(({ diagnosticEvent: event }) =>
    event !== undefined && event.ephemeral !== true && wanted(event.severity)
      ? `${subject(event.urn)}${withoutStack(event.message)}`.split("\n")
      : [],
  );
  return [...new Set(told.map((line) => line.trim()).filter((line) => line !== ""))];
}

/** A violation of a policy pack: the resource, the rule and the rule's message. */
function policyLines(events: readonly EngineEvent[]): readonly string[] {
  const broken = events.flatMap(({ policyEvent: event }) =>
    event?.enforcementLevel === "mandatory"
      ? [`${subject(event.resourceUrn)}${event.policyName}: ${complaint(withoutStack(event.message))}`]
      : [],
  );
  return [...new Set(broken)].toSorted();
}

/** The engine puts the rule's description before the rule's message. */
function complaint(message: string): string {
  const lines = message.trim().split("\n");
  return lines.slice(lines.length > 1 ? 1 : 0).join(" ");
}

/** The resource that a message is about; messages about the stack itself need no name. */
function subject(urn = ""): string {
  const [, , types = "", name = ""] = urn.split("::");
  const type = types.split("$").at(-1) ?? "";
  return name === "" || type === "pulumi:pulumi:Stack" ? "" : `${name} (${type}): `;
}

/** The message without colours, stack trace and what the Automation API adds around it. */
function withoutStack(message: string): string {
  return message
    .replaceAll(/<\{%[^%]*%\}>/g, "")
    .replaceAll(/^\s+at .*$/gm, "")
    .replace(/^.*inline source runtime error: /, "")
    .replace(/^(Unhandled exception: (Error: )?|Preview failed: )/, "");
}

/** The engine ends a failed update with lines that only repeat that it failed. */
function isEcho(line: string): boolean {
  return /^(update|preview|resource .*) failed$/i.test(line) || line.startsWith("One or more errors occurred");
}

/** What the CLI printed if it failed before the engine started: the Automation API puts it after `stderr:`. */
function commandError(message: string): string {
  // The details of an error are indented below it, for example who holds a lock.
  const said = [...message.matchAll(/^error: (.*(?:\n {2,}\S.*)*)$/gm)].map(([, text = ""]) => text);
  return said.length > 0 ? [...new Set(said)].join("\n") : withoutStack(message);
}
