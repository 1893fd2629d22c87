import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ActorRole } from "../kit/actor-role.ts";
import { pipelineNames, type Place } from "../kit/names.ts";

/** Which events EventBridge matches: fields of an event and the values they may have. */
export interface EventPattern {
  readonly source: readonly string[];
  readonly "detail-type": readonly string[];
  readonly resources?: readonly string[];
  readonly detail: Readonly<Record<string, readonly string[] | Readonly<Record<string, readonly string[]>>>>;
}

export interface EventTriggerArgs {
  /** The account and region of the pipeline. */
  readonly place: Place;
  readonly pipelineName: string;
  readonly pattern: EventPattern;
  /** ARN of the pipeline that a matching event starts. */
  readonly pipelineArn: pulumi.Output<string>;
}

/** The EventBridge rule that starts the pipeline, with a role that may do this and nothing else. */
export class EventTrigger extends pulumi.ComponentResource {
  constructor(name: string, args: EventTriggerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:EventTrigger", name, {}, opts);
    const { place, pipelineArn } = args;
    const { arn, start } = pipelineNames(place, args.pipelineName);
    const role = new ActorRole(
      name,
      {
        roleName: start.role.name,
        service: "events.amazonaws.com",
        accountId: place.accountId,
        sourceArn: start.arn,
        statements: [
          {
            Effect: "Allow",
            Action: "codepipeline:StartPipelineExecution",
            Resource: arn,
          },
        ],
      },
      { parent: this },
    );
    const rule = new aws.cloudwatch.EventRule(
      name,
      {
        name: start.name,
        description: `Starts the pipeline ${args.pipelineName}`,
        eventPattern: JSON.stringify(args.pattern),
      },
      { parent: this },
    );
    new aws.cloudwatch.EventTarget(
      name,
      { rule: rule.name, targetId: "pipeline", arn: pipelineArn, roleArn: role.arn },
      { parent: this, dependsOn: [...role.ready] },
    );
    this.registerOutputs();
  }
}
