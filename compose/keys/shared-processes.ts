import { field, text } from "../tree/fields.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Mapping } from "../tree/tree.ts";

/** The service whose processes another one sees, and the place in the file. */
export interface SharedProcesses {
  readonly service: string;
  readonly at: Position;
}

/** The service that `pid` of a service names. */
export function sharedProcesses(keys: Mapping, report: Report): SharedProcesses | undefined {
  const value = field(keys, "pid")?.value;
  const given = value && text(value, '"pid"', report);
  if (value === undefined || given === undefined) return undefined;
  if (given.startsWith("service:")) return { service: given.slice("service:".length), at: value.at };
  report(
    value.at,
    `"pid" is "${given}", but Fargate shares processes within a task only; write service:NAME, or remove it`,
  );
  return undefined;
}
