import type { CertificateArgs } from "@pulumi/aws/acm/certificate.js";
import type { CertificateValidationArgs } from "@pulumi/aws/acm/certificateValidation.js";
import type { ScheduledActionArgs } from "@pulumi/aws/appautoscaling/scheduledAction.js";
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type { FlowLogArgs } from "@pulumi/aws/ec2/flowLog.js";
import type { VpcEndpointArgs } from "@pulumi/aws/ec2/vpcEndpoint.js";
import type { RecordArgs } from "@pulumi/aws/route53/record.js";
import type { WebAclAssociationArgs } from "@pulumi/aws/wafv2/webAclAssociation.js";
import { region } from "../clients.ts";
import type { Handlers } from "../handler.ts";
import { recorded } from "../recorded.ts";

/** What surrounds a service by choice: recorded only, the journey calls none of it; the load balancer's certificate is of its own making. */
export const surroundingsHandlers: Handlers = {
  "aws:acm/certificate:Certificate": recorded<CertificateArgs>(
    ["domainName", "subjectAlternativeNames", "validationMethod"],
    (id, { domainName = "" }) => ({
      arn: `arn:aws:acm:${region}:000000000000:certificate/${id}`,
      domainValidationOptions: [
        {
          domainName,
          resourceRecordName: `_${id}.${domainName}.`,
          resourceRecordType: "CNAME",
          resourceRecordValue: `_${id}.acm-validations.aws.`,
        },
      ],
    }),
  ),
  "aws:acm/certificateValidation:CertificateValidation": recorded<CertificateValidationArgs>([
    "certificateArn",
    "validationRecordFqdns",
  ]),
  "aws:appautoscaling/scheduledAction:ScheduledAction": recorded<ScheduledActionArgs>(
    ["name", "resourceId", "scalableDimension", "serviceNamespace"],
    (_, { name }) => ({ arn: `arn:aws:autoscaling:${region}:000000000000:scheduledAction:${name}` }),
  ),
  "aws:cloudwatch/metricAlarm:MetricAlarm": recorded<MetricAlarmArgs>(["name"], (_, { name = "" }) => ({
    arn: `arn:aws:cloudwatch:${region}:000000000000:alarm:${name}`,
  })),
  "aws:ec2/flowLog:FlowLog": recorded<FlowLogArgs>(["vpcId", "trafficType", "logDestination", "logDestinationType"]),
  "aws:ec2/vpcEndpoint:VpcEndpoint": recorded<VpcEndpointArgs>(["vpcId", "serviceName", "vpcEndpointType"]),
  "aws:route53/record:Record": recorded<RecordArgs>(["zoneId", "name", "type"], (_, { name }) => ({ fqdn: name })),
  "aws:wafv2/webAclAssociation:WebAclAssociation": recorded<WebAclAssociationArgs>(["resourceArn", "webAclArn"]),
};
