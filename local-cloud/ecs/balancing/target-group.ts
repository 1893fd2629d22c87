import { request } from "node:http";
import type { BalancedRequest, Lease } from "./balancer.ts";
import { stickyCookies, stuckTo } from "./stickiness.ts";

/** Settings of a target group; times are seconds. */
export interface TargetGroupSettings {
  readonly arn: string;
  readonly path: string;
  /** HTTP codes of a passed check, as in `200,301` or `200-299`. */
  readonly matcher: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly deregistrationDelaySeconds: number;
  /** Seconds for which a client stays with one target. @default - any target answers */
  readonly stickySeconds?: number | undefined;
}

/** A registered target: its address and port for ELB, and the port of this machine that leads there. */
export interface Target {
  readonly id: string;
  readonly port: number;
  readonly hostPort: number;
}

/** A target's health in ELB's words. */
export interface TargetHealth {
  readonly id: string;
  readonly port: number;
  readonly state: "initial" | "healthy" | "unhealthy" | "draining";
  readonly reason?:
    | "Elb.RegistrationInProgress"
    | "Target.FailedHealthChecks"
    | "Target.ResponseCodeMismatch"
    | "Target.Timeout"
    | "Target.DeregistrationInProgress";
  readonly description?: string;
}

/** The targets of one target group, with their health checks and the choice among them. */
export interface TargetGroup {
  readonly settings: TargetGroupSettings;
  readonly register: (target: Target) => void;
  /** Resolves when no request is under way, or after the deregistration delay. */
  readonly deregister: (target: Target) => Promise<void>;
  readonly health: () => readonly TargetHealth[];
  readonly pick: (request: Pick<BalancedRequest, "cookie">) => Lease | undefined;
  readonly close: () => void;
}

interface Member {
  readonly target: Target;
  health: TargetHealth;
  passed: number;
  failed: number;
  busy: number;
  timer?: NodeJS.Timeout;
  idle?: () => void;
}

/** A target group without targets; `changed` is called whenever a target's state changes. */
export function targetGroup(settings: TargetGroupSettings, changed: () => void): TargetGroup {
  const members = new Map<string, Member>();
  let turn = 0;

  const check = async (member: Member): Promise<void> => {
    const result = await probe(member.target.hostPort, settings);
    if (members.get(key(member.target)) !== member || member.health.state === "draining") return;
    const before = member.health.state;
    judge(member, result, settings);
    if (member.health.state !== before) changed();
    member.timer = setTimeout(() => void check(member), settings.intervalSeconds * 1000);
  };

  return {
    settings,
    register: (target) => {
      const health = {
        id: target.id,
        port: target.port,
        state: "initial",
        reason: "Elb.RegistrationInProgress",
        description: "Target registration is in progress",
      } as const;
      const member: Member = { target, health, passed: 0, failed: 0, busy: 0 };
      members.set(key(target), member);
      void check(member);
    },
    deregister: async (target) => {
      const member = members.get(key(target));
      if (member === undefined) return;
      clearTimeout(member.timer);
      member.health = {
        id: target.id,
        port: target.port,
        state: "draining",
        reason: "Target.DeregistrationInProgress",
        description: "Target deregistration is in progress",
      };
      await drained(member, settings.deregistrationDelaySeconds);
      if (members.get(key(target)) === member) members.delete(key(target));
    },
    health: () => [...members.values()].map(({ health }) => health),
    pick: ({ cookie }) => {
      const { arn, stickySeconds } = settings;
      const candidates = routable([...members.values()]);
      const stuck = stickySeconds === undefined ? undefined : stuckTo(cookie, arn, Date.now());
      // "If a target fails or becomes unhealthy, the load balancer stops routing requests to that target, and chooses a
      // new healthy target based on the chosen load balancing algorithm."
      const member =
        candidates.find(({ target }) => key(target) === stuck) ?? candidates[turn++ % Math.max(candidates.length, 1)];
      if (member === undefined || stickySeconds === undefined) return member && lease(member);
      return { ...lease(member), cookies: stickyCookies({ arn, stickySeconds }, key(member.target), Date.now()) };
    },
    close: () => {
      for (const member of members.values()) clearTimeout(member.timer);
      members.clear();
    },
  };
}

