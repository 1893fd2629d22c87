import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { expect } from "chai";

import { awsHandlers } from "../../local-cloud/provider/aws.ts";
import { invokes } from "../../local-cloud/provider/invokes.ts";
import { difference } from "../../local-cloud/provider/provider.ts";
import { pipelineDeclaration } from "../../local-cloud/provider/resources/codepipeline.ts";
import { subnetRanges as ownRanges } from "../../components/network/subnet-ranges.ts";
import { subnetRanges as standInRanges } from "../../local-cloud/provider/awsx.ts";
import type { Properties } from "../../local-cloud/provider/kit/wire.ts";
import { conceal, revealAll, secretKeys } from "../../local-cloud/provider/kit/wire.ts";

describe("the stand-in aws provider", () => {
  const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/aws/package.json"));
  const states = (inputs: Properties): Properties => ({ ...inputs, __inputs: Object.keys(inputs) });
  const decide = (token: string, before: Properties, after: Properties) => {
    const handler = awsHandlers[token];
    if (handler === undefined) throw new Error(`${token}: no such type`);
    return difference(handler, states(before), after);
  };

  it("serves only types and functions that the SDK has", () => {
    const tokens = [...Object.keys(awsHandlers), ...Object.keys(invokes)];
    const foreign = tokens.filter((token) => {
      const [, path = ""] = token.split(":");
      const file = join(sdk, `${path.replace("index/", "")}.js`);
      return !existsSync(file) || !readFileSync(file, "utf8").includes(token);
    });
    expect(foreign).to.deep.equal([]);
  });

  it("records only types that nothing on the journey calls", () => {
    const recorded = Object.keys(awsHandlers).filter((token) => awsHandlers[token]?.recorded === true);
    expect(recorded.toSorted()).to.deep.equal([
      "aws:acm/certificate:Certificate",
      "aws:acm/certificateValidation:CertificateValidation",
      "aws:cloudwatch/dashboard:Dashboard",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "aws:cloudwatch/queryDefinition:QueryDefinition",
      "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
      "aws:ec2/eip:Eip",
      "aws:ec2/flowLog:FlowLog",
      "aws:ec2/natGateway:NatGateway",
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "aws:efs/accessPoint:AccessPoint",
      "aws:efs/backupPolicy:BackupPolicy",
      "aws:efs/fileSystem:FileSystem",
      "aws:efs/fileSystemPolicy:FileSystemPolicy",
      "aws:efs/mountTarget:MountTarget",
      "aws:elasticache/subnetGroup:SubnetGroup",
      "aws:lambda/function:Function",
      "aws:lambda/permission:Permission",
      "aws:rds/clusterInstance:ClusterInstance",
      "aws:rds/clusterParameterGroup:ClusterParameterGroup",
      "aws:rds/parameterGroup:ParameterGroup",
      "aws:rds/subnetGroup:SubnetGroup",
      "aws:route53/record:Record",
      "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "aws:s3/bucketNotification:BucketNotification",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "aws:servicediscovery/httpNamespace:HttpNamespace",
      "aws:sns/topicPolicy:TopicPolicy",
      "aws:sns/topicSubscription:TopicSubscription",
      "aws:wafv2/webAclAssociation:WebAclAssociation",
    ]);
  });

  it("passes a stage's conditions on in the API's words", () => {
    const rule = {
      name: "Office",
      ruleTypeId: { category: "Rule", owner: "AWS", provider: "DeploymentWindow", version: "1" },
      configuration: { Cron: "* * 9-16 ? * MON-FRI" },
      inputArtifacts: ["Source"],
    };
    const condition = { result: "FAIL", rules: [rule] };
    const onFailure = { result: "RETRY", retryConfiguration: { retryMode: "FAILED_ACTIONS" } };
    const { stages } = pipelineDeclaration({
      roleArn: "arn",
      artifactStores: [{ type: "S3", location: "artifacts" }],
      stages: [
        { name: "Build", actions: [], onFailure },
        {
          name: "Release",
          actions: [],
          beforeEntry: { condition },
          onSuccess: { condition },
          onFailure: { condition },
        },
      ],
    });
    const conditions = [{ result: "FAIL", rules: [{ ...rule, inputArtifacts: [{ name: "Source" }] }] }];
    expect(JSON.parse(JSON.stringify(stages))).to.deep.equal([
      { name: "Build", actions: [], onFailure },
      {
        name: "Release",
        actions: [],
        beforeEntry: { conditions },
        onSuccess: { conditions },
        onFailure: { conditions },
      },
    ]);
  });

  it("replaces a task definition whose containers say something else, not one whose text differs", () => {
    const token = "aws:ecs/taskDefinition:TaskDefinition";
    const before = { family: "shop", containerDefinitions: '[{"name":"web","image":"a"}]' };
    const reordered = { ...before, containerDefinitions: '[ {"image":"a", "name":"web"} ]' };
    const changed = { ...before, containerDefinitions: '[{"name":"web","image":"b"}]' };
    expect(decide(token, before, reordered)).to.deep.equal({
      changes: false,
      replaces: [],
      deleteBeforeReplace: false,
    });
    expect(decide(token, before, changed)).to.deep.equal({
      changes: true,
      replaces: ["containerDefinitions"],
      deleteBeforeReplace: false,
    });
  });

  it("updates a service's task definition and count, and replaces it for another launch type", () => {
    const token = "aws:ecs/service:Service";
    const before = { name: "shop", taskDefinition: "shop:1", desiredCount: 1, launchType: "FARGATE" };
    expect(decide(token, before, { ...before, taskDefinition: "shop:2", desiredCount: 2 }).replaces).to.deep.equal([]);
    expect(decide(token, before, { ...before, launchType: "EC2" })).to.deep.equal({
      changes: true,
      replaces: ["launchType"],
      deleteBeforeReplace: true, // a fixed name can be there once only
    });
  });

  it("notices an input that was taken away", () => {
    const before = { name: "shop", policy: "{}", role: "shop", description: "old" };
    const { changes } = decide("aws:iam/role:Role", before, { name: "shop", policy: "{}", role: "shop" });
    expect(changes).to.equal(true);
  });

  it("keeps secret what came as a secret", () => {
    const inputs = conceal({ name: "a", value: "hidden" }, ["value"]);
    expect(secretKeys(inputs)).to.deep.equal(["value"]);
    expect(revealAll(inputs)).to.deep.equal({ name: "a", value: "hidden" });
    expect(conceal({ ...revealAll(inputs), arn: "arn" }, secretKeys(inputs))).to.deep.equal({ ...inputs, arn: "arn" });
  });

  for (const [where, subnetRanges] of Object.entries({ "the program": ownRanges, "the stand-in": standInRanges })) {
    it(`cuts a VPC's range as awsx's own provider does: ${where}`, () => {
      // What getSubnetSpecs of pulumi-awsx 3.9 (awsx/ec2/subnetDistributorNew.ts) gives for the strategy "Auto".
      expect(subnetRanges("10.0.0.0/16", 2, 1)).to.deep.equal([["10.0.0.0/17"], ["10.0.128.0/17"]]);
      expect(subnetRanges("10.0.0.0/16", 2, 2)).to.deep.equal([
        ["10.0.0.0/18", "10.0.64.0/18"],
        ["10.0.128.0/18", "10.0.192.0/18"],
      ]);
      expect(subnetRanges("172.16.8.0/24", 2, 2)).to.deep.equal([
        ["172.16.8.0/26", "172.16.8.64/26"],
        ["172.16.8.128/26", "172.16.8.192/26"],
      ]);
      expect(subnetRanges("10.1.0.0/20", 3, 1)).to.deep.equal([["10.1.0.0/22"], ["10.1.4.0/22"], ["10.1.8.0/22"]]);
    });
  }
});
