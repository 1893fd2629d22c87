import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  SetRulePrioritiesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ListenerArgs } from "@pulumi/aws/lb/listener.js";
import type { ListenerRuleArgs } from "@pulumi/aws/lb/listenerRule.js";
import type { LoadBalancerArgs } from "@pulumi/aws/lb/loadBalancer.js";
import type { TargetGroupArgs } from "@pulumi/aws/lb/targetGroup.js";

import { balancing } from "../kit/clients.ts";
import { handler, type Handlers, type Plain, required, tagList } from "../kit/handler.ts";

const loadBalancer = handler<LoadBalancerArgs>({
  autoname: "name",
  replaceOn: ["internal", "loadBalancerType", "name"],
  create: async (inputs) => {
    const { LoadBalancers: [made] = [] } = await balancing.send(
      new CreateLoadBalancerCommand({
        Name: inputs.name,
        Type: (inputs.loadBalancerType ?? "application") as never,
        Scheme: inputs.internal === true ? "internal" : "internet-facing",
        Subnets: inputs.subnets,
        SecurityGroups: inputs.securityGroups,
        Tags: tagList(inputs.tags),
      }),
    );
    const arn = required(made?.LoadBalancerArn, "load balancer ARN");
    await setBalancer(arn, inputs);
    const arnSuffix = arn.split(":loadbalancer/")[1];
    return {
      id: arn,
      outputs: { arn, arnSuffix, dnsName: made?.DNSName, zoneId: made?.CanonicalHostedZoneId, vpcId: made?.VpcId },
    };
  },
  update: async (id, inputs) => {
    await setBalancer(id, inputs);
    return {};
  },
  delete: async (id) => {
    await balancing.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: id }));
  },
});

const targetGroup = handler<TargetGroupArgs>({
  autoname: "name",
  replaceOn: ["name", "port", "protocol", "targetType", "vpcId"],
  create: async (inputs) => {
    const { TargetGroups: [made] = [] } = await balancing.send(
      new CreateTargetGroupCommand({
        Name: inputs.name,
        Port: inputs.port,
        Protocol: inputs.protocol as never,
        TargetType: inputs.targetType as never,
        VpcId: inputs.vpcId,
        Tags: tagList(inputs.tags),
        ...healthCheck(inputs),
      }),
    );
    const arn = required(made?.TargetGroupArn, "target group ARN");
    await setAttributes(arn, inputs);
    return { id: arn, outputs: { arn, arnSuffix: arn.split(":").at(-1), loadBalancerArns: [] } };
  },
  update: async (id, inputs) => {
    await balancing.send(new ModifyTargetGroupCommand({ TargetGroupArn: id, ...healthCheck(inputs) }));
    await setAttributes(id, inputs);
    return {};
  },
  delete: async (id) => {
    await balancing.send(new DeleteTargetGroupCommand({ TargetGroupArn: id }));
  },
});

const listener = handler<ListenerArgs>({
  replaceOn: ["loadBalancerArn"],
  create: async (inputs) => {
    const { Listeners: [made] = [] } = await balancing.send(
      new CreateListenerCommand({ LoadBalancerArn: inputs.loadBalancerArn, ...listening(inputs) }),
    );
    const arn = required(made?.ListenerArn, "listener ARN");
    return { id: arn, outputs: { arn } };
  },
  update: async (id, inputs) => {
    await balancing.send(new ModifyListenerCommand({ ListenerArn: id, ...listening(inputs) }));
    return {};
  },
  delete: async (id) => {
    await balancing.send(new DeleteListenerCommand({ ListenerArn: id }));
  },
});

