import { expect } from "chai";
import { BuildProject } from "../../../components/build/build-project.ts";
import { only, seen, settled, startCloud } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";

const args = {
  place: staging.place,
  artifactBucket: staging.artifactBucket,
  projectName: "shop-staging-build",
  description: "Builds the images",
  buildspec: "buildspec.yml",
  timeoutMinutes: 30,
  logRetentionDays: 14,
  environment: { B: "2", A: "1" },
  statements: [{ Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" }],
} as const;

describe("a build project", () => {
  beforeEach(() => startCloud());

  it("runs Docker on Ubuntu, reads its parameters from the store, and logs to its own group", async () => {
    new BuildProject("shop-staging-build", { ...args, docker: true, parameters: { TOKEN: "/shop/staging/TOKEN" } });
    await settled();
    expect(seen()).to.deep.equal([
      [
        "aws:cloudwatch/logGroup:LogGroup",
        "shop-staging-build",
        { name: "/aws/codebuild/shop-staging-build", retentionInDays: 14 },
        { parent: "BuildProject shop-staging-build" },
      ],
      [
        "aws:codebuild/project:Project",
        "shop-staging-build",
        {
          artifacts: { type: "CODEPIPELINE" },
          buildTimeout: 30,
          description: "Builds the images",
          environment: {
            computeType: "BUILD_GENERAL1_SMALL",
            environmentVariables: [
              { name: "A", type: "PLAINTEXT", value: "1" },
              { name: "B", type: "PLAINTEXT", value: "2" },
              { name: "TOKEN", type: "PARAMETER_STORE", value: "/shop/staging/TOKEN" },
            ],
            image: "aws/codebuild/standard:8.0",
            privilegedMode: true,
            type: "LINUX_CONTAINER",
          },
          logsConfig: { cloudwatchLogs: { groupName: "/aws/codebuild/shop-staging-build" } },
          name: "shop-staging-build",
          serviceRole: "arn:aws:iam::000000000000:role/shop-staging-build",
          source: { buildspec: "buildspec.yml", type: "CODEPIPELINE" },
        },
        { parent: "BuildProject shop-staging-build" },
      ],
      [
        "aws:iam/role:Role",
        "shop-staging-build",
        {
          assumeRolePolicy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "codebuild.amazonaws.com" },
                Action: "sts:AssumeRole",
                Condition: {
                  StringEquals: { "aws:SourceAccount": "000000000000" },
                  ArnLike: { "aws:SourceArn": "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-build" },
                },
              },
            ],
          },
          name: "shop-staging-build",
        },
        { parent: "ActorRole shop-staging-build" },
      ],
      [
        "aws:iam/rolePolicy:RolePolicy",
        "shop-staging-build-statements",
        {
          name: "statements",
          policy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
                Resource: "arn:aws:logs:us-east-1:000000000000:log-group:/aws/codebuild/shop-staging-build:*",
              },
              {
                Effect: "Allow",
                Action: ["s3:GetObject", "s3:GetObjectVersion"],
                Resource: "arn:aws:s3:::shop-staging-artifacts-000000000000-us-east-1/*",
              },
              {
                Effect: "Allow",
                Action: ["s3:GetBucketAcl", "s3:GetBucketLocation"],
                Resource: "arn:aws:s3:::shop-staging-artifacts-000000000000-us-east-1",
              },
              {
                Effect: "Allow",
                Action: "ssm:GetParameters",
                Resource: ["arn:aws:ssm:us-east-1:000000000000:parameter/shop/staging/TOKEN"],
              },
              { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
            ],
          },
          role: "shop-staging-build",
        },
        { parent: "ActorRole shop-staging-build" },
      ],
      ["compose-ecs-pipeline:index:ActorRole", "shop-staging-build", {}, { parent: "BuildProject shop-staging-build" }],
      ["compose-ecs-pipeline:index:BuildProject", "shop-staging-build", {}, {}],
    ]);
  });

  it("can run on a larger host, and on one of the tasks' architecture", async () => {
    new BuildProject("shop-staging-build", { ...args, environment: {}, computeType: "2XLARGE", architecture: "arm64" });
    await settled();
    expect(only("aws:codebuild/project:Project").inputs["environment"]).to.deep.equal({
      computeType: "BUILD_GENERAL1_2XLARGE",
      environmentVariables: [],
      image: "aws/codebuild/amazonlinux-aarch64-standard:4.0",
      privilegedMode: false,
      type: "ARM_CONTAINER",
    });
  });

  it("by default is not privileged and reads no parameter", async () => {
    new BuildProject("shop-staging-build", args);
    await settled();
    const { environment } = only("aws:codebuild/project:Project").inputs;
    expect(environment).to.deep.equal({
      computeType: "BUILD_GENERAL1_SMALL",
      environmentVariables: [
        { name: "A", type: "PLAINTEXT", value: "1" },
        { name: "B", type: "PLAINTEXT", value: "2" },
      ],
      image: "aws/codebuild/standard:8.0",
      privilegedMode: false,
      type: "LINUX_CONTAINER",
    });
    const [, , policy] = seen().find(([type]) => type === "aws:iam/rolePolicy:RolePolicy") ?? [];
    expect(policy).to.deep.equal({
      name: "statements",
      policy: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: "arn:aws:logs:us-east-1:000000000000:log-group:/aws/codebuild/shop-staging-build:*",
          },
          {
            Effect: "Allow",
            Action: ["s3:GetObject", "s3:GetObjectVersion"],
            Resource: "arn:aws:s3:::shop-staging-artifacts-000000000000-us-east-1/*",
          },
          {
            Effect: "Allow",
            Action: ["s3:GetBucketAcl", "s3:GetBucketLocation"],
            Resource: "arn:aws:s3:::shop-staging-artifacts-000000000000-us-east-1",
          },
          { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
        ],
      },
      role: "shop-staging-build",
    });
  });
});
