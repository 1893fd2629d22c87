import { seconds } from "../tree/duration.ts";
import { field, section, text } from "../tree/fields.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Mapping } from "../tree/tree.ts";

/** When ECS starts a container again in its task, instead of replacing the task. */
export interface Restart {
  /** Exit codes after which the container is not restarted. */
  readonly ignoredExitCodes: readonly number[];
  /** Seconds that it has to run before it may be restarted. @default - 300, ECS's own */
  readonly attemptPeriodSeconds?: number;
  readonly at: Position;
}

/** Minimum and maximum of `restartAttemptPeriod` (ContainerRestartPolicy, API reference). */
const attemptBounds = [60, 1800] as const;

/** The restart policy in `restart` or `deploy.restart_policy`; undefined if ECS replaces the task instead. */
export function restartOf(keys: Mapping, report: Report): Restart | undefined {
  const old = word(keys, "restart", report);
  const policy = section(section(keys, "deploy"), "restart_policy");
  const condition = policy && (word(policy, "condition", report) ?? { given: "any", at: policy.at });
  const one = old && kindOf(old.given, '"restart"', restarts, old.at, report);
  const other = condition && kindOf(condition.given, '"condition"', conditions, condition.at, report);
  if (old !== undefined && one !== undefined && other !== undefined && one !== other)
    report(old.at, '"restart" and "deploy.restart_policy" differ; remove one');
  const kind = other ?? one;
  const at = condition?.at ?? old?.at;
  const window = policy && field(policy, "window")?.value;
  const attemptPeriodSeconds = window && seconds(window, '"window"', attemptBounds, report);
  if (kind === undefined || kind === "never" || at === undefined) return undefined;
  return {
    ignoredExitCodes: kind === "onFailure" ? [0] : [],
    ...(attemptPeriodSeconds !== undefined && { attemptPeriodSeconds }),
    at,
  };
}

type Kind = "never" | "always" | "onFailure";

const restarts: Readonly<Record<string, Kind>> = {
  no: "never",
  always: "always",
  "on-failure": "onFailure",
  "unless-stopped": "always",
};

const conditions: Readonly<Record<string, Kind>> = { none: "never", any: "always", "on-failure": "onFailure" };

function word(keys: Mapping, key: string, report: Report): { given: string; at: Position } | undefined {
  const value = field(keys, key)?.value;
  const given = value && text(value, `"${key}"`, report);
  return value && given !== undefined ? { given, at: value.at } : undefined;
}

function kindOf(
  given: string,
  what: string,
  kinds: Readonly<Record<string, Kind>>,
  at: Position,
  report: Report,
): Kind | undefined {
  const kind = Object.hasOwn(kinds, given) ? kinds[given] : undefined;
  if (kind !== undefined) return kind;
  const counted = /^on-failure:\d+$/.test(given);
  report(
    at,
    counted
      ? `${what} is "${given}", but ECS does not count attempts; write on-failure`
      : `${what} is "${given}"; write one of ${Object.keys(kinds).join(", ")}`,
  );
  return undefined;
}
