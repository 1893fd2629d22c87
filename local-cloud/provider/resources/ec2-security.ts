import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import type { SecurityGroupArgs } from "@pulumi/aws/ec2/securityGroup.js";
import type { SecurityGroupEgressRuleArgs } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import type { SecurityGroupIngressRuleArgs } from "@pulumi/aws/vpc/securityGroupIngressRule.js";

import { ec2 } from "../kit/clients.ts";
import { handler, type Handlers, type Plain, required, unless } from "../kit/handler.ts";

type Rule = Plain<SecurityGroupIngressRuleArgs>;
type InlineRules = Plain<SecurityGroupArgs>["ingress"];

const ruleInputs = [
  "cidrIpv4",
  "cidrIpv6",
  "fromPort",
  "ipProtocol",
  "referencedSecurityGroupId",
  "securityGroupId",
  "toPort",
] as const;

const securityGroup = handler<SecurityGroupArgs>({
  autoname: "name",
  replaceOn: ["description", "name", "vpcId"],
  create: async ({ name, description, vpcId, ingress, egress }) => {
    const made = await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: name,
        Description: description ?? "Managed by Pulumi",
        VpcId: vpcId,
      }),
    );
    const GroupId = required(made.GroupId, "security group id");
    // The real provider removes the rule for all outgoing traffic, which AWS adds itself.
    await unless(
      ["InvalidPermission.NotFound"],
      ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [everything] })),
    );
    const inbound = inline(ingress);
    const outbound = inline(egress);
    if (inbound.length > 0)
      await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: inbound }));
    if (outbound.length > 0)
      await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: outbound }));
    return { id: GroupId, outputs: { arn: made.SecurityGroupArn } };
  },
  update: () => Promise.resolve({}),
  delete: (id) => unless(["InvalidGroup.NotFound"], ec2.send(new DeleteSecurityGroupCommand({ GroupId: id }))),
});

const ingressRule = handler<SecurityGroupIngressRuleArgs>({
  replaceOn: ruleInputs,
  create: async (rule) => {
    const command = new AuthorizeSecurityGroupIngressCommand({
      GroupId: rule.securityGroupId,
      IpPermissions: [permission(rule)],
    });
    const { SecurityGroupRules: [made] = [] } = await ec2.send(command);
    return ruleMade(made?.SecurityGroupRuleId, "ingress", rule);
  },
  update: () => Promise.resolve({}),
  delete: (_id, rule) =>
    unless(
      ["InvalidPermission.NotFound", "InvalidGroup.NotFound"],
      ec2.send(
        new RevokeSecurityGroupIngressCommand({ GroupId: rule.securityGroupId, IpPermissions: [permission(rule)] }),
      ),
    ),
});

const egressRule = handler<SecurityGroupEgressRuleArgs>({
  replaceOn: ruleInputs,
  create: async (rule) => {
    const command = new AuthorizeSecurityGroupEgressCommand({
      GroupId: rule.securityGroupId,
      IpPermissions: [permission(rule)],
    });
    const { SecurityGroupRules: [made] = [] } = await ec2.send(command);
    return ruleMade(made?.SecurityGroupRuleId, "egress", rule);
  },
  update: () => Promise.resolve({}),
  delete: (_id, rule) =>
    unless(
      ["InvalidPermission.NotFound", "InvalidGroup.NotFound"],
      ec2.send(
        new RevokeSecurityGroupEgressCommand({ GroupId: rule.securityGroupId, IpPermissions: [permission(rule)] }),
      ),
    ),
});

/** Security groups and their rules, served by real calls. */
export const securityHandlers: Handlers = {
  "aws:ec2/securityGroup:SecurityGroup": securityGroup,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": egressRule,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ingressRule,
};

const everything: IpPermission = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };

function permission(rule: Rule): IpPermission {
  return {
    IpProtocol: rule.ipProtocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    IpRanges: rule.cidrIpv4 === undefined ? undefined : [{ CidrIp: rule.cidrIpv4, Description: rule.description }],
    Ipv6Ranges: rule.cidrIpv6 === undefined ? undefined : [{ CidrIpv6: rule.cidrIpv6, Description: rule.description }],
    UserIdGroupPairs:
      rule.referencedSecurityGroupId === undefined ? undefined : [{ GroupId: rule.referencedSecurityGroupId }],
  };
}

/** Not every emulator returns the rule's id; then the rule is found by its content. */
function ruleMade(id: string | undefined, direction: string, rule: Rule) {
  const from = rule.cidrIpv4 ?? rule.cidrIpv6 ?? rule.referencedSecurityGroupId ?? "";
  const made = id ?? `sgr-${rule.securityGroupId}-${direction}-${String(rule.fromPort ?? "all")}-${from}`;
  return { id: made, outputs: { securityGroupRuleId: made } };
}

function inline(rules: InlineRules): IpPermission[] {
  return (rules ?? []).map((rule) => ({
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    IpRanges: rule.cidrBlocks?.map((CidrIp) => ({ CidrIp })),
    UserIdGroupPairs: rule.securityGroups?.map((GroupId) => ({ GroupId })),
  }));
}
