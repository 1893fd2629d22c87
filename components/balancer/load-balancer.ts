import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accessLogBucket, type AccessLogsArgs } from "./access-logs.ts";
import type { BalancerEntry } from "./balancer-entry.ts";
import { balancerIn, type BalancerAccess } from "./balancer-access.ts";
import { formerOwner, letIn, listenerRule, targetGroup } from "./balancer-targets.ts";
import { addresses, certificate, tlsPolicy, type Https } from "./https.ts";
import type { Network } from "../network/network.ts";
import { securityGroup } from "../kit/security-group.ts";

/** The settings of a stack about its load balancer. */
export interface BalancerSettings extends BalancerAccess {
  /** @default - HTTP only */
  readonly https?: Https | undefined;
  /** Seconds that a connection may be idle; the container must keep its side open for longer. */
  readonly idleTimeoutSeconds: number;
  /** Whether each request is logged to a bucket. */
  readonly accessLogs: boolean;
  /** ARN of the WAF web ACL, in the same region, that checks requests first. @default - none */
  readonly webAclArn?: string | undefined;
  /** Path with which the target group checks a task. @default - the path in the Compose file's health check, or `/health` */
  readonly healthCheckPath?: string | undefined;
}

export interface LoadBalancerArgs {
  readonly plan: BalancerPlan;
  readonly network: Pick<Network, "vpcId" | "publicSubnetIds" | "taskSubnetIds">;
  /** The owner of the tasks' security group, which gets a rule for the load balancer. */
  readonly cluster: { readonly securityGroupId: pulumi.Output<string> };
}

/** What is known about a load balancer before anything is created. Plain data. */
export interface BalancerPlan extends AccessLogsArgs {
  readonly settings: BalancerSettings;
  /** The ECS services behind it; exactly one of them has no rule. Empty if no container publishes a port. */
  readonly entries: readonly BalancerEntry[];
}

/** Where the tasks of one ECS service are reached. */
export interface Targets {
  readonly targetGroupArn: pulumi.Output<string>;
  /** Name of the target group in CloudWatch and Application Auto Scaling: `<load balancer>/<target group>`. */
  readonly resourceLabel: pulumi.Output<string>;
  /** The listener or rule that forwards to it: a service can be created only if its target group has one. */
  readonly ready: pulumi.Resource;
}

/** The load balancer of an environment, or undefined if no container publishes a port. */
export const loadBalancerFor = (name: string, args: LoadBalancerArgs): LoadBalancer | undefined =>
  args.plan.entries.length === 0 ? undefined : new LoadBalancer(name, args);

