import { readFileSync } from "node:fs";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ActorRole } from "../kit/actor-role.ts";
import { projectNames, type Names } from "../kit/names.ts";
import type { Step } from "../build/build-project.ts";
import type { ServicePlan } from "../service/service-plan.ts";
import { publish, writeLogs, type Statement } from "../kit/statement.ts";

export interface NotificationsArgs {
  readonly names: Names;
  /** E-mail addresses that get the messages; each confirms its subscription once. */
  readonly emails: readonly string[];
  /** The CodeBuild projects that the pipeline starts. */
  readonly steps: readonly Pick<Step, "projectName">[];
  /** Names of the alarms whose changes are reported. @default - there are none */
  readonly alarms?: readonly string[];
  readonly logRetentionDays: number;
}

/** Notifies people of the end of each run, of builds that fail outside a run, of deployments that fail in ECS, and of alarms. */
export class Notifications extends pulumi.ComponentResource {
  readonly topicArn: string;

  constructor(name: string, args: NotificationsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:Notifications", name, {}, opts);
    const { names } = args;
    const own = { parent: this };
    // SNS's own key is enough because only roles of this account publish: its policy does not allow services.
    const topic = new aws.sns.Topic(name, { name: names.topic.name, kmsMasterKeyId: "alias/aws/sns" }, own);
    new aws.sns.TopicPolicy(name, { arn: topic.arn, policy: tlsOnly(names.topic.arn) }, own);
    for (const endpoint of args.emails) {
      new aws.sns.TopicSubscription(`${name}-${endpoint}`, { topic: topic.arn, protocol: "email", endpoint }, own);
    }
    const notifier = this.notifier(name, args);
    for (const [what, pattern] of Object.entries(patterns(args))) {
      this.rule(`${name}-${what}`, names.rule(what), pattern, notifier);
    }
    this.topicArn = names.topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }

  /** Creates the function that writes a message about an event and publishes it. */
  private notifier(name: string, args: NotificationsArgs): aws.lambda.Function {
    const own = { parent: this };
    const { names, logRetentionDays } = args;
    const { notify } = names;
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-notify`,
      { name: notify.logGroup.name, retentionInDays: logRetentionDays },
      own,
    );
    const role = new ActorRole(
      `${name}-notify`,
      // Lambda's documentation has no condition for the trust of an execution role; only this account can pass the
      // role.
      { roleName: notify.role.name, service: "lambda.amazonaws.com", statements: notifierStatements(args) },
      own,
    );
    return new aws.lambda.Function(
      `${name}-notify`,
      {
        name: notify.name,
        description: "Words what became of a release and publishes it",
        runtime: "nodejs24.x",
        handler: "index.handler",
        code: new pulumi.asset.AssetArchive(code()),
        role: role.arn,
        timeout: 60,
        memorySize: 256,
        environment: { variables: { TOPIC_ARN: names.topic.arn } },
      },
      { parent: this, dependsOn: [logs, ...role.ready] },
    );
  }

  /** Creates an EventBridge rule, its target, and the permission of the rule to call the target. */
  private rule(name: string, ruleName: string, pattern: object, notifier: aws.lambda.Function): void {
    const own = { parent: this };
    const rule = new aws.cloudwatch.EventRule(name, { name: ruleName, eventPattern: JSON.stringify(pattern) }, own);
    new aws.cloudwatch.EventTarget(name, { rule: rule.name, targetId: "notify", arn: notifier.arn }, own);
    new aws.lambda.Permission(
      name,
      {
        function: notifier.name,
        action: "lambda:InvokeFunction",
        principal: "events.amazonaws.com",
        sourceArn: rule.arn,
      },
      own,
    );
  }
}

/**
 * The events that are reported, each once. A superseded run is not reported, but the newer one is. A build of a run is
 * reported with its run.
 */
function patterns({ names, steps, alarms = [] }: NotificationsArgs): Readonly<Record<string, object>> {
  return {
    runs: {
      source: ["aws.codepipeline"],
      "detail-type": ["CodePipeline Pipeline Execution State Change"],
      detail: { pipeline: [names.pipeline.name], state: ["SUCCEEDED", "FAILED", "STOPPED", "CANCELED"] },
    },
    builds: {
      source: ["aws.codebuild"],
      "detail-type": ["CodeBuild Build State Change"],
      detail: {
        "project-name": steps.map(({ projectName }) => projectName),
        "build-status": ["FAILED", "FAULT", "STOPPED", "TIMED_OUT"],
        "additional-information": { initiator: [{ "anything-but": { prefix: "codepipeline/" } }] },
      },
    },
    deployments: {
      source: ["aws.ecs"],
      "detail-type": ["ECS Deployment State Change"],
      resources: [{ prefix: names.services }],
      detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
    },
    ...(alarms.length > 0 && { alarms: alarmPattern(alarms) }),
  };
}

/** The pattern of an alarm that goes off, or that is over ("Alarm events and EventBridge", CloudWatch user guide). */
function alarmPattern(alarmName: readonly string[]): object {
  const rings = { state: { value: ["ALARM"] } };
  const stopped = { state: { value: ["OK"] }, previousState: { value: ["ALARM"] } };
  return {
    source: ["aws.cloudwatch"],
    "detail-type": ["CloudWatch Alarm State Change"],
    detail: { alarmName, $or: [rings, stopped] },
  };
}

/** The settings of a stack about notifications and the dashboard. */
export interface WatchingSettings {
  /** E-mail addresses that get notifications; with none, nothing is created for them. */
  readonly emails: readonly string[];
  /** Whether the environment has a dashboard. */
  readonly dashboard: boolean;
}

/** What is known about an environment's notifications and dashboard before anything is created. Plain data. */
export interface WatchingPlan {
  readonly names: Names;
  readonly services: readonly Pick<ServicePlan, "service" | "alarms">[];
  readonly settings: WatchingSettings;
  readonly logRetentionDays: number;
}

/** Creates the notifications; returns a list that is empty if the stack names no address. */
export function notificationsFor(
  name: string,
  { names, services, settings, logRetentionDays }: WatchingPlan,
  steps: NotificationsArgs["steps"],
): readonly Notifications[] {
  const { emails } = settings;
  const alarms = services.flatMap((one) => one.alarms ?? []);
  return emails.length === 0 ? [] : [new Notifications(name, { names, emails, steps, alarms, logRetentionDays })];
}

/** Lets the function read the run and the end of its builds' logs, and publish. */
function notifierStatements({ names, steps }: NotificationsArgs): readonly Statement[] {
  return [
    writeLogs(names.notify.logGroup.arn),
    {
      Effect: "Allow",
      Action: ["codepipeline:ListActionExecutions", "codepipeline:ListPipelineExecutions"],
      Resource: names.pipeline.arn,
    },
    {
      Effect: "Allow",
      Action: "logs:GetLogEvents",
      Resource: steps.map(({ projectName }) => `${projectNames(names.place, projectName).logGroup.arn}:*`),
    },
    publish(names.topic.arn),
  ];
}

/**
 * The function's files. Their text is passed instead of their paths, so that no path of this machine is in the state.
 */
function code(): Record<string, pulumi.asset.Asset> {
  const files = ["index.mjs", "messages.mjs", "run.mjs"];
  const text = (file: string) => readFileSync(new URL(`notifier/${file}`, import.meta.url), "utf8");
  return Object.fromEntries(files.map((file) => [file, new pulumi.asset.StringAsset(text(file))]));
}

/** A policy that grants no access; the publishers' roles say who may publish. */
function tlsOnly(topicArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
