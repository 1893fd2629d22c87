import type {
  Action,
  ElasticLoadBalancingV2Client,
  Listener,
  RedirectActionConfig,
  Rule,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { matchesWildcards } from "../../kit/wildcards.ts";
import type { Redirect } from "./balancer.ts";

/** The parts of a request that a listener's rules match. */
export interface RoutedRequest {
  /** Without a port. */
  readonly host: string;
  /** Without a query. */
  readonly path: string;
}

/** A load balancer as ELB describes it. */
export interface DescribedBalancer {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly listeners: readonly DescribedListener[];
}

/** A listener, and where its requests go: to the first route that matches. The last route is the default action. */
export interface DescribedListener {
  readonly arn: string;
  readonly port: number;
  readonly secure: boolean;
  readonly routes: readonly ListenerRoute[];
}

/** A rule of a listener: it forwards to a target group, or redirects. */
export interface ListenerRoute {
  readonly matches: (request: RoutedRequest) => boolean;
  readonly targetGroupArn?: string | undefined;
  readonly redirect?: RedirectActionConfig | undefined;
}

/** Reads every load balancer with its listeners and their rules. */
export async function describeBalancers(client: ElasticLoadBalancingV2Client): Promise<readonly DescribedBalancer[]> {
  const { LoadBalancers = [] } = await client.send(new DescribeLoadBalancersCommand({}));
  return await Promise.all(
    LoadBalancers.map(async ({ LoadBalancerArn: arn = "", LoadBalancerName: name = "", DNSName: dnsName = "" }) => {
      const { Listeners = [] } = await client.send(new DescribeListenersCommand({ LoadBalancerArn: arn }));
      const listeners = await Promise.all(Listeners.map((listener) => describeListener(client, listener)));
      return { arn, name, dnsName, listeners };
    }),
  );
}

async function describeListener(
  client: ElasticLoadBalancingV2Client,
  { ListenerArn: arn = "", Port: port = 0, Protocol, DefaultActions = [] }: Listener,
): Promise<DescribedListener> {
  const { Rules = [] } = await client.send(new DescribeRulesCommand({ ListenerArn: arn }));
  const routes = Rules.filter(({ IsDefault }) => IsDefault !== true)
    .toSorted((a, b) => Number(a.Priority) - Number(b.Priority))
    .map((rule) => ({ ...goal(rule.Actions), matches: (request: RoutedRequest) => takes(rule, request) }));
  return {
    arn,
    port,
    secure: Protocol === "HTTPS",
    routes: [...routes, { ...goal(DefaultActions), matches: () => true }],
  };
}

/** Target group or redirect of a rule's actions; only the first action counts. */
function goal([action]: readonly Action[] = []): Omit<ListenerRoute, "matches"> {
  const targetGroupArn = action?.TargetGroupArn ?? action?.ForwardConfig?.TargetGroups?.[0]?.TargetGroupArn;
  return targetGroupArn === undefined ? { redirect: action?.RedirectConfig } : { targetGroupArn };
}

/**
 * The address of a redirect. "Any components that you do not modify retain their original values", and "#{path} (the
 * leading "/" is removed)" (API reference, RedirectActionConfig).
 */
export function redirectOf(
  { Protocol, Host, Port, Path, Query, StatusCode }: RedirectActionConfig,
  { host, path, query }: RoutedRequest & { readonly query: string },
  listener: Pick<DescribedListener, "port" | "secure">,
): Redirect {
  const known: Readonly<Record<string, string>> = {
    host,
    query,
    path: path.replace(/^\//, ""),
    port: String(listener.port),
    protocol: listener.secure ? "HTTPS" : "HTTP",
  };
  const filled = (text: string) => text.replace(/#\{(\w+)\}/g, (_, name: string) => known[name] ?? "");
  const address = `${filled(Protocol ?? "#{protocol}").toLowerCase()}://${filled(Host ?? "#{host}")}`;
  const asked = filled(Query ?? "#{query}");
  const location = `${address}:${filled(Port ?? "#{port}")}${filled(Path ?? "/#{path}")}${asked === "" ? "" : `?${asked}`}`;
  return { status: StatusCode === "HTTP_302" ? 302 : 301, location };
}

/**
 * Whether a request meets all conditions of a rule, each with any of its values ("Listener rules for your Application
 * Load Balancer").
 */
export function takes({ Conditions = [] }: Pick<Rule, "Conditions">, { host, path }: RoutedRequest): boolean {
  return Conditions.every(({ Field, Values = [], HostHeaderConfig, PathPatternConfig }) => {
    if (Field === "host-header") return any(lower(HostHeaderConfig?.Values ?? Values), host.toLowerCase());
    if (Field === "path-pattern") return any(PathPatternConfig?.Values ?? Values, path);
    throw new Error(
      `the local load balancer knows no condition ${Field ?? ""}; add it to local-cloud/ecs/balancing/listener-route.ts`,
    );
  });
}

/** Host names are compared without regard to case, paths with it. */
const any = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => matchesWildcards(pattern, text));
const lower = (texts: readonly string[]): readonly string[] => texts.map((text) => text.toLowerCase());
