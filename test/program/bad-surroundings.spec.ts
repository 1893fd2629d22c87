import { expect } from "chai";
import { refusalOf, type Change } from "../support/settings.ts";

describe("the settings of network, load balancer, scaling and alarms refuse", () => {
  const bad: readonly (readonly [title: string, change: Change, message: string])[] = [
    [
      "a VPC that is not an ID",
      { vpcId: "main" },
      'vpcId: "main" is not allowed; set the id of a VPC, as in vpc-0123456789abcdef0, or default',
    ],
    [
      "a VPC by ID and by tags",
      { vpcId: "vpc-1", vpcTags: '["Name=main"]' },
      'vpcTags: ["Name=main"] is not allowed; set them only if vpcId is empty',
    ],
    [
      "subnets together with the default VPC",
      { vpcId: "default", privateSubnetIds: '["subnet-a"]' },
      'privateSubnetIds: ["subnet-a"] is not allowed; set it only if vpcId names a VPC other than the default one',
    ],
    [
      "subnets by IDs and by tags",
      { vpcId: "vpc-1", publicSubnetIds: '["subnet-a"]', publicSubnetTags: '["tier=public"]' },
      'publicSubnetTags: ["tier=public"] is not allowed; set them only if publicSubnetIds is empty',
    ],
    ["a tag without a value", { vpcTags: '["main"]' }, 'vpcTags: "main" is not allowed; set TAG=value'],
    [
      "a tag that is listed twice",
      { vpcTags: '["Name=a","Name=b"]' },
      'vpcTags: "Name=b" is not allowed; set Name once',
    ],
    [
      "endpoints in an existing VPC",
      { vpcId: "default", vpcEndpoints: "s3" },
      'vpcEndpoints: "s3" is not allowed; set none: the owner of an existing VPC adds its endpoints',
    ],
    [
      "endpoints of an unknown kind",
      { vpcEndpoints: "ecr" },
      'vpcEndpoints: "ecr" is not allowed; set none, s3 or all',
    ],
    [
      "a domain without a zone or a certificate",
      { domain: "shop.example.com" },
      'domain: "shop.example.com" is not allowed; set hostedZoneId as well, in which a certificate is validated, or certificateArn',
    ],
    [
      "a domain that is a URL",
      { domain: "https://shop.example.com", hostedZoneId: "Z1" },
      'domain: "https://shop.example.com" is not allowed; set a host name in lower case, as in shop.example.com',
    ],
    [
      "a zone without a domain",
      { hostedZoneId: "Z1234" },
      'hostedZoneId: "Z1234" is not allowed; set it only together with domain',
    ],
    [
      "a zone by its name",
      { domain: "shop.example.com", hostedZoneId: "example.com" },
      'hostedZoneId: "example.com" is not allowed; set the id of a zone of Route 53, as in Z0123456789ABC',
    ],
    [
      "a certificate that is not an ARN",
      { certificateArn: "certificate/0" },
      'certificateArn: "certificate/0" is not allowed; set a certificate\'s ARN, arn:aws:acm:REGION:ACCOUNT:certificate/ID',
    ],
    [
      "IPv6 for an internal load balancer",
      { vpcId: "default", ipv6: "true", internalBalancer: "true" },
      "ipv6: true is not allowed; set it only if internalBalancer is false",
    ],
    [
      "a range without its bits",
      { allowedRanges: '["203.0.113.0"]' },
      'allowedRanges: "203.0.113.0" is not allowed; set address ranges, as in 203.0.113.0/24 or 2001:db8::/32',
    ],
    [
      "a range with too many bits",
      { allowedRanges: '["203.0.113.0/33"]' },
      'allowedRanges: "203.0.113.0/33" is not allowed; set address ranges, as in 203.0.113.0/24 or 2001:db8::/32',
    ],
    [
      "a range that is listed twice",
      { allowedRanges: '["10.0.0.0/8","10.0.0.0/8"]' },
      'allowedRanges: "10.0.0.0/8" is not allowed; set each range once',
    ],
    [
      "an IPv6 range without IPv6",
      { allowedRanges: '["2001:db8::/32"]' },
      'allowedRanges: "2001:db8::/32" is not allowed; set IPv6 ranges only if ipv6 is true',
    ],
    [
      "a web ACL that is not regional",
      { webAclArn: "arn:aws:wafv2:us-east-1:000000000000:global/webacl/shop/0" },
      'webAclArn: "arn:aws:wafv2:us-east-1:000000000000:global/webacl/shop/0" is not allowed; set a regional web ACL\'s ARN, arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID',
    ],
    [
      "a memory target that scaling cannot reach",
      { memoryPercent: "5" },
      "memoryPercent: 5 is not allowed; set a whole number from 10 to 90, or 0 for none",
    ],
    [
      "a target of requests without scaling",
      { requestsPerTarget: "500" },
      "requestsPerTarget: 500 is not allowed; set maximumCount as well: without it nothing scales",
    ],
    [
      "tasks that never come back",
      { schedule: '["0 19 ? * MON-FRI * = off"]' },
      'schedule: ["0 19 ? * MON-FRI * = off"] is not allowed; set an entry with on as well: without it the tasks never come back',
    ],
    [
      "a time that is not a cron expression",
      { schedule: '["19:00 = off"]' },
      'schedule: "19:00 = off" is not allowed; set six cron fields (minutes hours day-of-month month day-of-week year), where one of the two day fields is ?, as in 0 19 ? * MON-FRI * = off',
    ],
    [
      "counts that are not a known word",
      { schedule: '["0 19 ? * MON-FRI * = night"]' },
      'schedule: "0 19 ? * MON-FRI * = night" is not allowed; set CRON = on, off or MINIMUM-MAXIMUM, as in 0 19 ? * MON-FRI * = off',
    ],
    [
      "a minimum count of 0",
      { schedule: '["0 7 ? * * * = 0-2"]' },
      'schedule: "0 7 ? * * * = 0-2" is not allowed; set a minimum of at least 1 and a maximum that is not below it; for no tasks write off',
    ],
    [
      "different counts without scaling",
      { schedule: '["0 7 ? * * * = 1-2"]' },
      'schedule: "0 7 ? * * * = 1-2" is not allowed; set maximumCount as well: without it nothing scales between the two',
    ],
    [
      "a time that is listed twice",
      { schedule: '["0 7 ? * * * = on","0 7 ? * * * = on"]' },
      'schedule: "0 7 ? * * * = on" is not allowed; set each time once',
    ],
    [
      "a time zone without its region",
      { schedule: '["0 7 ? * * * = on"]', scheduleTimeZone: "Berlin" },
      'scheduleTimeZone: "Berlin" is not allowed; set a time zone\'s name, as in Europe/Berlin or UTC',
    ],
    [
      "a time zone without a schedule",
      { scheduleTimeZone: "Europe/Berlin" },
      'scheduleTimeZone: "Europe/Berlin" is not allowed; set it only together with schedule',
    ],
    [
      "an alarm of an unknown kind",
      { deploymentAlarms: '["5xx"]' },
      'deploymentAlarms: "5xx" is not allowed; set one or more of errors, unhealthyHosts, latency, cpu, memory',
    ],
    [
      "an alarm that is listed twice",
      { deploymentAlarms: '["cpu","cpu"]' },
      'deploymentAlarms: "cpu" is not allowed; set each alarm once',
    ],
  ];
  for (const [title, change, message] of bad) {
    it(title, async () => {
      expect(await refusalOf(change)).to.equal(`Pulumi.staging.yaml: ${message}`);
    });
  }
});
