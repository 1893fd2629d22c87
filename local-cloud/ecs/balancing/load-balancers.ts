import {
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { TargetGroup as ElbTargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { BalancedRequest, Lease, Listener, Redirect } from "./balancer.ts";
import { openListener } from "./balancer.ts";
import { ownCertificate } from "./own-certificate.ts";
import { AwsError } from "../../kit/service.ts";
import type { World } from "../../kit/service.ts";
import { describeBalancers, redirectOf } from "./listener-route.ts";
import type { DescribedBalancer, DescribedListener } from "./listener-route.ts";
import { targetGroup, type TargetGroup, type TargetGroupSettings } from "./target-group.ts";

/** How load balancers here differ from AWS's. */
export interface LoadBalancerOptions {
  /**
   * Maximum number of seconds between two health checks of a target; a target group's interval may be shorter. @default
   * 2
   */
  readonly maximumIntervalSeconds?: number;
}

/** A load balancer that listens. */
export interface OpenLoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  /** URL of its first HTTPS listener, or else of its first HTTP listener. */
  readonly url: string;
  /** URL of each listener on this machine, by the listener's port on AWS. */
  readonly urls: Readonly<Record<number, string>>;
  /** Its self-signed certificate for HTTPS, as PEM. @default - it has no HTTPS listener */
  readonly certificate?: string | undefined;
}

/** The load balancers of the local cloud: their control plane is ELBv2 behind the endpoint, their data plane is here. */
export interface LoadBalancers {
  /**
   * Reads the target group's settings and opens the ports of the load balancer that has a listener, or a rule, for it.
   */
  readonly attach: (targetGroupArn: string) => Promise<void>;
  readonly group: (targetGroupArn: string) => TargetGroup | undefined;
  readonly open: () => readonly OpenLoadBalancer[];
  /** Reads the listeners again, after a change. */
  readonly listenersChanged: () => Promise<void>;
  /** Stops sending requests to a target group, and closes its load balancer's ports if it was the last one. */
  readonly detach: (targetGroupArn: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Open {
  described: DescribedListener;
  readonly balancer: DescribedBalancer;
  readonly listener: Listener;
  readonly certificate: string | undefined;
}

/** Load balancers, none of which listens yet; `changed` is called whenever the health of a target changes. */
export function loadBalancers(world: World, options: LoadBalancerOptions, changed: () => void): LoadBalancers {
  const groups = new Map<string, TargetGroup>();
  // By the listeners' ARNs.
  const listening = new Map<string, Open>();
  const client = new ElasticLoadBalancingV2Client({
    endpoint: world.endpointUrl,
    region: world.region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const open = async (balancer: DescribedBalancer, described: DescribedListener): Promise<void> => {
    const pick = (request: BalancedRequest) => {
      const now = listening.get(described.arn)?.described ?? described;
      return route(now, request, groups);
    };
    const certificate = described.secure ? await ownCertificate(world.directory, "127.0.0.1") : undefined;
    const listener = await openListener({ pick, certificate });
    world.log(`load balancer ${balancer.name}: port ${String(described.port)} is ${listener.url}`);
    listening.set(described.arn, { described, balancer, listener, certificate: certificate?.cert });
  };
  /** Opens and closes ports to match the load balancers that have one of the target groups. */
  const follow = async (): Promise<void> => {
    const used = (await describeBalancers(client)).filter((balancer) => [...groups.keys()].some(isBehind(balancer)));
    const wanted = used.flatMap((balancer) => balancer.listeners.map((described) => ({ balancer, described })));
    for (const [arn, { listener }] of listening) {
      if (wanted.some(({ described }) => described.arn === arn)) continue;
      listening.delete(arn);
      await listener.close();
    }
    for (const { balancer, described } of wanted) {
      const before = listening.get(described.arn);
      if (before === undefined) await open(balancer, described);
      else before.described = described;
    }
  };
  // One after another, because services are created at the same time.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const next = last.then(act, act);
    last = next.catch(() => undefined);
    return next;
  };
  return {
    attach: (arn) =>
      inTurn(async () => {
        if (groups.has(arn)) return;
        groups.set(arn, targetGroup(await lookUp(client, arn, options.maximumIntervalSeconds ?? 2), changed));
        await follow();
      }),
    group: (arn) => groups.get(arn),
    open: () => openBalancers([...listening.values()]),
    listenersChanged: () => inTurn(() => (groups.size === 0 ? Promise.resolve() : follow())),
    detach: (arn) =>
      inTurn(async () => {
        groups.get(arn)?.close();
        if (groups.delete(arn)) await follow();
      }),
    close: () =>
      inTurn(async () => {
        for (const group of groups.values()) group.close();
        await Promise.all([...listening.values()].map(({ listener }) => listener.close()));
        listening.clear();
        client.destroy();
      }),
  };
}

/** Where a listener sends a request; undefined when there is no target. */
function route(
  listener: DescribedListener,
  request: BalancedRequest,
  groups: ReadonlyMap<string, TargetGroup>,
): Lease | Redirect | undefined {
  const found = listener.routes.find(({ matches }) => matches(request));
  if (found?.redirect !== undefined) return redirectOf(found.redirect, request, listener);
  return groups.get(found?.targetGroupArn ?? "")?.pick(request);
}

const isBehind =
  ({ listeners }: DescribedBalancer) =>
  (arn: string): boolean =>
    listeners.some(({ routes }) => routes.some(({ targetGroupArn }) => targetGroupArn === arn));

function openBalancers(listeners: readonly Open[]): readonly OpenLoadBalancer[] {
  const balancers = new Map(listeners.map(({ balancer }) => [balancer.arn, balancer]));
  return [...balancers.values()].map(({ arn, name, dnsName }) => {
    const own = listeners.filter(({ balancer }) => balancer.arn === arn);
    const first = own.find(({ described }) => described.secure) ?? own[0];
    const urls = Object.fromEntries(own.map(({ described, listener }) => [described.port, listener.url]));
    return { arn, name, dnsName, urls, url: first?.listener.url ?? "", certificate: first?.certificate };
  });
}

async function lookUp(
  client: ElasticLoadBalancingV2Client,
  arn: string,
  maximumIntervalSeconds: number,
): Promise<TargetGroupSettings> {
  const { TargetGroups: [group] = [] } = await client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }));
  const { Attributes = [] } = await client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn }));
  if (group === undefined || !(await describeBalancers(client)).some((balancer) => isBehind(balancer)(arn))) {
    throw new AwsError(
      "InvalidParameterException",
      `The target group with targetGroupArn ${arn} does not have an associated load balancer.`,
    );
  }
  const attribute = (key: string) => Attributes.find(({ Key }) => Key === key)?.Value;
  const sticky = attribute("stickiness.enabled") === "true";
  return {
    ...toSettings(arn, group, maximumIntervalSeconds),
    deregistrationDelaySeconds: Number(attribute("deregistration_delay.timeout_seconds") ?? 300),
    ...(sticky && { stickySeconds: Number(attribute("stickiness.lb_cookie.duration_seconds") ?? 86_400) }),
  };
}

function toSettings(
  arn: string,
  group: ElbTargetGroup,
  maximumIntervalSeconds: number,
): Omit<TargetGroupSettings, "deregistrationDelaySeconds"> {
  return {
    arn,
    path: group.HealthCheckPath ?? "/",
    matcher: group.Matcher?.HttpCode ?? "200",
    intervalSeconds: Math.min(group.HealthCheckIntervalSeconds ?? 30, maximumIntervalSeconds),
    timeoutSeconds: group.HealthCheckTimeoutSeconds ?? 5,
    healthyThreshold: group.HealthyThresholdCount ?? 5,
    unhealthyThreshold: group.UnhealthyThresholdCount ?? 2,
  };
}
