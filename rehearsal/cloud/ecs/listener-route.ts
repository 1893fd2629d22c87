import type { ElasticLoadBalancingV2Client, Rule } from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";

/** A request as the rules of a listener look at it. */
export interface RoutedRequest {
  /** Without a port. */
  readonly host: string;
  /** Without a query. */
  readonly path: string;
}

/** What sends requests to a target group. */
export interface ListenerRoute {
  readonly balancerArn: string;
  /** Lowest first; the default action comes last. */
  readonly priority: number;
  readonly matches: (request: RoutedRequest) => boolean;
}

/** Finds the rule that forwards to a target group, the listener's default action being one; undefined where nothing does. */
export async function findRoute(
  client: ElasticLoadBalancingV2Client,
  targetGroupArn: string,
): Promise<ListenerRoute | undefined> {
  const { LoadBalancers = [] } = await client.send(new DescribeLoadBalancersCommand({}));
  for (const { LoadBalancerArn: balancerArn = "" } of LoadBalancers) {
    const { Listeners = [] } = await client.send(new DescribeListenersCommand({ LoadBalancerArn: balancerArn }));
    for (const { ListenerArn, DefaultActions = [] } of Listeners) {
      if (forwards(DefaultActions, targetGroupArn))
        return { balancerArn, priority: Number.POSITIVE_INFINITY, matches: () => true };
      const { Rules = [] } = await client.send(new DescribeRulesCommand({ ListenerArn }));
      const rule = Rules.find(({ Actions = [], IsDefault }) => IsDefault !== true && forwards(Actions, targetGroupArn));
      if (rule !== undefined)
        return { balancerArn, priority: Number(rule.Priority), matches: (request) => takes(rule, request) };
    }
  }
  return undefined;
}

type Actions = NonNullable<Rule["Actions"]>;

const forwards = (actions: Actions, arn: string): boolean =>
  actions.some(
    ({ TargetGroupArn, ForwardConfig }) =>
      TargetGroupArn === arn || ForwardConfig?.TargetGroups?.some((each) => each.TargetGroupArn === arn),
  );

/** All conditions of a rule, and of each any value ("Listener rules for your Application Load Balancer"). */
export function takes({ Conditions = [] }: Pick<Rule, "Conditions">, { host, path }: RoutedRequest): boolean {
  return Conditions.every(({ Field, Values = [], HostHeaderConfig, PathPatternConfig }) => {
    if (Field === "host-header") return any(HostHeaderConfig?.Values ?? Values, host, "i");
    if (Field === "path-pattern") return any(PathPatternConfig?.Values ?? Values, path, "");
    throw new Error(`the rehearsed load balancer knows no condition ${Field ?? ""}; add it to listener-route.ts`);
  });
}

/** `*` stands for any signs, `?` for one; host names are compared without their case, paths with it. */
const any = (patterns: readonly string[], text: string, flags: "i" | ""): boolean =>
  patterns.some((pattern) => {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, flags).test(text);
  });
