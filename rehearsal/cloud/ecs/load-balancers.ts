import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { TargetGroup as ElbTargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import { openListener } from "../balancer.ts";
import type { Listener } from "../balancer.ts";
import { AwsError } from "../service.ts";
import type { World } from "../service.ts";
import { findRoute } from "./listener-route.ts";
import type { ListenerRoute, RoutedRequest } from "./listener-route.ts";
import { targetGroup } from "./target-group.ts";
import type { TargetGroup, TargetGroupSettings, TargetHealth } from "./target-group.ts";

/** How load balancers differ from AWS's in a rehearsal. */
export interface LoadBalancerOptions {
  /** Longest time between two health checks of a target; a target group's own interval may be shorter. @default 2 */
  readonly maximumIntervalSeconds?: number;
  /** Port of 127.0.0.1 to listen on, by load balancer name. @default - any free port */
  readonly ports?: Readonly<Record<string, number>>;
}

/** A load balancer that listens. */
export interface OpenLoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly targetGroupArn: string;
  readonly url: string;
}

/** The load balancers of the rehearsal: their control plane is ELBv2 behind the endpoint, their data plane is here. */
export interface LoadBalancers {
  /** Reads the target group's settings and opens the port of the load balancer whose listener, or a rule of it, forwards to it. */
  readonly attach: (targetGroupArn: string) => Promise<void>;
  readonly group: (targetGroupArn: string) => TargetGroup | undefined;
  readonly open: () => readonly OpenLoadBalancer[];
  /** Sends a target group nothing any more, and closes the port of its load balancer where it was the last one. */
  readonly detach: (targetGroupArn: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Attached {
  readonly group: TargetGroup;
  readonly route: ListenerRoute;
  readonly balancer: OpenLoadBalancer;
}

/** No load balancer listens yet; `changed` is called whenever the health of a target changes. */
export function loadBalancers(world: World, options: LoadBalancerOptions, changed: () => void): LoadBalancers {
  const attached = new Map<string, Attached>();
  // A promise each, because services are made at the same time.
  const listeners = new Map<string, Promise<Listener>>();
  const client = new ElasticLoadBalancingV2Client({
    endpoint: world.endpointUrl,
    region: world.region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const behind = (balancerArn: string): readonly Attached[] =>
    [...attached.values()]
      .filter(({ balancer }) => balancer.arn === balancerArn)
      .toSorted((a, b) => a.route.priority - b.route.priority);
  const listen = async ({ arn, name }: { readonly arn: string; readonly name: string }): Promise<Listener> => {
    const port = options.ports?.[name];
    const pick = (request: RoutedRequest) =>
      behind(arn)
        .find(({ route }) => route.matches(request))
        ?.group.pick();
    const listener = await openListener({ pick, ...(port === undefined ? {} : { port }) });
    world.log(`load balancer ${name} listens on ${listener.url}`);
    return listener;
  };
  const detach = async (arn: string): Promise<void> => {
    const entry = attached.get(arn);
    attached.delete(arn);
    entry?.group.close();
    if (entry === undefined || behind(entry.balancer.arn).length > 0) return;
    const listener = listeners.get(entry.balancer.arn);
    listeners.delete(entry.balancer.arn);
    await (await listener)?.close();
  };
  return {
    attach: async (arn) => {
      if (attached.has(arn)) return;
      const { settings, balancer, route } = await lookUp(client, arn, options.maximumIntervalSeconds ?? 2);
      const opening = listeners.get(balancer.arn) ?? listen(balancer);
      listeners.set(balancer.arn, opening);
      const { url } = await opening;
      const group = targetGroup(settings, changed);
      attached.set(arn, { group, route, balancer: { ...balancer, targetGroupArn: arn, url } });
    },
    group: (arn) => attached.get(arn)?.group,
    open: () => [...attached.values()].map(({ balancer }) => balancer),
    detach,
    close: async () => {
      await Promise.all([...attached.keys()].map(detach));
      client.destroy();
    },
  };
}

async function lookUp(client: ElasticLoadBalancingV2Client, arn: string, maximumIntervalSeconds: number) {
  const { TargetGroups: [group] = [] } = await client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }));
  const { Attributes = [] } = await client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn }));
  const route = await findRoute(client, arn);
  if (group === undefined || route === undefined) {
    throw new AwsError(
      "InvalidParameterException",
      `The target group with targetGroupArn ${arn} does not have an associated load balancer.`,
    );
  }
  const described = await client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [route.balancerArn] }));
  const { LoadBalancerName: name = "", DNSName: dnsName = "" } = described.LoadBalancers?.[0] ?? {};
  const delay = Attributes.find(({ Key }) => Key === "deregistration_delay.timeout_seconds")?.Value;
  return {
    settings: toSettings(arn, group, Number(delay ?? 300), maximumIntervalSeconds),
    balancer: { arn: route.balancerArn, name, dnsName },
    route,
  };
}

function toSettings(
  arn: string,
  group: ElbTargetGroup,
  deregistrationDelaySeconds: number,
  maximumIntervalSeconds: number,
): TargetGroupSettings {
  return {
    arn,
    path: group.HealthCheckPath ?? "/",
    matcher: group.Matcher?.HttpCode ?? "200",
    intervalSeconds: Math.min(group.HealthCheckIntervalSeconds ?? 30, maximumIntervalSeconds),
    timeoutSeconds: group.HealthCheckTimeoutSeconds ?? 5,
    healthyThreshold: group.HealthyThresholdCount ?? 5,
    unhealthyThreshold: group.UnhealthyThresholdCount ?? 2,
    deregistrationDelaySeconds,
  };
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
