import { seconds } from "../tree/duration.ts";
import { field, items, mapping, text } from "../tree/fields.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Mapping, Value } from "../tree/tree.ts";

/** Which requests an entry gets from the load balancer; it has at least one path or host. */
export interface BalancerRule {
  /** Patterns of paths, as written; `*` matches any characters, `?` matches one. */
  readonly paths: readonly string[];
  /** Patterns of host names, in lower case. */
  readonly hosts: readonly string[];
}

/** The content of `balancer` of `x-ecs`, and its place. */
export interface Balancer {
  readonly at: Position;
  /** @default - every request that no other entry's rule takes */
  readonly rule?: BalancerRule;
  /** How long a client stays with the task that answered it first. @default - any task answers */
  readonly stickySeconds?: number;
}

/** The maximum of condition values and wildcards in one rule ("Quotas for your Application Load Balancers"). */
const mostValues = 5;
const mostWildcards = 6;
/** How many seconds a balancer's cookie may last ("Sticky sessions for your Application Load Balancer"). */
const stickyBounds = [1, 604_800] as const;

/** Reads what a service asks of the load balancer. */
export function balancerOf(ecs: Mapping, report: Report): Balancer | undefined {
  const value = field(ecs, "balancer")?.value;
  const options = value && mapping(value, '"balancer" of "x-ecs"', ["paths", "hosts", "sticky"], report);
  if (value === undefined || options === undefined) return undefined;
  const paths = patterns(options, "paths", path, report);
  const hosts = patterns(options, "hosts", host, report).map((name) => name.toLowerCase());
  const sticky = field(options, "sticky")?.value;
  const stickySeconds = sticky && seconds(sticky, '"sticky"', stickyBounds, report);
  if (options.entries.length === 0)
    report(value.at, '"balancer" of "x-ecs" is empty; write "paths", "hosts" or "sticky"');
  checkCount(value, [...paths, ...hosts], report);
  return {
    at: value.at,
    ...(paths.length + hosts.length > 0 && { rule: { paths, hosts } }),
    ...(stickySeconds !== undefined && { stickySeconds }),
  };
}

interface Kind {
  readonly matches: RegExp;
  readonly allowed: string;
}

/** "Path conditions" and "Host conditions", Application Load Balancer user guide. */
const path: Kind = {
  matches: /^\/[\w.$/~"'@:+&*?-]{0,127}$/,
  allowed: 'at most 128 letters, digits and special characters, beginning with "/", such as /api/*',
};
const host: Kind = {
  matches: /^(?=.{1,128}$)(?=.*\.)[A-Za-z0-9.*?-]+$/,
  allowed: "a host name of at most 128 characters with a dot in it, such as api.example.com or *.example.com",
};

function patterns(options: Mapping, key: string, kind: Kind, report: Report): readonly string[] {
  const value = field(options, key)?.value;
  const given = value === undefined ? [] : items(value, `"${key}"`, report);
  if (value?.kind === "sequence" && given.length === 0)
    report(value.at, `"${key}" is empty, so no request matches; add one or remove it`);
  return given.flatMap((item) => {
    const pattern = text(item, `an item of "${key}"`, report);
    if (pattern === undefined || kind.matches.test(pattern)) return pattern ?? [];
    report(item.at, `"${key}" has "${pattern}"; write ${kind.allowed}`);
    return [];
  });
}

function checkCount({ at }: Value, values: readonly string[], report: Report): void {
  if (values.length > mostValues) {
    report(
      at,
      `a rule of the balancer has at most ${mostValues} paths and hosts together, not ${values.length}; use patterns, such as /api/*`,
    );
  }
  const wildcards = values.join("").replace(/[^*?]/g, "").length;
  if (wildcards > mostWildcards)
    report(at, `a rule of the balancer has at most ${mostWildcards} wildcards, not ${wildcards}; remove some`);
}
