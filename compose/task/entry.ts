import type { BalancerRule } from "../keys/balancer.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Draft } from "./draft.ts";

/** Where the load balancer reaches an ECS service: the one port of the one container that publishes any. */
export interface Entry {
  readonly container: string;
  readonly port: number;
  /** Which requests come here. @default - every request that no other entry's rule takes */
  readonly rule?: BalancerRule;
  /** How long a client stays with the task that answered it first. @default - any task answers */
  readonly stickySeconds?: number;
  /** Seconds after a task's start during which the balancer's health checks are ignored. @default - the program's */
  readonly graceSeconds?: number;
}

/** The entry of each ECS service that publishes a port, by the service's name; exactly one of them has no rule. */
export function entriesOf(
  groups: readonly (readonly [string, readonly Draft[]])[],
  report: Report,
): ReadonlyMap<string, Entry> {
  const found = groups.flatMap(([name, drafts]) => {
    const entry = entryOf(drafts, report);
    return entry === undefined ? [] : [{ name, ...entry }];
  });
  checkRules(
    found.toSorted((a, b) => a.at.line - b.at.line),
    report,
  );
  return new Map(found.map(({ name, entry }) => [name, entry]));
}

interface Placed {
  readonly entry: Entry;
  /** The place of its first published port. */
  readonly at: Position;
}

function entryOf(drafts: readonly Draft[], report: Report): Placed | undefined {
  const publishing = drafts
    .filter(({ ports }) => ports.published.length > 0)
    .toSorted((a, b) => a.service.at.line - b.service.at.line);
  const [first, ...others] = publishing;
  const [port, ...more] = first?.ports.published ?? [];
  for (const { service } of drafts) {
    if (service.name === first?.service.name) continue;
    for (const [key, said] of Object.entries({ balancer: service.ecs.balancer, health_check_grace: service.ecs.grace }))
      if (said !== undefined)
        report(said.at, `"${service.name}" publishes no port for the load balancer; write "ports", or remove "${key}"`);
  }
  if (first === undefined || port === undefined) return undefined;
  for (const { port: second, at } of more) {
    const which = at === port.at ? "the others" : String(second);
    report(
      at,
      `the load balancer reaches one port of an ECS service, and ${port.port} is published; write ${which} below "expose" instead of "ports"`,
    );
  }
  for (const { service, ports } of others) {
    const at = ports.published[0]?.at ?? service.at;
    report(
      at,
      `"${first.service.name}" and "${service.name}" both publish ports, but the load balancer reaches one service of a task; write "expose" instead of "ports" in the other`,
    );
  }
  const { balancer: { rule, stickySeconds } = {}, grace } = first.service.ecs;
  return {
    entry: {
      container: first.service.name,
      port: port.port,
      ...(rule && { rule }),
      ...(stickySeconds !== undefined && { stickySeconds }),
      ...(grace && { graceSeconds: grace.seconds }),
    },
    at: port.at,
  };
}

/** Checks the rules of several entries: all but one need a rule, and the one without gets all other requests. */
function checkRules(entries: readonly Placed[], report: Report): void {
  const [first, ...others] = entries.filter(({ entry }) => entry.rule === undefined);
  for (const { entry, at } of others) {
    report(
      at,
      `"${first?.entry.container ?? ""}" and "${entry.container}" both publish ports, but no rule says which of them gets a request; write "balancer" with "paths" or "hosts" below "x-ecs", or "expose"`,
    );
  }
  const [only] = entries;
  if (only !== undefined && first === undefined)
    report(
      only.at,
      'every service with ports has a rule, so a request that matches none goes nowhere; remove "paths" and "hosts" from one',
    );
  const taken = new Map<string, string>();
  for (const { entry, at } of entries) {
    const { paths = [], hosts = [] } = entry.rule ?? {};
    const rule = JSON.stringify([paths.toSorted(), hosts.toSorted()]);
    const other = taken.get(rule);
    if (other !== undefined && entry.rule !== undefined)
      report(at, `"${other}" and "${entry.container}" have the same paths and hosts; change those of one`);
    taken.set(rule, entry.container);
  }
}
