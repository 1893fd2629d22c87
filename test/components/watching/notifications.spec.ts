import { expect } from "chai";
import { Notifications } from "../../../components/watching/notifications.ts";
import { seen, settled, startCloud } from "../../support/cloud.ts";
import { args, filesOf } from "./notifications-bench.ts";

const own = { parent: "Notifications shop-staging" };

describe("notifications", () => {
  beforeEach(() => startCloud());

  it("are an encrypted topic, rules for the events that end a release, and a function between them that may only read and publish", async () => {
    new Notifications("shop-staging", args);
    await settled();
    const withoutCode = seen().map(([type, name, inputs, options]) => {
      const { code, ...rest } = inputs as Record<string, unknown>;
      return [type, name, code === undefined ? rest : { ...rest, code: Object.keys(filesOf(code)) }, options];
    });
    expect(withoutCode).to.deep.equal([
      [
        "aws:cloudwatch/eventRule:EventRule",
        "shop-staging-builds",
        {
          name: "shop-staging-builds",
          eventPattern: JSON.stringify({
            source: ["aws.codebuild"],
            "detail-type": ["CodeBuild Build State Change"],
            detail: {
              "project-name": ["shop-staging-build", "shop-staging-migrate", "shop-staging-verify"],
              "build-status": ["FAILED", "FAULT", "STOPPED", "TIMED_OUT"],
              "additional-information": { initiator: [{ "anything-but": { prefix: "codepipeline/" } }] },
            },
          }),
        },
        own,
      ],
      [
        "aws:cloudwatch/eventRule:EventRule",
        "shop-staging-deployments",
        {
          name: "shop-staging-deployments",
          eventPattern: JSON.stringify({
            source: ["aws.ecs"],
            "detail-type": ["ECS Deployment State Change"],
            resources: [{ prefix: "arn:aws:ecs:us-east-1:000000000000:service/shop-staging/" }],
            detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
          }),
        },
        own,
      ],
      [
        "aws:cloudwatch/eventRule:EventRule",
        "shop-staging-runs",
        {
          name: "shop-staging-runs",
          eventPattern: JSON.stringify({
            source: ["aws.codepipeline"],
            "detail-type": ["CodePipeline Pipeline Execution State Change"],
            detail: { pipeline: ["shop-staging"], state: ["SUCCEEDED", "FAILED", "STOPPED", "CANCELED"] },
          }),
        },
        own,
      ],
      [
        "aws:cloudwatch/eventTarget:EventTarget",
        "shop-staging-builds",
        {
          rule: "shop-staging-builds",
          targetId: "notify",
          arn: "arn:aws:lambda:us-east-1:000000000000:function:shop-staging-notify",
        },
        own,
      ],
      [
        "aws:cloudwatch/eventTarget:EventTarget",
        "shop-staging-deployments",
        {
          rule: "shop-staging-deployments",
          targetId: "notify",
          arn: "arn:aws:lambda:us-east-1:000000000000:function:shop-staging-notify",
        },
        own,
      ],
      [
        "aws:cloudwatch/eventTarget:EventTarget",
        "shop-staging-runs",
        {
          rule: "shop-staging-runs",
          targetId: "notify",
          arn: "arn:aws:lambda:us-east-1:000000000000:function:shop-staging-notify",
        },
        own,
      ],
      [
        "aws:cloudwatch/logGroup:LogGroup",
        "shop-staging-notify",
        { name: "/aws/lambda/shop-staging-notify", retentionInDays: 30 },
        own,
      ],
      [
        "aws:iam/role:Role",
        "shop-staging-notify",
        {
          name: "shop-staging-notify",
          assumeRolePolicy: {
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
          },
        },
        { parent: "ActorRole shop-staging-notify" },
      ],
      [
        "aws:iam/rolePolicy:RolePolicy",
        "shop-staging-notify-statements",
        {
          name: "statements",
          role: "shop-staging-notify",
          policy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
                Resource: "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/shop-staging-notify:*",
              },
              {
                Effect: "Allow",
                Action: ["codepipeline:ListActionExecutions", "codepipeline:ListPipelineExecutions"],
                Resource: "arn:aws:codepipeline:us-east-1:000000000000:shop-staging",
              },
              {
                Effect: "Allow",
                Action: "logs:GetLogEvents",
                Resource: ["build", "migrate", "verify"].map(
                  (step) => `arn:aws:logs:us-east-1:000000000000:log-group:/aws/codebuild/shop-staging-${step}:*`,
                ),
              },
              { Effect: "Allow", Action: "sns:Publish", Resource: "arn:aws:sns:us-east-1:000000000000:shop-staging" },
            ],
          },
        },
        { parent: "ActorRole shop-staging-notify" },
      ],
      [
        "aws:lambda/function:Function",
        "shop-staging-notify",
        {
          name: "shop-staging-notify",
          description: "Words what became of a release and publishes it",
          runtime: "nodejs24.x",
          handler: "index.handler",
          role: "arn:aws:iam::000000000000:role/shop-staging-notify",
          timeout: 60,
          memorySize: 256,
          environment: { variables: { TOPIC_ARN: "arn:aws:sns:us-east-1:000000000000:shop-staging" } },
          code: ["index.mjs", "messages.mjs", "run.mjs"],
        },
        own,
      ],
      [
        "aws:lambda/permission:Permission",
        "shop-staging-builds",
        {
          function: "shop-staging-notify",
          action: "lambda:InvokeFunction",
          principal: "events.amazonaws.com",
          sourceArn: "arn:aws:events:us-east-1:000000000000:rule/shop-staging-builds",
        },
        own,
      ],
      [
        "aws:lambda/permission:Permission",
        "shop-staging-deployments",
        {
          function: "shop-staging-notify",
          action: "lambda:InvokeFunction",
          principal: "events.amazonaws.com",
          sourceArn: "arn:aws:events:us-east-1:000000000000:rule/shop-staging-deployments",
        },
        own,
      ],
      [
        "aws:lambda/permission:Permission",
        "shop-staging-runs",
        {
          function: "shop-staging-notify",
          action: "lambda:InvokeFunction",
          principal: "events.amazonaws.com",
          sourceArn: "arn:aws:events:us-east-1:000000000000:rule/shop-staging-runs",
        },
        own,
      ],
      ["aws:sns/topic:Topic", "shop-staging", { name: "shop-staging", kmsMasterKeyId: "alias/aws/sns" }, own],
      [
        "aws:sns/topicPolicy:TopicPolicy",
        "shop-staging",
        {
          arn: "arn:aws:sns:us-east-1:000000000000:shop-staging",
          policy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Deny",
                Principal: "*",
                Action: "sns:Publish",
                Resource: "arn:aws:sns:us-east-1:000000000000:shop-staging",
                Condition: { Bool: { "aws:SecureTransport": "false" } },
              },
            ],
          },
        },
        own,
      ],
      [
        "aws:sns/topicSubscription:TopicSubscription",
        "shop-staging-team@example.com",
        { topic: "arn:aws:sns:us-east-1:000000000000:shop-staging", protocol: "email", endpoint: "team@example.com" },
        own,
      ],
      ["compose-ecs-pipeline:index:ActorRole", "shop-staging-notify", {}, own],
      ["compose-ecs-pipeline:index:Notifications", "shop-staging", {}, {}],
    ]);
  });
});
