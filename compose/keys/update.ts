import { field, number, section, text } from "../tree/fields.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Mapping } from "../tree/tree.ts";

/** How a deployment replaces the tasks of an ECS service. */
export interface Update {
  /** Whether new tasks start before the old ones stop, or after. */
  readonly order: "start-first" | "stop-first";
  /** Number of tasks replaced at a time; 0 for all at once. */
  readonly parallelism: number;
}

/** The same, with its place in the file. */
export type WrittenUpdate = Update & { readonly at: Position };

const tasks = {
  accepts: (given: number) => Number.isInteger(given) && given >= 0 && given <= 1000,
  allowed: "a whole number from 0, for all at once, to 1000",
};

/** The update in `deploy.update_config`; also checks `deploy.mode`. */
export function updateOf(keys: Mapping, report: Report): WrittenUpdate | undefined {
  const deploy = section(keys, "deploy");
  refuseOther(deploy, "mode", "replicated", "an ECS service has a number of tasks", report);
  const update = section(deploy, "update_config");
  if (update === undefined) return undefined;
  // A release ends when ECS has kept a deployment or rolled it back; "continue" or "pause" would leave it without an end.
  const taken = "a release succeeds only if ECS keeps its deployment, and ECS rolls a failed one back";
  refuseOther(update, "failure_action", "rollback", taken, report);
  const order = field(update, "order")?.value;
  const parallelism = field(update, "parallelism")?.value;
  return {
    order: order && text(order, '"order"', report) === "start-first" ? "start-first" : "stop-first",
    parallelism: (parallelism && number(parallelism, '"parallelism"', tasks, report)) ?? 1,
    at: update.at,
  };
}

function refuseOther(parent: Mapping | undefined, key: string, only: string, why: string, report: Report): void {
  const value = parent && field(parent, key)?.value;
  const given = value && text(value, `"${key}"`, report);
  if (value !== undefined && given !== undefined && given !== only)
    report(value.at, `"${key}" is "${given}", but ${why}; write ${only}`);
}
