import { expect } from "chai";
import type { Inputs } from "../../policy/rule.ts";
import { rules, violationOf } from "../../policy/rules.ts";
import { cloud } from "../support/cloud.ts";
import { runProgram } from "../support/program.ts";

/** What all rules report of a resource, with the names of the rules. */
function said(type: string, inputs: Inputs, { protect = false, stack = "staging" } = {}): readonly string[] {
  return rules.flatMap((rule) => {
    const complaint = violationOf(rule, type, inputs, { protect, stack });
    return complaint === undefined ? [] : [`${rule.name}: ${complaint}`];
  });
}

const statement = (more: Inputs) => JSON.stringify({ Statement: { Effect: "Allow", Resource: "*", ...more } });
const containers = (environment: readonly Inputs[]) => JSON.stringify([{ name: "web", environment }]);
const scanned = { imageScanningConfiguration: { scanOnPush: true } };

/** A resource that breaks a rule, and the expected message. */
const bad: readonly (readonly [type: string, inputs: Inputs, said: string])[] = [
  [
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    { cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp", fromPort: 22, toPort: 22 },
    "open-ports: ports 22 to 22 open to 0.0.0.0/0; name the security group or the addresses that need it",
  ],
  [
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    { cidrIpv6: "::/0", ipProtocol: "-1" },
    "open-ports: every port open to ::/0; name the security group or the addresses that need it",
  ],
  [
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    { type: "ingress", cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"], protocol: "tcp", fromPort: 80, toPort: 443 },
    "open-ports-of-a-rule: ports 80 to 443 open to 0.0.0.0/0; name the security group or the addresses that need it",
  ],
  [
    "aws:ec2/securityGroup:SecurityGroup",
    { ingress: [{ cidrBlocks: ["0.0.0.0/0"], protocol: "udp", fromPort: 443, toPort: 443 }] },
    "open-ports-of-a-group: ports 443 to 443 open to 0.0.0.0/0; name the security group or the addresses that need it",
  ],
  [
    "aws:rds/instance:Instance",
    { storageEncrypted: true, publiclyAccessible: true },
    "private-database: publiclyAccessible: true; remove it: tasks reach the database inside the network",
  ],
  [
    "aws:iam/user:User",
    {},
    "no-access-keys: it has permanent keys; add a statement to the role of the task or the build instead",
  ],
  [
    "aws:iam/rolePolicy:RolePolicy",
    { policy: statement({ Action: ["s3:GetObject", "s3:*"] }) },
    "named-actions: it allows s3:*; name the actions that are needed",
  ],
  [
    "aws:iam/policy:Policy",
    { policy: { Statement: [{ Effect: "Allow", NotAction: "iam:*" }] } },
    "named-actions: it allows all but what NotAction names; name the actions that are needed",
  ],
  [
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
    "no-administrators: arn:aws:iam::aws:policy/AdministratorAccess may change anything; write the statements that are needed",
  ],
  [
    "aws:ecs/taskDefinition:TaskDefinition",
    { containerDefinitions: containers([{ name: "SMTP_PASSWORD", value: "x" }]) },
    'no-secrets-in-plain-text: SMTP_PASSWORD is in plain text; list it under "parameters", so that ECS reads it from Parameter Store',
  ],
  ["aws:rds/cluster:Cluster", {}, "encrypted-database: set storageEncrypted: true"],
  ["aws:efs/fileSystem:FileSystem", {}, "encrypted-files: set encrypted: true"],
  [
    "aws:elasticache/replicationGroup:ReplicationGroup",
    { transitEncryptionEnabled: true },
    "encrypted-cache: set atRestEncryptionEnabled and transitEncryptionEnabled: true",
  ],
  ["aws:sns/topic:Topic", {}, 'encrypted-topic: set kmsMasterKeyId; "alias/aws/sns" is enough'],
  [
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true },
    "private-bucket: set restrictPublicBuckets: true",
  ],
  ["aws:cloudwatch/logGroup:LogGroup", { retentionInDays: 0 }, "logs-expire: set retentionInDays"],
  [
    "aws:ecr/repository:Repository",
    { ...scanned, imageTagMutability: "MUTABLE" },
    "fixed-tags: set imageTagMutability to IMMUTABLE or IMMUTABLE_WITH_EXCLUSION",
  ],
  [
    "aws:ecr/repository:Repository",
    { imageTagMutability: "IMMUTABLE" },
    "fixed-tags: set imageScanningConfiguration.scanOnPush: true",
  ],
];

/** Resources like those that break a rule, but without a violation. */
const good: readonly (readonly [type: string, inputs: Inputs])[] = [
  [
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    { cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp", fromPort: 443, toPort: 443 },
  ],
  [
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    { cidrIpv4: "10.0.0.0/8", ipProtocol: "tcp", fromPort: 22, toPort: 22 },
  ],
  ["aws:ec2/securityGroupRule:SecurityGroupRule", { type: "egress", cidrBlocks: ["0.0.0.0/0"], protocol: "-1" }],
  ["aws:ec2/securityGroup:SecurityGroup", {}],
  ["aws:rds/instance:Instance", { storageEncrypted: true }],
  ["aws:iam/rolePolicy:RolePolicy", { policy: statement({ Action: "ecs:*", Effect: "Deny" }) }],
  ["aws:iam/rolePolicy:RolePolicy", { policy: statement({ Action: ["ecs:Describe*"] }) }],
  [
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    { policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole" },
  ],
  [
    "aws:ecs/taskDefinition:TaskDefinition",
    { containerDefinitions: containers([{ name: "PASSWORD_RESET_URL", value: "/reset" }]) },
  ],
  [
    "aws:elasticache/replicationGroup:ReplicationGroup",
    { atRestEncryptionEnabled: "true", transitEncryptionEnabled: true },
  ],
  ["aws:ecr/repository:Repository", { ...scanned, imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" }],
];

describe("the policy pack", () => {
  for (const [type, inputs, expected] of bad) {
    it(`refuses ${type.split(":").at(-1) ?? ""}: ${expected}`, () => {
      expect(said(type, inputs)).to.deep.equal([expected]);
    });
  }

  it("checks the known inputs of a resource in a preview, even if others are not known yet", () => {
    const unknown = () => {
      throw new Error("a preview does not know it");
    };
    const passedOver = bad.filter(([type, inputs, expected]) => {
      const rest = { securityGroupId: { enumerable: true, get: unknown } };
      return said(type, Object.defineProperties({ ...inputs }, rest))[0] !== expected;
    });
    expect(passedOver).to.deep.equal([]);
  });

  it("has a bad resource in this test for every rule except the one about protection", () => {
    const shown = new Set(bad.map(([, , expected]) => expected.split(":")[0]));
    expect(rules.map(({ name }) => name).filter((name) => !shown.has(name))).to.deep.equal(["protected"]);
  });

  it("reports nothing about resources that are as they should be", () => {
    expect(good.flatMap(([type, inputs]) => said(type, inputs))).to.deep.equal([]);
  });

  it("requires protection of everything that holds data, only in production", () => {
    const bucket = "aws:s3/bucket:Bucket";
    expect([
      said(bucket, {}, { stack: "production" }),
      said(bucket, {}, { stack: "production", protect: true }),
      said(bucket, {}, { stack: "staging" }),
      said(bucket, { bucket: "shop-production-program-000000000000-us-east-1" }, { stack: "production" }),
    ]).to.deep.equal([
      ['protected: give it { protect: true }, as the setting "protect" of the stack does'],
      [],
      [],
      [],
    ]);
  });

  for (const stack of ["staging", "production"]) {
    it(`reports nothing about the stack ${stack}`, async () => {
      await runProgram({ stack });
      const complaints = cloud.flatMap(({ type, name, inputs, options }) =>
        said(type, inputs, { protect: options.protect === true, stack }).map((complaint) => `${name}: ${complaint}`),
      );
      expect(complaints).to.deep.equal([]);
    });
  }
});
