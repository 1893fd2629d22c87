import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { BalancerEntry } from "./balancer-entry.ts";
import type { Names } from "../kit/names.ts";

/** Creates the target group of an entry; a task is healthy after two successful checks. The group of the entry without a rule has the balancer's own name. */
export function targetGroup(
  name: string,
  entry: BalancerEntry,
  { names, vpcId }: { readonly names: Names; readonly vpcId: pulumi.Input<string> },
  parent: pulumi.Resource,
): aws.lb.TargetGroup {
  const { check, stickySeconds } = entry;
  return new aws.lb.TargetGroup(
    entry.rule === undefined ? name : `${name}-to-${entry.service.name}`,
    {
      name: names.targetGroup(entry.rule === undefined ? undefined : entry.service.name),
      port: entry.port,
      protocol: "HTTP",
      targetType: "ip",
      vpcId,
      deregistrationDelay: entry.deregistrationDelaySeconds,
      healthCheck: {
        path: check.path,
        matcher: "200",
        interval: check.intervalSeconds,
        timeout: check.timeoutSeconds,
        healthyThreshold: 2,
        unhealthyThreshold: check.unhealthyThreshold,
      },
      ...(stickySeconds !== undefined && {
        stickiness: { type: "lb_cookie", enabled: true, cookieDuration: stickySeconds },
      }),
    },
    // ECS registers each task with its container's own port (ECS developer guide, "Use load balancing to distribute
    // Amazon ECS service traffic"); the group keeps the port it was created with, because a second group of the same
    // name is refused.
    { parent, ignoreChanges: ["port"] },
  );
}

/** Creates the rule that forwards an entry's requests to its targets. */
export function listenerRule(
  name: string,
  { service, rule, priority }: BalancerEntry,
  args: { readonly listenerArn: pulumi.Input<string>; readonly targetGroupArn: pulumi.Input<string> },
  parent: pulumi.Resource,
): aws.lb.ListenerRule {
  const { hosts = [], paths = [] } = rule ?? {};
  return new aws.lb.ListenerRule(
    `${name}-to-${service.name}`,
    {
      listenerArn: args.listenerArn,
      ...(priority !== undefined && { priority }),
      conditions: [
        ...(hosts.length > 0 ? [{ hostHeader: { values: [...hosts] } }] : []),
        ...(paths.length > 0 ? [{ pathPattern: { values: [...paths] } }] : []),
      ],
      actions: [{ type: "forward", targetGroupArn: args.targetGroupArn }],
    },
    { parent },
  );
}

export interface LetInArgs {
  readonly balancer: pulumi.Output<string>;
  readonly tasks: pulumi.Output<string>;
  readonly entries: readonly BalancerEntry[];
  /** The ECS service that these rules once belonged to. */
  readonly owner: string;
}

/** Lets requests from the load balancer reach the tasks' ports. All tasks share one security group, so each port has one rule. */
export function letIn(name: string, args: LetInArgs, parent: pulumi.Resource): void {
  const own = args.entries.find(({ rule }) => rule === undefined)?.port;
  for (const number of new Set(args.entries.map(({ port }) => port))) {
    const port = { ipProtocol: "tcp", fromPort: number, toPort: number };
    const suffix = number === own ? "" : `-${String(number)}`;
    const opts = (what: string) => ({
      parent,
      ...(suffix === "" && { aliases: [{ name: `${args.owner}-${what}`, parent: formerOwner(args.owner) }] }),
    });
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-balancer-to-tasks${suffix}`,
      { securityGroupId: args.balancer, referencedSecurityGroupId: args.tasks, ...port },
      opts("balancer-to-tasks"),
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-tasks-from-balancer${suffix}`,
      { securityGroupId: args.tasks, referencedSecurityGroupId: args.balancer, ...port },
      opts("tasks-from-balancer"),
    );
  }
}

/** URN of the ECS service that the load balancer once belonged to. */
export const formerOwner = (owner: string): pulumi.Output<string> =>
  pulumi.createUrn(owner, "compose-ecs-pipeline:index:EcsService");
