import { createHash } from "node:crypto";
import type { BalancerRule, Task } from "../../compose/index.ts";
import type { ServiceNames } from "../kit/names.ts";

/** One ECS service as the load balancer sees it. Plain data. */
export interface BalancerEntry {
  readonly service: ServiceNames;
  /** The container's port that requests are forwarded to. */
  readonly port: number;
  readonly check: TargetCheck;
  /** Seconds that open requests get when their task is stopped. */
  readonly deregistrationDelaySeconds: number;
  /** Seconds for which a client is sent to the same task. @default - any task answers */
  readonly stickySeconds?: number | undefined;
  /** Which requests are forwarded here. @default - those that match no other entry */
  readonly rule?: BalancerRule | undefined;
  /** The rule's priority, lowest first; missing if there is no rule. */
  readonly priority?: number;
}

/** How the load balancer checks the health of a task. */
export interface TargetCheck {
  /** Path that answers 200 when the task can serve requests. */
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** Failed checks in a row after which a task is unhealthy. */
  readonly unhealthyThreshold: number;
}

/** An ECS service that may have an entry. */
interface BalancedService {
  readonly service: ServiceNames;
  readonly task: Task;
}

/**
 * The entries of an environment's load balancer; `path` is the stack's healthCheckPath, for the service without a rule.
 */
export function balancerEntries(plans: readonly BalancedService[], path: string | undefined): readonly BalancerEntry[] {
  const taken = new Set<number>();
  return plans.flatMap(({ service, task }) => {
    const { entry } = task;
    if (entry === undefined) return [];
    const { port, rule, stickySeconds } = entry;
    return [
      {
        service,
        port,
        check: targetCheck(task, rule === undefined ? path : undefined),
        deregistrationDelaySeconds: drainSeconds(task),
        stickySeconds,
        rule,
        ...(rule && { priority: priorityOf(rule, service.name, taken) }),
      },
    ];
  });
}

/**
 * The check without a health check in the Compose file: every 10 s, a time-out of 5 s, unhealthy after three failures.
 */
const otherwise = { intervalSeconds: 10, timeoutSeconds: 5, unhealthyThreshold: 3 };

/**
 * The check of the container that publishes the port, taken from its health check in the Compose file; the path is that
 * of the URL in the check's command. A balancer's interval is longer than its time-out, and a target is unhealthy after
 * two to ten failures (ELB, "Health checks for Application Load Balancer target groups").
 */
export function targetCheck({ containers, entry }: Pick<Task, "containers" | "entry">, path?: string): TargetCheck {
  const check = containers.find(({ name }) => name === entry?.container)?.healthCheck;
  if (check === undefined || entry === undefined) return { path: path ?? "/health", ...otherwise };
  return {
    path: path ?? pathOf(check.command.join(" "), entry.port) ?? "/health",
    intervalSeconds: check.intervalSeconds,
    timeoutSeconds: Math.max(2, Math.min(check.timeoutSeconds, check.intervalSeconds - 1)),
    unhealthyThreshold: Math.min(Math.max(check.retries, 2), 10),
  };
}

/** The path of the first URL in a command that leads to this port of the container itself. */
function pathOf(command: string, port: number): string | undefined {
  const urls = command.matchAll(/http:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::(\d+))?(\/[^\s"'|;&)]*)?/g);
  for (const [, at = "80", path = "/"] of urls) if (Number(at) === port) return path;
  return undefined;
}

/** Seconds that open requests get: the container's stop time-out, or 30. */
const drainSeconds = ({ containers, entry }: Pick<Task, "containers" | "entry">): number =>
  containers.find(({ name }) => name === entry?.container)?.stopTimeoutSeconds ?? 30;

/** Maximum length of a pattern of a path or a host ("Quotas for your Application Load Balancers"). */
const longest = 128;

/**
 * A rule with hosts comes before one without, a longer path before a shorter one. The number depends only on the rule
 * and its service, so a new rule does not change the others: AWS does not accept two rules with the same number, not
 * even for a moment.
 */
function priorityOf({ hosts, paths }: BalancerRule, name: string, taken: Set<number>): number {
  const length = Math.max(0, ...paths.map((path) => path.length)) + (hosts.length > 0 ? longest + 1 : 0);
  const first = (2 * longest + 1 - length) * 100 + 1;
  let priority = first + (Number.parseInt(createHash("sha256").update(name).digest("hex").slice(0, 8), 16) % 100);
  while (taken.has(priority)) priority += 1;
  taken.add(priority);
  return priority;
}
