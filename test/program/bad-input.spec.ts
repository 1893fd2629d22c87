import { expect } from "chai";
import { composeFileArgs, readStackApplication } from "../../components/application/compose-file.ts";
import { Refusal } from "../../components/kit/refusal.ts";
import { readSettings } from "../../settings.ts";
import { cloud, startCloud } from "../support/cloud.ts";
import { runProgram } from "../support/program.ts";
import { changed, inS3, settingsOf, type Change, readyMade } from "../support/settings.ts";

async function refusalOf(change: Change, stack = "staging"): Promise<string> {
  const failure: unknown = await settingsOf(change, stack).catch((error: unknown) => error);
  return failure instanceof Refusal ? failure.message : `no refusal: ${JSON.stringify(failure)}`;
}

describe("the settings refuse", () => {
  const bad: readonly (readonly [title: string, change: Change, message: string])[] = [
    [
      "a missing required key",
      { sourceRepository: undefined },
      "sourceRepository is not set; run `pulumi config set sourceRepository VALUE --stack staging`",
    ],
    ["an empty required key", { app: "" }, "app is not set; run `pulumi config set app VALUE --stack staging`"],
    [
      "a name that AWS would not take",
      { app: "Shop" },
      'app: "Shop" is not allowed; set a name of lower-case letters, digits and hyphens, beginning with a letter',
    ],
    [
      "a name that is too long with its environment's",
      { app: "a-very-long-application" },
      'app: "a-very-long-application" is not allowed; set at most 25 characters together with "-staging"; S3 and ELB allow no more',
    ],
    [
      "a repository without an owner",
      { sourceRepository: "shop" },
      'sourceRepository: "shop" is not allowed; set owner/name without .git, as in acme/shop',
    ],
    [
      "a provider that nobody knows",
      { sourceProvider: "gitlab" },
      'sourceProvider: "gitlab" is not allowed; set GitHub, GitLab, Bitbucket, CodeCommit, S3 or ECR',
    ],
    [
      "a repository as its address ends",
      { sourceRepository: "acme/shop.git" },
      'sourceRepository: "acme/shop.git" is not allowed; set owner/name without .git, as in acme/shop',
    ],
    [
      "a suffix that CodeCommit forbids",
      { sourceProvider: "CodeCommit", sourceRepository: "shop.git" },
      'sourceRepository: "shop.git" is not allowed; set the name alone, as in shop',
    ],
    [
      "a connection by its name",
      { connectionArn: "nonsense" },
      'connectionArn: "nonsense" is not allowed; set a connection\'s ARN, arn:aws:codeconnections:REGION:ACCOUNT:connection/ID, or leave it empty',
    ],
    [
      "the ARN of something else for a connection",
      { connectionArn: "arn:aws:codebuild:us-east-1:000000000000:project/shop" },
      'connectionArn: "arn:aws:codebuild:us-east-1:000000000000:project/shop" is not allowed; set a connection\'s ARN, arn:aws:codeconnections:REGION:ACCOUNT:connection/ID, or leave it empty',
    ],
    [
      "a parameter by its ARN",
      { parameters: '["DATABASE_URL=arn:aws:ssm:us-east-1:000000000000:parameter/shared/database"]' },
      "parameters: \"DATABASE_URL=arn:aws:ssm:us-east-1:000000000000:parameter/shared/database\" is not allowed; set the parameter's name, DATABASE_URL=/shared/database: it has to be in the stack's own account and region",
    ],
    [
      "a secret of Secrets Manager",
      { parameters: '["DATABASE_URL=arn:aws:secretsmanager:us-east-1:000000000000:secret:db-AbCdEf"]' },
      'parameters: "DATABASE_URL=arn:aws:secretsmanager:us-east-1:000000000000:secret:db-AbCdEf" is not allowed; set the name of a parameter: secrets of Secrets Manager are not read; copy its value with `npm run release -- parameters set DATABASE_URL --stack staging` and write DATABASE_URL alone',
    ],
    [
      "a parameter's version",
      { parameters: '["DATABASE_URL=/shared/database:3"]' },
      'parameters: "DATABASE_URL=/shared/database:3" is not allowed; set the name of a parameter after the =, of letters, digits, _, . and -, as in DATABASE_URL=/shared/database_url',
    ],
    [
      "an owner in CodeCommit",
      { sourceProvider: "CodeCommit" },
      'sourceRepository: "acme/shop" is not allowed; set the name alone, as in shop',
    ],
    [
      "a bucket where the code is in Git",
      { sourceBucket: "acme-source" },
      'sourceBucket: "acme-source" is not allowed; set it only where sourceProvider is one of S3; it is GitHub',
    ],
    [
      "a key where the code is in CodeCommit",
      { sourceProvider: "CodeCommit", sourceRepository: "shop", sourceKey: "shop.zip" },
      'sourceKey: "shop.zip" is not allowed; set it only where sourceProvider is one of S3; it is CodeCommit',
    ],
    [
      "a connection where the code is in CodeCommit",
      { sourceProvider: "CodeCommit", sourceRepository: "shop", connectionArn: "arn" },
      'connectionArn: "arn" is not allowed; set it only where sourceProvider is one of GitHub, GitLab, Bitbucket; it is CodeCommit',
    ],
    [
      "tags, of which no event of CodeCommit's rule tells",
      { sourceProvider: "CodeCommit", sourceRepository: "shop", tags: '["v*"]' },
      'tags: ["v*"] is not allowed; set it only where sourceProvider is one of GitHub, GitLab, Bitbucket; it is CodeCommit',
    ],
    [
      "a branch where the code is in S3",
      { ...inS3, branch: "staging" },
      'branch: "staging" is not allowed; set it only where sourceProvider is one of GitHub, GitLab, Bitbucket, CodeCommit; it is S3',
    ],
    [
      "a repository where the code is in S3",
      { ...inS3, sourceRepository: "acme/shop" },
      'sourceRepository: "acme/shop" is not allowed; set it only where sourceProvider is one of GitHub, GitLab, Bitbucket, CodeCommit; it is S3',
    ],
    [
      "file paths where the code is in S3",
      { ...inS3, filePaths: '["app/**"]' },
      'filePaths: ["app/**"] is not allowed; set it only where sourceProvider is one of GitHub, GitLab, Bitbucket; it is S3',
    ],
    [
      "a source in S3 without its bucket",
      { ...inS3, sourceBucket: "" },
      "sourceBucket is not set; run `pulumi config set sourceBucket VALUE --stack staging`",
    ],
    [
      "a bucket that is none",
      { ...inS3, sourceBucket: "s3://acme" },
      'sourceBucket: "s3://acme" is not allowed; set the name of a bucket',
    ],
    [
      "a key that a policy would read as a pattern",
      { ...inS3, sourceKey: "*.zip" },
      'sourceKey: "*.zip" is not allowed; set the key of a zip without * and ?, as in shop.zip',
    ],
    [
      "file paths of a tag",
      { tags: '["v*"]', filePaths: '["app/**"]' },
      'filePaths: ["app/**"] is not allowed; set branches as well: the push of a tag changes no files',
    ],
    [
      "more patterns than a trigger takes",
      { branches: '["a","b","c","d","e","f","g","h","i"]' },
      'branches: ["a","b","c","d","e","f","g","h","i"] is not allowed; set at most 8 patterns, and at most 8 that begin with !',
    ],
    ["a pattern of nothing", { tags: '["!"]' }, 'tags: ["!"] is not allowed; set no empty patterns'],
    ["a flag that is no flag", { approval: "yes" }, 'approval: "yes" is not allowed; set true or false'],
    [
      "a number that is none",
      { desiredCount: "two" },
      'desiredCount: "two" is not allowed; set a whole number from 0 to 1000',
    ],
    [
      "a time-out the ECS action does not take",
      { releaseTimeoutMinutes: "61" },
      'releaseTimeoutMinutes: "61" is not allowed; set a whole number from 1 to 60',
    ],
    [
      "a fraction of a second",
      { pollSeconds: "0.5" },
      'pollSeconds: "0.5" is not allowed; set a whole number from 1 to 60',
    ],
    [
      "days that CloudWatch does not know",
      { logRetentionDays: "10" },
      'logRetentionDays: "10" is not allowed; set one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653',
    ],
    [
      "an alias where a key is needed",
      { artifactKmsKeyArn: "arn:aws:kms:us-east-1:000000000000:alias/shop" },
      'artifactKmsKeyArn: "arn:aws:kms:us-east-1:000000000000:alias/shop" is not allowed; set a KMS key\'s ARN, arn:aws:kms:REGION:ACCOUNT:key/ID',
    ],
    [
      "an alias among the keys of parameters",
      { parameterKmsKeyArns: '["arn:aws:kms:us-east-1:000000000000:alias/shop"]' },
      'parameterKmsKeyArns: "arn:aws:kms:us-east-1:000000000000:alias/shop" is not allowed; set a KMS key\'s ARN, arn:aws:kms:REGION:ACCOUNT:key/ID',
    ],
    [
      "a key's id without the rest of its ARN",
      { parameterKmsKeyArns: '["1234abcd-12ab-34cd-56ef-1234567890ab"]' },
      'parameterKmsKeyArns: "1234abcd-12ab-34cd-56ef-1234567890ab" is not allowed; set a KMS key\'s ARN, arn:aws:kms:REGION:ACCOUNT:key/ID',
    ],
    [
      "the same key of parameters twice",
      {
        parameterKmsKeyArns: '["arn:aws:kms:us-east-1:000000000000:key/a","arn:aws:kms:us-east-1:000000000000:key/a"]',
      },
      'parameterKmsKeyArns: "arn:aws:kms:us-east-1:000000000000:key/a" is not allowed; set each key once',
    ],
    [
      "images that expire at once",
      { untaggedImageDays: "0" },
      'untaggedImageDays: "0" is not allowed; set a whole number from 1 to 365',
    ],
    [
      "a path that is none",
      { healthCheckPath: "health" },
      'healthCheckPath: "health" is not allowed; set a path that begins with /',
    ],
    [
      "an approval that CodePipeline would not wait for so long",
      { approvalTimeoutMinutes: "86401" },
      'approvalTimeoutMinutes: "86401" is not allowed; set a whole number from 5 to 86400',
    ],
    [
      "a deployment window with a field too few",
      { deploymentWindow: "* 9-16 ? * MON-FRI" },
      'deploymentWindow: "* 9-16 ? * MON-FRI" is not allowed; set six or seven cron fields (seconds, which are always *, minutes hours day-of-month month day-of-week year), as in * * 9-16 ? * MON-FRI *',
    ],
    [
      "a deployment window that opens at a second",
      { deploymentWindow: "0 0 9-16 ? * MON-FRI *" },
      'deploymentWindow: "0 0 9-16 ? * MON-FRI *" is not allowed; set six or seven cron fields (seconds, which are always *, minutes hours day-of-month month day-of-week year), as in * * 9-16 ? * MON-FRI *',
    ],
    [
      "a time zone that is none",
      { deploymentWindowTimeZone: "Europe/Belrin" },
      'deploymentWindowTimeZone: "Europe/Belrin" is not allowed; set a region as in Europe/Berlin, UTC as in UTC+05:30, or an abbreviation',
    ],
    [
      "a Compose file outside the repository",
      { composeFiles: '["../compose.yml"]' },
      'composeFiles: "../compose.yml" is not allowed; set paths of .yml files in the repository, as in deploy/compose.yml',
    ],
    [
      "a Compose file twice",
      { composeFiles: '["a.yml","a.yml"]' },
      'composeFiles: "a.yml" is not allowed; set each file once',
    ],
    [
      "an e-mail address that is none",
      { notificationEmails: '["team"]' },
      'notificationEmails: "team" is not allowed; set e-mail addresses, as in team@example.com',
    ],
    [
      "an e-mail address twice",
      { notificationEmails: '["a@example.com","a@example.com"]' },
      'notificationEmails: "a@example.com" is not allowed; set each address once',
    ],
    [
      "an address range that is none",
      { vpcCidr: "10.0.0.0/8" },
      'vpcCidr: "10.0.0.0/8" is not allowed; set an IPv4 range of /16 to /24, as in 10.0.0.0/16',
    ],
    [
      "a NAT gateway that is none",
      { natGateways: "two" },
      'natGateways: "two" is not allowed; set none, single or perZone',
    ],
    [
      "a host that CodeBuild does not have",
      { buildComputeType: "HUGE" },
      'buildComputeType: "HUGE" is not allowed; set SMALL, MEDIUM, LARGE, XLARGE or 2XLARGE',
    ],
    [
      "an architecture that Fargate does not have",
      { architecture: "riscv64" },
      'architecture: "riscv64" is not allowed; set x86_64 or arm64',
    ],
    ["a cache that is none", { buildCache: "s3" }, 'buildCache: "s3" is not allowed; set inline, registry or none'],
    [
      "images of another account to promote",
      { promoteFrom: "123456789012/staging" },
      'promoteFrom: "123456789012/staging" is not allowed; set the name of an environment in this account, as in staging: images of another account cannot be promoted yet',
    ],
    [
      "an ARN of a repository to promote",
      { promoteFrom: "arn:aws:ecr:us-east-1:123456789012:repository/shop/staging/web" },
      'promoteFrom: "arn:aws:ecr:us-east-1:123456789012:repository/shop/staging/web" is not allowed; set the name of an environment in this account, as in staging: images of another account cannot be promoted yet',
    ],
    [
      "a URI of a repository to promote",
      { promoteFrom: "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/staging" },
      'promoteFrom: "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/staging" is not allowed; set the name of an environment in this account, as in staging: images of another account cannot be promoted yet',
    ],
    [
      "an environment to promote from that no stack can be",
      { promoteFrom: "Staging" },
      'promoteFrom: "Staging" is not allowed; set a name of lower-case letters, digits and hyphens, beginning with a letter',
    ],
    [
      "the environment itself to promote from",
      { promoteFrom: "staging" },
      'promoteFrom: "staging" is not allowed; set another environment than this one, which has to build first',
    ],
    [
      "a cache of a build where nothing is built",
      { promoteFrom: "qa", buildCache: "registry" },
      'buildCache: "registry" is not allowed; set it only where promoteFrom is empty: images of qa are not built here',
    ],
    [
      "base images of a build where nothing is built",
      { promoteFrom: "qa", baseImages: '["debian:12=a/b"]' },
      'baseImages: ["debian:12=a/b"] is not allowed; set it only where promoteFrom is empty: images of qa are not built here',
    ],
    [
      "tests of a build where nothing is built",
      { promoteFrom: "qa", runTests: "true" },
      'runTests: "true" is not allowed; set it only where promoteFrom is empty: images of qa are not built here',
    ],
    [
      "parameters of a build where nothing is built",
      { promoteFrom: "qa", parameters: '["A"]', buildParameters: '["A"]' },
      'buildParameters: ["A"] is not allowed; set it only where promoteFrom is empty: images of qa are not built here',
    ],
    [
      "a base image that comes from nowhere",
      { baseImages: '["debian:12"]' },
      'baseImages: "debian:12" is not allowed; set IMAGE=REFERENCE, as in debian:12=public.ecr.aws/docker/library/debian:12',
    ],
    [
      "a base image from two places",
      { baseImages: '["debian:12=a/b","debian:12=a/c"]' },
      'baseImages: "debian:12=a/c" is not allowed; set debian:12 once',
    ],
    [
      "a CPU size that Fargate does not have",
      { taskCpu: "300", taskMemoryMiB: "512" },
      "taskCpu: 300 is not allowed; set one of 256, 512, 1024, 2048, 4096, 8192, 16384, or 0 for both sizes",
    ],
    [
      "a CPU size that is no number",
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
      "taskMemoryMiB: 4096 is not allowed; set 512, 1024 or 2048 MiB, which Fargate has for taskCpu 256",
    ],
    [
      "a smoke test that asks neither a path nor a URL",
      { smokeTestUrl: "version" },
      'smokeTestUrl: "version" is not allowed; set a path that begins with /, or a URL',
    ],
    [
      "a smoke test of another protocol",
      { smokeTestUrl: "ftp://shop.example.com/version" },
      'smokeTestUrl: "ftp://shop.example.com/version" is not allowed; set a path that begins with /, or a URL',
    ],
    [
      "an answer to a smoke test that asks nothing",
      { smokeTestAnswer: "{commit}" },
      'smokeTestAnswer: "{commit}" is not allowed; set it only beside a smokeTestUrl',
    ],
    [
      "subnets without their VPC",
      { publicSubnetIds: '["subnet-a","subnet-b"]' },
      'vpcId: "" is not allowed; set the VPC that the given subnets are in',
    ],
    [
      "an image tag of a source that has code",
      { sourceImageTag: "release" },
      'sourceImageTag: "release" is not allowed; set it only where sourceProvider is one of ECR; it is GitHub',
    ],
    [
      "a repository of code beside ready-made images",
      { sourceProvider: "ECR" },
      'sourceRepository: "acme/shop" is not allowed; set it only where sourceProvider is one of GitHub, GitLab, Bitbucket, CodeCommit; it is ECR',
    ],
    [
      "a tag no image can have",
      { ...readyMade, sourceImageTag: "a b" },
      'sourceImageTag: "a b" is not allowed; set a tag that moves, as in latest',
    ],
    [
      "tests where nothing is built",
      { ...readyMade, runTests: "true" },
      'runTests: "true" is not allowed; set it only where something is built; sourceProvider is ECR',
    ],
    [
      "a cache where nothing is built",
      { ...readyMade, buildCache: "registry" },
      'buildCache: "registry" is not allowed; set it only where something is built; sourceProvider is ECR',
    ],
    [
      "one public subnet",
      { vpcId: "vpc-1", publicSubnetIds: '["subnet-a"]' },
      'publicSubnetIds: ["subnet-a"] is not allowed; set at least two, in different zones: a load balancer needs them',
    ],
    [
      "subnets that are no list of strings",
      { vpcId: "vpc-1", publicSubnetIds: "[1,2]" },
      "publicSubnetIds: [1,2] is not allowed; set a list of strings",
    ],
    [
      "a variable without a value",
      { variables: '["LOG_LEVEL"]' },
      'variables: "LOG_LEVEL" is not allowed; set NAME=value',
    ],
    ["a variable twice", { variables: '["A=1","A=2"]' }, 'variables: "A=2" is not allowed; set A once'],
    [
      "a parameter that is no name",
      { parameters: '["A B"]' },
      'parameters: "A B" is not allowed; set NAME or NAME=/name/of/the/parameter',
    ],
    [
      "one name as a plain variable and a parameter",
      { variables: '["A=1"]', parameters: '["A"]' },
      'parameters: "A" is not allowed; set A either here or in variables',
    ],
    [
      "a parameter that is made here and exists",
      { parameters: '["A=/a"]', "secrets:A": "1" },
      'parameters: "A=/a" is not allowed; set A in one way only: a parameter\'s name, settings:A or secrets:A',
    ],
    [
      "a parameter that is a setting and a secret",
      { parameters: '["A"]', "settings:A": "1", "secrets:A": "1" },
      'parameters: "A" is not allowed; set A in one way only: a parameter\'s name, settings:A or secrets:A',
    ],
    [
      "a secret of a variable that is not declared",
      { "secrets:TOKEN": "1" },
      "secrets:TOKEN is set, but TOKEN is not declared; add it to parameters",
    ],
    [
      "a setting of a variable that is not declared",
      { "settings:LOG_LEVEL": "debug" },
      "settings:LOG_LEVEL is set, but LOG_LEVEL is not declared; add it to parameters",
    ],
    [
      "a variable that the build sets itself",
      { variables: '["IMAGE_TAG=1"]' },
      'variables: "IMAGE_TAG" is not allowed; set another name: the build sets this one itself',
    ],
    [
      "a parameter that the build sets itself",
      { parameters: '["ECS_ENV_NAME"]' },
      'variables: "ECS_ENV_NAME" is not allowed; set another name: the build sets this one itself',
    ],
    [
      "a build's parameter that is not declared",
      { buildParameters: '["TOKEN"]' },
      'buildParameters: "TOKEN" is not allowed; set variables that are declared in parameters',
    ],
  ];
  for (const [title, change, message] of bad) {
    it(title, async () => {
      expect(await refusalOf(change)).to.equal(`Pulumi.staging.yaml: ${message}`);
    });
  }

  it("a stack whose name AWS would not take", async () => {
    expect(await refusalOf({}, "Staging_2")).to.equal(
      'Pulumi.Staging_2.yaml: the stack\'s name: "Staging_2" is not allowed; set a name of lower-case letters, digits and hyphens, beginning with a letter',
    );
  });

  it("a stack with no configuration, since nothing says where its code is", async () => {
    expect(await refusalOf({ sourceRepository: undefined, branch: "main" }, "qa")).to.equal(
      "Pulumi.qa.yaml: sourceRepository is not set; run `pulumi config set sourceRepository VALUE --stack qa`",
    );
  });
});

