import type { CertificateArgs } from "@pulumi/aws/acm/certificate.js";
import type { CertificateValidationArgs } from "@pulumi/aws/acm/certificateValidation.js";
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type { DashboardArgs } from "@pulumi/aws/cloudwatch/dashboard.js";
import type { QueryDefinitionArgs } from "@pulumi/aws/cloudwatch/queryDefinition.js";
import type { FlowLogArgs } from "@pulumi/aws/ec2/flowLog.js";
import type { VpcEndpointArgs } from "@pulumi/aws/ec2/vpcEndpoint.js";
import type { RecordArgs } from "@pulumi/aws/route53/record.js";
import type { HttpNamespaceArgs } from "@pulumi/aws/servicediscovery/httpNamespace.js";
import type { WebAclAssociationArgs } from "@pulumi/aws/wafv2/webAclAssociation.js";
import { region } from "../kit/clients.ts";
import type { Handlers } from "../kit/handler.ts";
import { recorded } from "../kit/recorded.ts";

/** Optional resources around a service, recorded only. The load balancer makes its certificate itself. */
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
  "aws:cloudwatch/metricAlarm:MetricAlarm": recorded<MetricAlarmArgs>(["name"], (_, { name = "" }) => ({
    arn: `arn:aws:cloudwatch:${region}:000000000000:alarm:${name}`,
  })),
  "aws:ec2/flowLog:FlowLog": recorded<FlowLogArgs>(["vpcId", "trafficType", "logDestination", "logDestinationType"]),
  "aws:ec2/vpcEndpoint:VpcEndpoint": recorded<VpcEndpointArgs>(["vpcId", "serviceName", "vpcEndpointType"]),
  "aws:route53/record:Record": recorded<RecordArgs>(["zoneId", "name", "type"], (_, { name }) => ({ fqdn: name })),
  "aws:wafv2/webAclAssociation:WebAclAssociation": recorded<WebAclAssociationArgs>(["resourceArn", "webAclArn"]),
};

/** What people look at in CloudWatch: recorded only. */
export const dashboardHandlers: Handlers = {
  "aws:cloudwatch/dashboard:Dashboard": recorded<DashboardArgs>(["dashboardName"]),
  "aws:cloudwatch/queryDefinition:QueryDefinition": recorded<QueryDefinitionArgs>([]),
};

/** Cloud Map resource types: recorded only, because the local ECS keeps the names of Service Connect itself. */
export const discoveryHandlers: Handlers = {
  "aws:servicediscovery/httpNamespace:HttpNamespace": recorded<HttpNamespaceArgs>(["name"], (id) => ({
    arn: `arn:aws:servicediscovery:${region}:000000000000:namespace/${id}`,
    httpName: id,
  })),
};
