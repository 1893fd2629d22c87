import type { Names } from "../../components/kit/names.ts";
import { life, named, type Grant } from "./grant.ts";
import { placesOf } from "./places.ts";

/** What `up` and `destroy` ask AWS about the load balancer, its certificate and its addresses, by type of resource. */
export function balancerGrants(names: Names): Readonly<Record<string, readonly Grant[]>> {
  const { arn, global } = placesOf(names);
  const { prefix } = names;
  const balancers = arn("elasticloadbalancing", `loadbalancer/app/${prefix}/*`);
  const groups = arn("elasticloadbalancing", `targetgroup/${prefix}/*`, `targetgroup/${prefix}-*/*`);
  const listeners = arn("elasticloadbalancing", `listener/app/${prefix}/*`);
  const rules = arn("elasticloadbalancing", `listener-rule/app/${prefix}/*`);
  const certificates = arn("acm", "certificate/*");
  return {
    "aws:lb/loadBalancer:LoadBalancer": [
      life("elasticloadbalancing", balancers, {
        create: "AddTags CreateLoadBalancer ModifyLoadBalancerAttributes",
        read: "DescribeCapacityReservation DescribeLoadBalancerAttributes DescribeLoadBalancers DescribeTags",
        update: "RemoveTags SetIpAddressType SetSecurityGroups SetSubnets",
        delete: "DeleteLoadBalancer",
      }),
      // Elastic Load Balancing user guide, "Required permissions": what it looks up in the caller's name.
      {
        actions: named(
          "ec2",
          "DescribeAccountAttributes DescribeAddresses DescribeInternetGateways DescribeNetworkInterfaces DescribeSecurityGroups DescribeSubnets DescribeVpcs",
        ),
        on: ["*"],
      },
    ],
    "aws:lb/targetGroup:TargetGroup": [
      life("elasticloadbalancing", groups, {
        create: "AddTags CreateTargetGroup ModifyTargetGroupAttributes",
        read: "DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups",
        update: "ModifyTargetGroup RemoveTags",
        delete: "DeleteTargetGroup",
      }),
    ],
    "aws:lb/listener:Listener": [
      life("elasticloadbalancing", [...balancers, ...listeners], {
        create: "AddTags CreateListener ModifyListenerAttributes",
        read: "DescribeListenerAttributes DescribeListeners DescribeTags",
        update: "ModifyListener RemoveTags",
        delete: "DeleteListener",
      }),
    ],
    "aws:lb/listenerRule:ListenerRule": [
      life("elasticloadbalancing", [...listeners, ...rules], {
        create: "AddTags CreateRule",
        read: "DescribeRules DescribeTags",
        update: "ModifyRule RemoveTags SetRulePriorities",
        delete: "DeleteRule",
      }),
    ],
    "aws:acm/certificate:Certificate": [
      life("acm", certificates, {
        create: "AddTagsToCertificate RequestCertificate",
        read: "DescribeCertificate ListTagsForCertificate",
        update: "RemoveTagsFromCertificate",
        delete: "DeleteCertificate",
      }),
    ],
    "aws:acm/certificateValidation:CertificateValidation": [{ actions: ["acm:DescribeCertificate"], on: certificates }],
    "aws:route53/record:Record": [
      life("route53", [...global("route53", "hostedzone/*")], {
        create: "ChangeResourceRecordSets",
        read: "GetHostedZone ListResourceRecordSets",
        delete: "ChangeResourceRecordSets",
      }),
      { actions: ["route53:GetChange"], on: global("route53", "change/*") },
    ],
    "aws:wafv2/webAclAssociation:WebAclAssociation": [
      life("wafv2", [...balancers, ...arn("wafv2", "regional/webacl/*")], {
        create: "AssociateWebACL",
        read: "GetWebACLForResource",
        delete: "DisassociateWebACL",
      }),
      { actions: ["elasticloadbalancing:SetWebACL"], on: balancers },
    ],
  };
}