function key({ id, port }: Target): string {
  return `${id}:${port}`;
}

// "If a target group contains only unhealthy registered targets, the load balancer routes requests to all those targets"
function routable(members: readonly Member[]): readonly Member[] {
  const healthy = members.filter(({ health }) => health.state === "healthy");
  return healthy.length > 0 ? healthy : members.filter(({ health }) => health.state !== "draining");
}

function lease(member: Member): Lease {
  member.busy += 1;
  return {
    port: member.target.hostPort,
    done: () => {
      member.busy -= 1;
      if (member.busy === 0) member.idle?.();
    },
  };
}

// "If a deregistering target has no in-flight requests and no active connections, Elastic Load Balancing immediately
// completes the deregistration process, without waiting for the deregistration delay to elapse."
async function drained(member: Member, delaySeconds: number): Promise<void> {
  if (member.busy === 0) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, delaySeconds * 1000);
    member.idle = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** Counts the result of one check and sets the target's state. */
function judge(
  member: Member,
  result: "passed" | TargetHealth["reason"] | number,
  settings: TargetGroupSettings,
): void {
  const passed = result === "passed";
  member.passed = passed ? member.passed + 1 : 0;
  member.failed = passed ? 0 : member.failed + 1;
  const { id, port } = member.target;
  // "After your target is registered, it must pass one health check to be considered healthy."
  const needed = member.health.state === "initial" ? 1 : settings.healthyThreshold;
  if (passed && member.passed >= needed) member.health = { id, port, state: "healthy" };
  if (passed || member.failed < settings.unhealthyThreshold) return;
  member.health =
    typeof result === "number"
      ? {
          id,
          port,
          state: "unhealthy",
          reason: "Target.ResponseCodeMismatch",
          description: `Health checks failed with these codes: [${result}]`,
        }
      : result === "Target.Timeout"
        ? { id, port, state: "unhealthy", reason: result, description: "Request timed out" }
        : { id, port, state: "unhealthy", reason: "Target.FailedHealthChecks", description: "Health checks failed" };
}

/** One health check: passed, the code that does not match, or why there was no answer. */
function probe(
  port: number,
  settings: TargetGroupSettings,
): Promise<"passed" | "Target.Timeout" | "Target.FailedHealthChecks" | number> {
  return new Promise((resolve) => {
    const asked = request({
      host: "127.0.0.1",
      port,
      path: settings.path,
      agent: false,
      headers: { "user-agent": "ELB-HealthChecker/2.0", connection: "close" },
    });
    const timer = setTimeout(() => {
      resolve("Target.Timeout");
      asked.destroy();
    }, settings.timeoutSeconds * 1000);
    asked.on("response", (answer) => {
      clearTimeout(timer);
      answer.resume();
      const code = answer.statusCode ?? 0;
      resolve(matches(settings.matcher, code) ? "passed" : code);
    });
    asked.on("error", () => {
      clearTimeout(timer);
      resolve("Target.FailedHealthChecks");
    });
    asked.end();
  });
}

/** Whether an HTTP code is one of `200,301` or in `200-299`. */
export function matches(matcher: string, code: number): boolean {
  return matcher.split(",").some((part) => {
    const [low = NaN, high = low] = part.split("-").map(Number);
    return code >= low && code <= high;
  });
}

/** The reply to ELBv2's DescribeTargetHealth, in the query protocol's XML. */
export function targetHealthXml(healths: readonly TargetHealth[]): string {
  const members = healths.map(
    ({ id, port, state, reason, description }) =>
      `<member><Target><Id>${id}</Id><Port>${port}</Port><AvailabilityZone>all</AvailabilityZone></Target>` +
      `<HealthCheckPort>${port}</HealthCheckPort><TargetHealth><State>${state}</State>` +
      (reason === undefined ? "" : `<Reason>${reason}</Reason>`) +
      (description === undefined ? "" : `<Description>${description}</Description>`) +
      `</TargetHealth></member>`,
  );
  return (
    `<DescribeTargetHealthResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">` +
    `<DescribeTargetHealthResult><TargetHealthDescriptions>${members.join("")}</TargetHealthDescriptions></DescribeTargetHealthResult>` +
    `<ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata></DescribeTargetHealthResponse>`
  );
}
