import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { EventTrigger } from "../../../components/pipeline/event-trigger.ts";
import { only, seen, settled, startCloud } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";

describe("the event trigger", () => {
  before(async () => {
    await startCloud();
    const pattern = { source: ["aws.s3"], "detail-type": ["Object Created"], detail: { bucket: { name: ["source"] } } };
    const pipelineArn = pulumi.output(staging.pipeline.arn);
    new EventTrigger("shop-staging-start", {
      place: staging.place,
      pipelineName: "shop-staging",
      pattern,
      pipelineArn,
    });
    await settled();
  });

  it("is a rule, its one target, and a role that may start the pipeline", () => {
    const own = { parent: "EventTrigger shop-staging-start" };
    expect(seen()).to.deep.equal([
      [
        "aws:cloudwatch/eventRule:EventRule",
        "shop-staging-start",
        {
          name: "shop-staging-start",
          description: "Starts the pipeline shop-staging",
          eventPattern:
            '{"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"bucket":{"name":["source"]}}}',
        },
        own,
      ],
      [
        "aws:cloudwatch/eventTarget:EventTarget",
        "shop-staging-start",
        {
          rule: "shop-staging-start",
          targetId: "pipeline",
          arn: "arn:aws:codepipeline:us-east-1:000000000000:shop-staging",
          roleArn: "arn:aws:iam::000000000000:role/shop-staging-start",
        },
        own,
      ],
      [
        "aws:iam/role:Role",
        "shop-staging-start",
        {
          name: "shop-staging-start",
          assumeRolePolicy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "events.amazonaws.com" },
                Action: "sts:AssumeRole",
                Condition: {
                  StringEquals: { "aws:SourceAccount": "000000000000" },
                  ArnLike: { "aws:SourceArn": "arn:aws:events:us-east-1:000000000000:rule/shop-staging-start" },
                },
              },
            ],
          },
        },
        { parent: "ActorRole shop-staging-start" },
      ],
      [
        "aws:iam/rolePolicy:RolePolicy",
        "shop-staging-start-statements",
        {
          name: "statements",
          role: "shop-staging-start",
          policy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Action: "codepipeline:StartPipelineExecution",
                Resource: "arn:aws:codepipeline:us-east-1:000000000000:shop-staging",
              },
            ],
          },
        },
        { parent: "ActorRole shop-staging-start" },
      ],
      ["compose-ecs-pipeline:index:ActorRole", "shop-staging-start", {}, own],
      ["compose-ecs-pipeline:index:EventTrigger", "shop-staging-start", {}, {}],
    ]);
  });

  it("is created only after its role may start the pipeline", () => {
    expect(only("aws:cloudwatch/eventTarget:EventTarget").dependencies).to.deep.equal([
      "EventRule shop-staging-start",
      "Role shop-staging-start",
      "RolePolicy shop-staging-start-statements",
    ]);
  });
});