describe("the program refuses, before anything is made,", () => {
  it("a stack without a Compose file", async () => {
    await startCloud({ stack: "qa", config: changed({}) });
    const settings = readSettings();
    expect(() => readStackApplication(composeFileArgs(settings, {}))).to.throw(
      Refusal,
      "docker-compose-qa.yml: there is no such file; the stack qa needs it",
    );
    expect(cloud).to.deep.equal([]);
  });

  it("a task that its containers' limits do not fit into", async () => {
    const config = { "compose-ecs-pipeline:taskCpu": "256", "compose-ecs-pipeline:taskMemoryMiB": "512" };
    const failure: unknown = await runProgram({ stack: "staging", config }).catch((error: unknown) => error);
    expect(failure instanceof Refusal ? failure.message : failure).to.equal(
      "docker-compose-staging.yml: the containers' limits need 512 CPU units and 896 MiB, more than taskCpu 256 and taskMemoryMiB 512; raise these or lower the limits",
    );
    expect(cloud).to.deep.equal([]);
  });

  it("a base image in a registry of another region", async () => {
    const entry = "debian:12=111111111111.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/library/debian:12";
    const config = { "compose-ecs-pipeline:baseImages": JSON.stringify([entry]) };
    const failure: unknown = await runProgram({ stack: "staging", config }).catch((error: unknown) => error);
    expect(failure instanceof Refusal ? failure.message : failure).to.equal(
      "baseImages: debian:12 is in eu-west-1; give a repository or a pull-through cache in us-east-1",
    );
    expect(cloud).to.deep.equal([]);
  });

  it("a KMS key of another region, for artifacts as well as for parameters", async () => {
    const [there, here] = ["eu-west-1", "us-east-1"].map((region) => `arn:aws:kms:${region}:000000000000:key/a`);
    const refusal = async (key: string, value: string) => {
      const config = { [`compose-ecs-pipeline:${key}`]: value };
      const failure: unknown = await runProgram({ stack: "staging", config }).catch((error: unknown) => error);
      return failure instanceof Refusal ? failure.message : failure;
    };
    expect([
      await refusal("parameterKmsKeyArns", JSON.stringify([here, there])),
      await refusal("artifactKmsKeyArn", String(there)),
    ]).to.deep.equal([
      "parameterKmsKeyArns: arn:aws:kms:eu-west-1:000000000000:key/a is in eu-west-1; give a key in us-east-1",
      "artifactKmsKeyArn: arn:aws:kms:eu-west-1:000000000000:key/a is in eu-west-1; give a key in us-east-1",
    ]);
    expect(cloud).to.deep.equal([]);
  });

  it("tests before a push where the Compose file has none", async () => {
    const config = { "compose-ecs-pipeline:runTests": "true" };
    const failure: unknown = await runProgram({ stack: "staging", config }).catch((error: unknown) => error);
    expect(failure instanceof Refusal ? failure.message : failure).to.equal(
      'docker-compose-staging.yml: runTests is true, but no service has the profile "test"; add one or set runTests to false',
    );
    expect(cloud).to.deep.equal([]);
  });

  it("a Compose file that asks for a variable nobody sets", async () => {
    const config = { "compose-ecs-pipeline:parameters": '["DATABASE_URL"]' };
    const failure: unknown = await runProgram({ stack: "staging", config }).catch((error: unknown) => error);
    expect(failure instanceof Refusal ? failure.message.split("\n") : failure).to.deep.equal([
      "docker-compose-staging.yml:33:24: nothing sets SECRET_KEY_BASE; set it or write ${SECRET_KEY_BASE:-default}",
      "docker-compose-staging.yml:78:24: nothing sets SECRET_KEY_BASE; set it or write ${SECRET_KEY_BASE:-default}",
    ]);
    expect(cloud).to.deep.equal([]);
  });
});
