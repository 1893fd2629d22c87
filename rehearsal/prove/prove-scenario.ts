import type { Asked } from "../../local-cloud/index.ts";
import { denialsIn, proves, type Attempt, type Finding } from "./findings.ts";
import { concerns, permissionsOf, without, type Permission } from "./permission.ts";
import type { RolePolicy } from "./role-policies.ts";
import type { Outcome, Scenario } from "./scenario.ts";

/** What a proof reads while a scenario runs. */
export interface Evidence {
  /** Every permission that a role was asked for so far, in order. */
  readonly asked: readonly Asked[];
  /** Begins to listen; gives all that builds and the local cloud have said since. */
  readonly listen: () => () => string;
}

export interface ProveScenarioArgs {
  readonly scenario: Scenario;
  readonly policies: readonly RolePolicy[];
  readonly evidence: Evidence;
  /** Whether a permission is to be tried in this scenario, if it is asked for. */
  readonly isOpen: (permission: Permission) => boolean;
  /** Is told what each run has shown. */
  readonly tell: (line: string) => void;
}

/**
 * Runs a scenario whole, then without each open permission that the whole run was asked for, and whole once more: gives what
 * fails without each. Throws when a run with all permissions is not as expected, since then nothing is proved.
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

/** A run with every permission; gives what it was asked for. */
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

/** What the table says of a failure: no resource, whose number changes from proof to proof. */
const wordsOf = (outcome: string, said: string): string =>
  `${outcome}: ${said.replace(/(not authorized to perform: \S+).*/u, "$1")}`;

/** A run without one permission, which is given back whatever happens. */
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
