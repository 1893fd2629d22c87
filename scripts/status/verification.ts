import type { TargetHealthDescription } from "@aws-sdk/client-elastic-load-balancing-v2";
import { healthyTargets } from "../../build/verdict/health.ts";
import { verdictOf } from "../../build/verdict/verdict.ts";
import { partsOf } from "../kit/image-view.ts";
import type { BalancedServiceView } from "../look/service-view.ts";
import { changedKeys, runningDrift, templateDrift, type ServiceFacts } from "./status-report.ts";

/** Whether an ECS service runs what it should run. */
export interface ServiceVerdict {
  readonly service: string;
  readonly revision: string;
  readonly running: number;
  /** The running digest of each image that this stack builds, by container. */
  readonly digests: Readonly<Record<string, string>>;
  /** What is not as it should be, one line each; empty if all is well. */
  readonly problems: readonly string[];
  /** Notes about what is intended. */
  readonly notes: readonly string[];
}

/** The targets in a load balancer's target group. */
export interface GroupHealth {
  readonly group: string;
  readonly targets: readonly TargetHealthDescription[];
}

export interface VerificationFacts extends ServiceFacts {
  readonly service: BalancedServiceView;
  readonly health: readonly GroupHealth[];
  /** The revision that a rollback holds the service at; undefined while none is held. */
  readonly heldAt: string | undefined;
}

/** Checks a service: its deployment, the running digests, counts, health and the template. */
export function judge(facts: VerificationFacts): ServiceVerdict {
  const { service, revision, heldAt } = facts;
  const held = heldAt === service.revision;
  const changed = changedKeys(facts);
  const drift = [...templateDrift(facts), ...changed.heavy];
  return {
    service: service.name,
    revision: service.revision,
    running: service.running,
    digests: digestsOf(facts),
    problems: [
      ...deploymentProblems(facts, held),
      ...(heldAt === undefined || held ? [] : [`${service.revision} runs, but a rollback holds ${heldAt}`]),
      ...(service.desired === 0 ? ["the desired count is 0"] : []),
      ...runningDrift(facts),
      ...goneImages(facts),
      ...healthProblems(facts),
      ...(held ? [] : drift),
    ],
    notes: held
      ? drift.map(() => `${revision.name} is held; it is not from the template of the last \`up\``)
      : changed.light,
  };
}

/** In a held rollback, ECS itself may have rolled back to the held revision. */
function deploymentProblems({ service, deployments }: ServiceFacts, held: boolean): readonly string[] {
  if (service.deployments.length > 1 || service.deployments.some(({ state }) => state === "IN_PROGRESS")) {
    return ["a deployment is in progress"];
  }
  const [last] = deployments;
  if (last === undefined || last.status === "SUCCESSFUL") return [];
  if (held && last.status === "ROLLBACK_SUCCESSFUL") return [];
  return [`the last deployment is ${verdictOf({ status: last.status, statusReason: last.reason })}`];
}

const goneImages = ({ revision, images }: ServiceFacts): readonly string[] =>
  revision.containers
    .filter(({ image }) => image in images && images[image] === undefined)
    .map(({ name, image }) => `${name}: ${image} is no longer in ECR, so a new task cannot start`);

function healthProblems({ service, tasks, health }: VerificationFacts): readonly string[] {
  const sick = tasks.filter((task) => task.health === "UNHEALTHY").length;
  return [
    ...(sick === 0 ? [] : [`${sick} task(s) are UNHEALTHY`]),
    ...health.flatMap(({ group, targets }) => {
      const healthy = healthyTargets(targets);
      if (healthy >= service.desired) return [];
      const states = targets.map(({ TargetHealth }) => TargetHealth?.State ?? "unknown").join(", ");
      return [`${group}: ${healthy} of ${service.desired} target(s) are healthy (${states || "there is none"})`];
    }),
  ];
}

function digestsOf({ revision, images }: ServiceFacts): Readonly<Record<string, string>> {
  const known = revision.containers.flatMap(({ name, image }) => {
    const digest = partsOf(image).digest ?? images[image]?.digest;
    return image in images && digest !== undefined ? [[name, digest] as const] : [];
  });
  return Object.fromEntries(known);
}

/** Whether every service is as it should be. */
export const isVerified = (verdicts: readonly ServiceVerdict[]): boolean =>
  verdicts.every(({ problems }) => problems.length === 0);

/** The lines of verdicts. */
export const verdictLines = (verdicts: readonly ServiceVerdict[]): readonly string[] =>
  verdicts.flatMap(({ service, revision, running, digests, problems, notes }) => [
    `${service}: ${problems.length === 0 ? "as it should be" : "not as it should be"}: ${revision}, ${running} task(s)`,
    ...Object.entries(digests).map(([container, digest]) => `  ${container}: ${digest}`),
    ...problems.map((line) => `  problem: ${line}`),
    ...notes.map((line) => `  ${line}`),
  ]);
