import { expect } from "chai";
import { refusalOf, type Change } from "../support/settings.ts";

describe("the settings refuse", () => {
  const bad: readonly (readonly [title: string, change: Change, message: string])[] = [
    [
      "an empty required key",
      { sourceRepository: "" },
      "sourceRepository is not set; run `pulumi config set sourceRepository VALUE --stack staging`",
    ],
    [
      "a name that AWS would not accept",
      { app: "Shop" },
      'app: "Shop" is not allowed; set a name of lower-case letters, digits and hyphens, beginning with a letter',
    ],
    [
      "a name that is too long together with the environment's name",
      { app: "a-very-long-application" },
      'app: "a-very-long-application" is not allowed; set at most 25 characters together with "-staging"; S3 and ELB allow no more',
    ],
    ["a flag that is neither true nor false", { approval: "yes" }, 'approval: "yes" is not allowed; set true or false'],
    [
      "a number that is not a number",
      { desiredCount: "two" },
      'desiredCount: "two" is not allowed; set a whole number from 0 to 1000',
    ],
    [
      "a time-out that the ECS action does not accept",
      { releaseTimeoutMinutes: "61" },
      'releaseTimeoutMinutes: "61" is not allowed; set a whole number from 1 to 60',
    ],
    [
      "a fraction of a second",
      { pollSeconds: "0.5" },
      'pollSeconds: "0.5" is not allowed; set a whole number from 1 to 60',
    ],
    [
      "a number of days that CloudWatch does not accept",
      { logRetentionDays: "10" },
      'logRetentionDays: "10" is not allowed; set one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653',
    ],
    [
      "an alias instead of a key's ARN",
      { artifactKmsKeyArn: "arn:aws:kms:us-east-1:000000000000:alias/shop" },
      'artifactKmsKeyArn: "arn:aws:kms:us-east-1:000000000000:alias/shop" is not allowed; set a KMS key\'s ARN, arn:aws:kms:REGION:ACCOUNT:key/ID',
    ],
    [
      "images that expire immediately",
      { untaggedImageDays: "0" },
      'untaggedImageDays: "0" is not allowed; set a whole number from 1 to 365',
    ],
    [
      "a path that is not a path",
      { healthCheckPath: "health" },
      'healthCheckPath: "health" is not allowed; set a path that begins with /',
    ],
    [
      "an approval time-out that CodePipeline does not accept",
      { approvalTimeoutMinutes: "86401" },
      'approvalTimeoutMinutes: "86401" is not allowed; set a whole number from 5 to 86400',
    ],
    [
      "a deployment window with too few fields",
      { deploymentWindow: "* 9-16 ? * MON-FRI" },
      'deploymentWindow: "* 9-16 ? * MON-FRI" is not allowed; set six or seven cron fields (seconds, which are always *, minutes hours day-of-month month day-of-week year), as in * * 9-16 ? * MON-FRI *',
    ],
    [
      "a deployment window that opens at a second",
      { deploymentWindow: "0 0 9-16 ? * MON-FRI *" },
      'deploymentWindow: "0 0 9-16 ? * MON-FRI *" is not allowed; set six or seven cron fields (seconds, which are always *, minutes hours day-of-month month day-of-week year), as in * * 9-16 ? * MON-FRI *',
    ],
    [
      "a time zone that does not exist",
      { deploymentWindowTimeZone: "Europe/Belrin" },
      'deploymentWindowTimeZone: "Europe/Belrin" is not allowed; set a region as in Europe/Berlin, UTC as in UTC+05:30, or an abbreviation',
    ],
    [
      "a Compose file outside the repository",
      { composeFiles: '["../compose.yml"]' },
      'composeFiles: "../compose.yml" is not allowed; set paths of .yml files in the repository, as in deploy/compose.yml',
    ],
    [
      "a Compose file that is listed twice",
      { composeFiles: '["a.yml","a.yml"]' },
      'composeFiles: "a.yml" is not allowed; set each file once',
    ],
    [
      "an e-mail address that is not valid",
      { notificationEmails: '["team"]' },
      'notificationEmails: "team" is not allowed; set e-mail addresses, as in team@example.com',
    ],
    [
      "an e-mail address that is listed twice",
      { notificationEmails: '["a@example.com","a@example.com"]' },
      'notificationEmails: "a@example.com" is not allowed; set each address once',
    ],
    [
      "an address range that is not valid",
      { vpcCidr: "10.0.0.0/8" },
      'vpcCidr: "10.0.0.0/8" is not allowed; set an IPv4 range of /16 to /24, as in 10.0.0.0/16',
    ],
    [
      "an unknown kind of NAT gateway",
      { natGateways: "two" },
      'natGateways: "two" is not allowed; set none, single or perZone',
    ],
    [
      "a CPU size that Fargate does not have",
      { taskCpu: "300", taskMemoryMiB: "512" },
      "taskCpu: 300 is not allowed; set one of 256, 512, 1024, 2048, 4096, 8192, 16384, or 0 for taskCpu and taskMemoryMiB",
    ],
    [
      "a CPU size that is not a number",
      { taskCpu: "abc", taskMemoryMiB: "512" },
      'taskCpu: "abc" is not allowed; set a whole number from 0 to 16384',
    ],
    [
      "a memory size that is a fraction",
      { taskCpu: "256", taskMemoryMiB: "512.5" },
      'taskMemoryMiB: "512.5" is not allowed; set a whole number from 0 to 122880',
    ],
    [
      "a memory size that Fargate does not have with that CPU",
      { taskCpu: "256", taskMemoryMiB: "4096" },
      "taskMemoryMiB: 4096 is not allowed; set 512, 1024 or 2048 MiB, which Fargate allows with taskCpu 256",
    ],
    [
      "a smoke test of neither a path nor a URL",
      { smokeTestUrl: "version" },
      'smokeTestUrl: "version" is not allowed; set a path that begins with /, or a URL',
    ],
    [
      "a smoke test of another protocol",
      { smokeTestUrl: "ftp://shop.example.com/version" },
      'smokeTestUrl: "ftp://shop.example.com/version" is not allowed; set a path that begins with /, or a URL',
    ],
    [
      "an answer to a smoke test that does not exist",
      { smokeTestAnswer: "{commit}" },
      'smokeTestAnswer: "{commit}" is not allowed; set it only together with smokeTestUrl',
    ],
    [
      "subnets without their VPC",
      { publicSubnetIds: '["subnet-a","subnet-b"]' },
      'vpcId: "" is not allowed; set the VPC that the given subnets are in',
    ],
    [
      "one public subnet",
      { vpcId: "vpc-1", publicSubnetIds: '["subnet-a"]' },
      'publicSubnetIds: ["subnet-a"] is not allowed; set at least two, in different zones: a load balancer needs them',
    ],
    [
      "subnets that are not a list of strings",
      { vpcId: "vpc-1", publicSubnetIds: "[1,2]" },
      "publicSubnetIds: [1,2] is not allowed; set a list of strings",
    ],
  ];
  for (const [title, change, message] of bad) {
    it(title, async () => {
      expect(await refusalOf(change)).to.equal(`Pulumi.staging.yaml: ${message}`);
    });
  }

  it("a stack whose name AWS would not accept", async () => {
    expect(await refusalOf({}, "Staging_2")).to.equal(
      'Pulumi.Staging_2.yaml: the stack\'s name: "Staging_2" is not allowed; set a name of lower-case letters, digits and hyphens, beginning with a letter',
    );
  });

  it("a stack without configuration, because nothing says where its code is", async () => {
    expect(await refusalOf({ sourceRepository: undefined, branch: "main" }, "qa")).to.equal(
      "Pulumi.qa.yaml: sourceRepository is not set; run `pulumi config set sourceRepository VALUE --stack qa`",
    );
  });
});
