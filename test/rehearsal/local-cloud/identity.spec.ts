import { IAMClient, ListRolePoliciesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { trusts } from "../../../local-cloud/access/identity.ts";
import { conditionsHold } from "../../../local-cloud/access/policy-conditions.ts";
import { matchesWildcards } from "../../../local-cloud/kit/wildcards.ts";
import { accountId, policy, startLocalEndpoint } from "./local-endpoint.ts";
import type { LocalEndpoint } from "./local-endpoint.ts";

const service = "arn:aws:ecs:us-east-1:000000000000:service/shop-staging/shop-staging";
const other = "arn:aws:ecs:us-east-1:000000000000:service/shop-production/shop-production";
const taskRole = "arn:aws:iam::000000000000:role/shop-staging-task";

describe("conditions of a policy", () => {
  const when = (
    Condition: Record<string, Record<string, string | string[]>>,
    context: Record<string, string>,
  ): boolean => conditionsHold({ Effect: "Allow", Condition }, context);

  it("hold only when the request has the key and one of the values, key names in any case", () => {
    const condition = { StringEquals: { "iam:PassedToService": ["ecs-tasks.amazonaws.com", "ecs.amazonaws.com"] } };
    expect([
      when(condition, { "iam:passedtoservice": "ecs-tasks.amazonaws.com" }),
      when(condition, { "iam:PassedToService": "ec2.amazonaws.com" }),
      when(condition, {}),
    ]).to.deep.equal([true, false, false]);
  });

  it("allow a missing key only under IfExists, a negation or ForAllValues", () => {
    expect([
      when({ StringEqualsIfExists: { "aws:SourceAccount": "1" } }, {}),
      when({ StringNotEquals: { "aws:SourceAccount": "1" } }, {}),
      when({ "ForAllValues:StringEquals": { "aws:TagKeys": "a" } }, {}),
      when({ "ForAnyValue:StringEquals": { "aws:TagKeys": "a" } }, {}),
      when({ Null: { "aws:TagKeys": "true" } }, {}),
    ]).to.deep.equal([true, true, true, false, true]);
  });

  it("throw for an operator that the local cloud does not know", () => {
    expect(() => when({ NumericLessThan: { "aws:MultiFactorAuthAge": "1" } }, {})).to.throw(
      "condition operator NumericLessThan: the local cloud does not know it; add it to local-cloud/access/policy-conditions.ts",
    );
  });

  it("match patterns literally but for * and ?", () => {
    expect([
      matchesWildcards("a.b*", "a.bcd"),
      matchesWildcards("a.b", "axb"),
      matchesWildcards("a?c", "abc"),
    ]).to.deep.equal([true, false, true]);
  });
});

describe("a trust policy", () => {
  it("is for the service it names, and a denial wins", () => {
    const allow = {
      Effect: "Allow" as const,
      Action: "sts:AssumeRole",
      Principal: { Service: ["codebuild.amazonaws.com", "ecs-tasks.amazonaws.com"] },
    };
    expect([
      trusts([allow], "codebuild.amazonaws.com", {}),
      trusts([allow], "codepipeline.amazonaws.com", {}),
      trusts([allow, { ...allow, Effect: "Deny" }], "codebuild.amazonaws.com", {}),
    ]).to.deep.equal([true, false, false]);
  });
});

describe("identity", function () {
  this.timeout(60_000);
  let local: LocalEndpoint;
  const refusal = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => "allowed",
      (error: unknown) => (error instanceof Error ? error.message : error),
    );

  before(async () => {
    local = await startLocalEndpoint();
  });
  after(() => local.close());

  it("gives a role's credentials to the service that the trust policy names and to no other", async () => {
    const role = await local.role("trusting", "codepipeline.amazonaws.com", []);
    const credentials = await local.identity.assume(role, "codepipeline.amazonaws.com", "run");
    const { Arn } = await new STSClient({ ...local.asRoot, credentials }).send(new GetCallerIdentityCommand());
    expect(Arn).to.equal("arn:aws:sts::000000000000:assumed-role/trusting/run");
    expect(local.identity.callerOf(credentials.accessKeyId)).to.deep.equal({
      accessKeyId: credentials.accessKeyId,
      principalArn: role,
    });
    expect(await refusal(local.identity.assume(role, "codebuild.amazonaws.com", "run"))).to.equal(
      `codebuild.amazonaws.com is not authorized to perform AssumeRole on role ${role}`,
    );
    expect(await refusal(local.identity.assume(`${role}-gone`, "codebuild.amazonaws.com", "run"))).to.equal(
      `${role}-gone: no such role`,
    );
  });

  it("honours a trust policy's source account and source ARN", async () => {
    const role = await local.role("guarded", "codebuild.amazonaws.com", [], {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnLike: { "aws:SourceArn": "arn:aws:codebuild:*:*:project/shop-*" },
    });
    const as = (sourceArn?: string): Promise<unknown> =>
      refusal(local.identity.assume(role, "codebuild.amazonaws.com", "build", sourceArn).then(() => undefined));
    expect([
      await as("arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-build"),
      await as("arn:aws:codebuild:us-east-1:000000000000:project/other"),
      await as(),
    ]).to.deep.equal([
      "allowed",
      `codebuild.amazonaws.com is not authorized to perform AssumeRole on role ${role}`,
      `codebuild.amazonaws.com is not authorized to perform AssumeRole on role ${role}`,
    ]);
  });

  it("requires each grant, on its resource and under its conditions, and names the first that is missing", async () => {
    const role = await local.role("deployer", "codepipeline.amazonaws.com", [
      { Effect: "Allow", Action: "ecs:UpdateService", Resource: service },
      {
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: taskRole,
        Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      },
    ]);
    const { accessKeyId } = await local.identity.assume(role, "codepipeline.amazonaws.com", "run");
    const caller = local.identity.callerOf(accessKeyId);
    const update = { action: "ecs:UpdateService", resource: service };
    const pass = {
      action: "iam:PassRole",
      resource: taskRole,
      context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    };
    const user = "User: arn:aws:sts::000000000000:assumed-role/deployer/run is not authorized to perform:";
    expect([
      await refusal(local.identity.require(caller, [update, pass])),
      await refusal(local.identity.require(caller, [update, { ...update, resource: other }])),
      await refusal(
        local.identity.require(caller, [{ ...pass, context: { "iam:PassedToService": "ec2.amazonaws.com" } }]),
      ),
      await refusal(local.identity.require(caller, [{ action: "iam:PassRole", resource: taskRole }])),
    ]).to.deep.equal([
      "allowed",
      `${user} ecs:UpdateService on resource: ${other}`,
      `${user} iam:PassRole on resource: ${taskRole}`,
      `${user} iam:PassRole on resource: ${taskRole}`,
    ]);
  });

  it("reports each permission that a call needed and whether the role has it, or only the service when ministack judges", async () => {
    const role = await local.role("asked", "codepipeline.amazonaws.com", [
      { Effect: "Allow", Action: "ecs:UpdateService", Resource: service },
    ]);
    const credentials = await local.identity.assume(role, "codepipeline.amazonaws.com", "run");
    const grants = [service, other].map((resource) => ({ action: "ecs:UpdateService", resource }));
    await refusal(local.identity.require(local.identity.callerOf(credentials.accessKeyId), grants));
    const s3 = new S3Client({ ...local.asRoot, credentials, forcePathStyle: true });
    await refusal(s3.send(new ListBucketsCommand({})).then(() => undefined));
    expect(local.asked.filter(({ roleArn }) => roleArn === role)).to.deep.equal([
      { roleArn: role, action: "ecs:UpdateService", resource: service, allowed: true },
      { roleArn: role, action: "ecs:UpdateService", resource: other, allowed: false },
      { roleArn: role, action: "s3:*", resource: "*" },
    ]);
  });

  it("counts a changed policy at once", async () => {
    const role = await local.role("changing", "codepipeline.amazonaws.com", [
      { Effect: "Allow", Action: "ecs:UpdateService", Resource: "*" },
    ]);
    const { accessKeyId } = await local.identity.assume(role, "codepipeline.amazonaws.com", "run");
    const grants = [{ action: "ecs:UpdateService", resource: service }];
    const before = await refusal(local.identity.require(local.identity.callerOf(accessKeyId), grants));
    const denied = policy([{ Effect: "Allow", Action: "ecs:DescribeServices", Resource: "*" }]);
    await new IAMClient(local.asRoot).send(
      new PutRolePolicyCommand({ RoleName: "changing", PolicyName: "own", PolicyDocument: denied }),
    );
    const after = await refusal(local.identity.require(local.identity.callerOf(accessKeyId), grants));
    expect([before, after]).to.deep.equal([
      "allowed",
      `User: arn:aws:sts::000000000000:assumed-role/changing/run is not authorized to perform: ecs:UpdateService on resource: ${service}`,
    ]);
  });

  it("accepts inline policies of 10,240 characters together for a role, and no more (IAM and AWS STS quotas)", async () => {
    await local.role("long", "codepipeline.amazonaws.com", []);
    // The SDK tries a LimitExceeded again.
    const iam = new IAMClient({ ...local.asRoot, maxAttempts: 1 });
    const sized = (characters: number, spaces = ""): string => {
      const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::" };
      const missing = characters - policy([statement]).length;
      return spaces + policy([{ ...statement, Resource: statement.Resource + "x".repeat(missing) }]);
    };
    const put = (PolicyName: string, PolicyDocument: string): Promise<unknown> =>
      refusal(
        iam.send(new PutRolePolicyCommand({ RoleName: "long", PolicyName, PolicyDocument })).then(() => "allowed"),
      );
    const tooLong = "Maximum policy size of 10240 bytes exceeded for role long";
    expect([
      await put("first", sized(10_241)),
      await put("first", sized(10_240, " \n".repeat(500))),
      await put("second", sized(200)),
      await put("first", sized(10_040)), // Another version of the same policy.
      await put("second", sized(201)),
      await put("second", sized(200)),
    ]).to.deep.equal([tooLong, "allowed", tooLong, "allowed", tooLong, "allowed"]);
    const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName: "long" }));
    expect(PolicyNames).to.have.members(["first", "second"]);
  });

  it("knows the role behind credentials that a client got from STS itself, and no other key", async () => {
    const role = await local.role("assumed", "ecs-tasks.amazonaws.com", []);
    const { Credentials } = await new STSClient(local.asRoot).send(
      new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "mine" }),
    );
    expect(local.identity.callerOf(Credentials?.AccessKeyId ?? "").principalArn).to.equal(role);
    expect(() => local.identity.callerOf("unknown")).to.throw("The security token included in the request is invalid.");
  });
});
