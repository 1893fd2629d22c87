import { field } from "../tree/fields.ts";
import type { Report } from "../tree/problem.ts";
import type { Draft } from "./draft.ts";

/**
 * Reports each container that ends at once, and its task with it: such a service exists only to be built, or to be
 * extended.
 */
export function checkEnds(task: readonly Draft[], report: Report): void {
  const awaited = new Set(
    task.flatMap(({ dependencies }) =>
      dependencies.flatMap((one) => (one.condition === "SUCCESS" ? [one.container] : [])),
    ),
  );
  for (const { service, container } of task) {
    const words = container.entryPoint ?? container.command ?? [];
    if (awaited.has(service.name) || !doesNothing(words)) continue;
    const key = container.entryPoint === undefined ? "command" : "entrypoint";
    report(
      field(service.keys, key)?.at ?? service.at,
      `"${service.name}" ends as soon as it starts, and its whole task ends with it; give it a profile so that it does not run, or let another service wait for its end (service_completed_successfully)`,
    );
  }
}

/** Programs that end at once, whatever their arguments are. */
const idle = ["true", "false", ":", "exit", "echo"];

function doesNothing([program = "", ...rest]: readonly string[]): boolean {
  const name = program.replace(/^.*\//, "");
  if (idle.includes(name)) return true;
  const [option, line = ""] = rest;
  if (!/^(ba|da|a|z)?sh$/.test(name) || option !== "-c") return false;
  return /^[^;&|\n]*$/.test(line) && idle.includes(line.trim().split(/\s/)[0] ?? "");
}