/** The Application Load Balancer of one environment, in front of each ECS service that publishes a port. */
export class LoadBalancer extends pulumi.ComponentResource {
  /** Where people reach the environment. */
  readonly url: pulumi.Output<string>;
  /** Its name in metrics: the end of its ARN, from `app/`. */
  readonly arnSuffix: pulumi.Output<string>;
  /** Targets by the name of their ECS service. */
  readonly targets: Readonly<Record<string, Targets>>;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    // In older programs it was a child of the one ECS service that published a port.
    const { plan, network, cluster } = args;
    const { settings, entries } = plan;
    const owner = entries.find(({ rule }) => rule === undefined)?.service.name ?? name;
    const once = { name: owner, parent: formerOwner(owner) };
    super("compose-ecs-pipeline:index:LoadBalancer", name, {}, { ...opts, aliases: [once] });
    const { https, ipv6, webAclArn } = settings;
    const group = securityGroup(
      `${name}-balancer`,
      // AWS cannot change a group's description; the rules say who is let in.
      { vpcId: network.vpcId, description: "load balancer: HTTP from anywhere" },
      { parent: this },
    );
    balancerIn(name, { access: settings, groupId: group.id, ports: https ? [80, 443] : [80] }, this);
    const balancer = this.balancer(name, args, group.id);
    this.targets = this.forwarding(name, args, balancer);
    letIn(name, { entries, owner, balancer: group.id, tasks: cluster.securityGroupId }, this);
    if (https !== undefined) addresses(name, https, balancer, ipv6, { parent: this });
    if (webAclArn !== undefined)
      new aws.wafv2.WebAclAssociation(name, { resourceArn: balancer.arn, webAclArn }, { parent: this });
    this.url = https ? pulumi.output(`https://${https.domain}`) : pulumi.interpolate`http://${balancer.dnsName}`;
    this.arnSuffix = balancer.arnSuffix;
    this.registerOutputs({ url: this.url });
  }

  private balancer(name: string, args: LoadBalancerArgs, groupId: pulumi.Output<string>): aws.lb.LoadBalancer {
    const { plan, network } = args;
    const { accessLogs, internal, ipv6, idleTimeoutSeconds } = plan.settings;
    const logs = accessLogs ? accessLogBucket(name, plan, { parent: this }) : undefined;
    return new aws.lb.LoadBalancer(
      name,
      {
        name: plan.names.prefix,
        loadBalancerType: "application",
        securityGroups: [groupId],
        subnets: internal ? network.taskSubnetIds : network.publicSubnetIds,
        dropInvalidHeaderFields: true,
        idleTimeout: idleTimeoutSeconds,
        enableDeletionProtection: plan.protect,
        ...(internal && { internal }),
        ...(ipv6 && { ipAddressType: "dualstack" }),
        ...(logs && { accessLogs: { bucket: logs.bucketName, enabled: true } }),
      },
      { parent: this, dependsOn: logs ? [logs.ready] : [] },
    );
  }

  /** Creates the target groups, and the listener or rule that forwards to each of them. */
  private forwarding(name: string, args: LoadBalancerArgs, balancer: aws.lb.LoadBalancer): Record<string, Targets> {
    const { names, entries, settings } = args.plan;
    const groups = entries.map((entry) => ({
      entry,
      group: targetGroup(name, entry, { names, vpcId: args.network.vpcId }, this),
    }));
    const own = groups.find(({ entry }) => entry.rule === undefined)?.group;
    if (own === undefined) throw new Error("every entry of the load balancer has a rule; one must have none");
    const listener = this.listen(name, { https: settings.https, balancer, targetGroupArn: own.arn });
    const all = groups.map(({ entry, group }): [string, Targets] => {
      const to = { listenerArn: listener.arn, targetGroupArn: group.arn };
      return [
        entry.service.name,
        {
          targetGroupArn: group.arn,
          resourceLabel: pulumi.interpolate`${balancer.arnSuffix}/${group.arnSuffix}`,
          ready: group === own ? listener : listenerRule(name, entry, to, this),
        },
      ];
    });
    return Object.fromEntries(all);
  }

  /** Creates the listener that forwards: HTTPS if there is a domain, with a redirect from HTTP; otherwise HTTP. */
  private listen(
    name: string,
    args: {
      readonly https: Https | undefined;
      readonly balancer: aws.lb.LoadBalancer;
      readonly targetGroupArn: pulumi.Output<string>;
    },
  ): aws.lb.Listener {
    const { https, balancer, targetGroupArn } = args;
    const forward = { type: "forward", targetGroupArn };
    const listener = (
      scheme: "HTTP" | "HTTPS",
      more: Omit<aws.lb.ListenerArgs, "loadBalancerArn">,
      after: pulumi.Resource[] = [],
    ) =>
      new aws.lb.Listener(
        `${name}-${scheme.toLowerCase()}`,
        { loadBalancerArn: balancer.arn, protocol: scheme, ...more },
        { parent: this, dependsOn: after },
      );
    if (https === undefined) return listener("HTTP", { port: 80, defaultActions: [forward] });
    const certificateArn = certificate(name, https, { parent: this });
    const secure = listener("HTTPS", { port: 443, sslPolicy: tlsPolicy, certificateArn, defaultActions: [forward] });
    const redirect = { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" };
    listener("HTTP", { port: 80, defaultActions: [{ type: "redirect", redirect }] }, [secure]);
    return secure;
  }
}