const listenerRule = handler<ListenerRuleArgs>({
  replaceOn: ["listenerArn"],
  create: async (inputs) => {
    const { Rules: [made] = [] } = await balancing.send(
      new CreateRuleCommand({ ListenerArn: inputs.listenerArn, Priority: inputs.priority, ...routing(inputs) }),
    );
    const arn = required(made?.RuleArn, "rule ARN");
    return { id: arn, outputs: { arn } };
  },
  update: async (id, inputs, before) => {
    await balancing.send(new ModifyRuleCommand({ RuleArn: id, ...routing(inputs) }));
    if (inputs.priority !== before.priority) {
      const RulePriorities = [{ RuleArn: id, Priority: inputs.priority }];
      await balancing.send(new SetRulePrioritiesCommand({ RulePriorities }));
    }
    return {};
  },
  delete: async (id) => {
    await balancing.send(new DeleteRuleCommand({ RuleArn: id }));
  },
});

/** Elastic Load Balancing resource types, served by real calls. */
export const balancingHandlers: Handlers = {
  "aws:lb/listener:Listener": listener,
  "aws:lb/listenerRule:ListenerRule": listenerRule,
  "aws:lb/loadBalancer:LoadBalancer": loadBalancer,
  "aws:lb/targetGroup:TargetGroup": targetGroup,
};

async function setBalancer(arn: string, inputs: Plain<LoadBalancerArgs>): Promise<void> {
  const Attributes = [
    { Key: "idle_timeout.timeout_seconds", Value: String(inputs.idleTimeout ?? 60) },
    { Key: "deletion_protection.enabled", Value: String(inputs.enableDeletionProtection === true) },
    { Key: "routing.http.drop_invalid_header_fields.enabled", Value: String(inputs.dropInvalidHeaderFields === true) },
  ];
  await balancing.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: arn, Attributes }));
}

async function setAttributes(arn: string, inputs: Plain<TargetGroupArgs>): Promise<void> {
  const { enabled, type = "lb_cookie", cookieDuration = 86_400 } = inputs.stickiness ?? { enabled: false };
  const Attributes = [
    { Key: "deregistration_delay.timeout_seconds", Value: String(inputs.deregistrationDelay ?? 300) },
    { Key: "stickiness.enabled", Value: String(enabled === true) },
    { Key: "stickiness.type", Value: type },
    { Key: "stickiness.lb_cookie.duration_seconds", Value: String(cookieDuration) },
  ];
  await balancing.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes }));
}

function healthCheck({ healthCheck: check }: Plain<TargetGroupArgs>) {
  return {
    HealthCheckPath: check?.path,
    HealthCheckPort: check?.port,
    HealthCheckProtocol: check?.protocol as never,
    HealthCheckIntervalSeconds: check?.interval,
    HealthCheckTimeoutSeconds: check?.timeout,
    HealthyThresholdCount: check?.healthyThreshold,
    UnhealthyThresholdCount: check?.unhealthyThreshold,
    Matcher: check?.matcher === undefined ? undefined : { HttpCode: check.matcher },
  };
}

function listening(inputs: Plain<ListenerArgs>) {
  return {
    Port: inputs.port,
    Protocol: inputs.protocol as never,
    SslPolicy: inputs.sslPolicy,
    Certificates: inputs.certificateArn === undefined ? undefined : [{ CertificateArn: inputs.certificateArn }],
    DefaultActions: inputs.defaultActions.map(({ type, targetGroupArn, redirect, fixedResponse }) => ({
      Type: type as never,
      TargetGroupArn: targetGroupArn,
      RedirectConfig: redirect && {
        Port: redirect.port,
        Protocol: redirect.protocol,
        StatusCode: redirect.statusCode as never,
      },
      FixedResponseConfig: fixedResponse && {
        ContentType: fixedResponse.contentType,
        MessageBody: fixedResponse.messageBody,
        StatusCode: fixedResponse.statusCode,
      },
    })),
  };
}

function routing({ conditions, actions }: Plain<ListenerRuleArgs>) {
  return {
    Conditions: conditions.map(({ hostHeader, pathPattern }) =>
      hostHeader === undefined
        ? { Field: "path-pattern", PathPatternConfig: { Values: pathPattern?.values ?? [] } }
        : { Field: "host-header", HostHeaderConfig: { Values: hostHeader.values ?? [] } },
    ),
    Actions: actions.map(({ type, targetGroupArn }) => ({ Type: type as never, TargetGroupArn: targetGroupArn })),
  };
}
