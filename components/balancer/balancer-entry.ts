import { createHash } from "node:crypto";
import type { BalancerRule, Task } from "../../compose/index.ts";
import type { ServiceNames } from "../kit/names.ts";

/** One ECS service as the load balancer sees it. Plain data. */
export interface BalancerEntry {
  readonly service: ServiceNames;
  /** The container's port that requests are passed on to. */
  readonly port: number;
  readonly check: TargetCheck;
  /** Seconds a task that is going keeps its open requests. */
  readonly deregistrationDelaySeconds: number;
  /** Seconds a client stays with one task. @default - any task answers */
  readonly stickySeconds?: number | undefined;
  /** Which requests come here. @default - those that no other entry takes */
  readonly rule?: BalancerRule | undefined;
  /** The rule's place among the others, lowest first; missing without one. */
  readonly priority?: number;
}

/** How the load balancer asks a task whether it can serve. */
export interface TargetCheck {
  /** Answers 200 when it can. */
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** Bad answers in a row that put a task out. */
  readonly unhealthyThreshold: number;
}

/** An ECS service that may have an entry. */
interface BalancedService {
  readonly service: ServiceNames;
  readonly task: Task;
}

/** The entries of an environment's load balancer; `path` is the stack's own, for a service without a rule. */
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

/** What the Compose file asks of nobody in particular: every 10 s, for an answer within 5 s, three times in vain. */
const otherwise = { intervalSeconds: 10, timeoutSeconds: 5, unhealthyThreshold: 3 };

/**
 * The check of the container that publishes the port, as the Compose file has it, where its command asks that port for a
 * URL. A balancer's interval is longer than its time-out, and two to ten bad answers put a target out (ELB, "Health
 * checks for Application Load Balancer target groups").
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

/** The path of the first URL of a command that is the container's own at that port. */
function pathOf(command: string, port: number): string | undefined {
  const urls = command.matchAll(/http:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::(\d+))?(\/[^\s"'|;&)]*)?/g);
  for (const [, at = "80", path = "/"] of urls) if (Number(at) === port) return path;
  return undefined;
}

/** Seconds that open requests get: what the container asks for to stop, or 30. */
const drainSeconds = ({ containers, entry }: Pick<Task, "containers" | "entry">): number =>
  containers.find(({ name }) => name === entry?.container)?.stopTimeoutSeconds ?? 30;

/** Longest pattern of a path or a host ("Quotas for your Application Load Balancers"). */
const longest = 128;

/**
 * A rule with hosts comes before one without, a longer path before a shorter one. The number depends on the rule and its
 * service alone, so that a new rule moves no other: AWS takes no two rules of one number, not even for a moment.
 */
function priorityOf({ hosts, paths }: BalancerRule, name: string, taken: Set<number>): number {
  const length = Math.max(0, ...paths.map((path) => path.length)) + (hosts.length > 0 ? longest + 1 : 0);
  const first = (2 * longest + 1 - length) * 100 + 1;
  let priority = first + (Number.parseInt(createHash("sha256").update(name).digest("hex").slice(0, 8), 16) % 100);
  while (taken.has(priority)) priority += 1;
  taken.add(priority);
  return priority;
}
