import type { Asked } from "../../local-cloud/index.ts";
import { denialsIn, proves, type Attempt, type Finding } from "./findings.ts";
import { concerns, permissionsOf, without, type Permission } from "./permission.ts";
import type { RolePolicy } from "./role-policies.ts";
import type { Outcome, Scenario } from "./scenario.ts";

/** What a proof needs while a scenario runs. */
export interface Evidence {
  /** Every permission that calls have needed so far, in order. */
  readonly asked: readonly Asked[];
  /** Begins to listen; returns a function for everything that builds and the local cloud have written since. */
  readonly listen: () => () => string;
}

export interface ProveScenarioArgs {
  readonly scenario: Scenario;
  readonly policies: readonly RolePolicy[];
  readonly evidence: Evidence;
  /** Whether a permission is tried in this scenario, if a call needs it. */
  readonly isOpen: (permission: Permission) => boolean;
  /** Called with the result of each run. */
  readonly tell: (line: string) => void;
}

/**
 * Runs a scenario with all permissions, then without each permission that this run needed, and with all once more:
 * returns what fails without each. Throws when a run with all permissions is not as expected, since then it proves
 * nothing.
 */
export async function proveScenario(args: ProveScenarioArgs): Promise<readonly Finding[]> {
  const { scenario, policies, isOpen } = args;
  const findings: Finding[] = [];
  try {
    const asked = await control(args);
    for (const each of policies) {
      const meant = asked.filter(({ roleArn }) => roleArn.endsWith(`/${each.roleName}`));
      const open = permissionsOf(each.role, each.policy).filter(
        (permission) => isOpen(permission) && meant.some((one) => concerns(permission, one)),
      );
      for (const permission of open) {
        const finding = await tryWithout(args, each, permission);
        const unread = !meant.some(({ action }) => action === permission.action);
        findings.push(finding.fails === undefined && unread ? { ...finding, unread } : finding);
      }
    }
    if (findings.length > 0) await control(args);
  } finally {
    await scenario.finish?.();
  }
  return findings;
}

/** A run with every permission; returns the permissions that it needed. */
async function control({ scenario, evidence, tell }: ProveScenarioArgs): Promise<readonly Asked[]> {
  await scenario.ready?.();
  const from = evidence.asked.length;
  const said = evidence.listen();
  const since = performance.now();
  const { outcome } = await scenario.run();
  tell(`with every permission: ${outcome} (${seconds(since)})`);
  if (outcome !== scenario.expected) {
    const end = said().trim().split("\n").slice(-30).join("\n");
    throw new Error(
      `${scenario.title}: with every permission it must come to "${scenario.expected}", not "${outcome}"; ${end}`,
    );
  }
  return evidence.asked.slice(from);
}

async function tryWithout(args: ProveScenarioArgs, role: RolePolicy, permission: Permission): Promise<Finding> {
  const { scenario, tell } = args;
  const since = performance.now();
  await scenario.ready?.();
  const attempt = await deprived(args, role, permission);
  const proved = proves(scenario.expected, attempt);
  const said = attempt.denials[0]?.replace(/^.*?is not /u, "not ") ?? "no denial";
  const shown = proved ? "fails" : "NOT SHOWN";
  tell(`${permission.role} ${permission.action}: ${shown}: ${attempt.outcome}: ${said} (${seconds(since)})`);
  return { permission, ...(proved && { fails: scenario.title, words: wordsOf(attempt.outcome, said) }) };
}

/** A failure for the table: without the resource, whose number changes from proof to proof. */
const wordsOf = (outcome: string, said: string): string =>
  `${outcome}: ${said.replace(/(not authorized to perform: \S+).*/u, "$1")}`;

/** A run without one permission, which is restored whatever happens. */
async function deprived(
  { scenario, evidence }: ProveScenarioArgs,
  { roleName, policy, put }: RolePolicy,
  permission: Permission,
): Promise<Attempt> {
  const asked = evidence.asked.length;
  const said = evidence.listen();
  await put(without(policy, permission));
  let ran: Outcome;
  try {
    ran = await scenario.run();
  } finally {
    await put(policy);
  }
  const refused = evidence.asked
    .slice(asked)
    .filter((one) => one.allowed === false && one.roleArn.endsWith(`/${roleName}`) && concerns(permission, one))
    .map(({ action, resource }) => `is not authorized to perform: ${action} on resource: ${resource}`);
  const text = `${said()}\n${ran.said ?? ""}`;
  return { outcome: ran.outcome, denials: [...refused, ...denialsIn(text, roleName, permission.action)] };
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
