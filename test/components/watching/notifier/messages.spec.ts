import { expect } from "chai";
import { alarmMessage, buildMessage, deploymentMessage } from "../../../../components/watching/notifier/messages.mjs";

const commit = "8cf40f2d1e0b3a4c5d6e7f8091a2b3c4d5e6f708";
const linesOf = ({ subject, text }: { subject: string; text: string }) => [subject, ...text.split("\n")];

/** CodeBuild, "Build notifications input format reference", shortened. */
const build = (phases: readonly object[], more: object = {}) => ({
  region: "us-east-1",
  detail: {
    "build-status": "FAILED",
    "project-name": "shop-staging-build",
    "build-id": "arn:aws:codebuild:us-east-1:000000000000:build/shop-staging-build:8745a7a9",
    "additional-information": { initiator: "mary", "source-version": commit, phases, ...more },
  },
});

const phases = [
  { "phase-type": "SUBMITTED", "phase-status": "SUCCEEDED", "duration-in-seconds": 0, "phase-context": [] },
  { "phase-type": "PROVISIONING", "phase-status": "SUCCEEDED", "duration-in-seconds": 36, "phase-context": [": "] },
  {
    "phase-type": "BUILD",
    "phase-status": "FAILED",
    "duration-in-seconds": 3604,
    "phase-context": [
      "COMMAND_EXECUTION_ERROR: Error while executing command: docker compose build. Reason: exit status 1",
    ],
  },
  { "phase-type": "COMPLETED" },
] as never;

describe("the message about a build outside a run", () => {
  it("says who started it, how long it took, what failed in it and where its log is", () => {
    const logs = { "deep-link": "https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#logEvent:group=x" };
    expect(linesOf(buildMessage(build(phases, { logs }) as never))).to.deep.equal([
      "shop-staging-build: a build ended with status FAILED",
      "shop-staging-build: a build ended with status FAILED",
      "",
      `Commit: ${commit}`,
      "Started by: mary",
      "Duration: 1 h 40 s",
      "Reason: BUILD: COMMAND_EXECUTION_ERROR: Error while executing command: docker compose build. Reason: exit status 1",
      "Log: https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#logEvent:group=x",
      "",
    ]);
  });

  it("links to the build if it never wrote a log", () => {
    expect(linesOf(buildMessage(build([]) as never)).slice(5)).to.deep.equal([
      "Duration: 0 s",
      "Log: https://us-east-1.console.aws.amazon.com/codesuite/codebuild/projects/shop-staging-build/build/shop-staging-build%3A8745a7a9?region=us-east-1",
      "",
    ]);
  });
});

describe("the message about a deployment that failed in ECS", () => {
  /** ECS, "Amazon ECS service deployment state change events". */
  const deployment = (reason?: string) => ({
    region: "cn-north-1",
    resources: ["arn:aws-cn:ecs:cn-north-1:000000000000:service/shop-staging/shop-staging-worker"],
    detail: { deploymentId: "ecs-svc/123", ...(reason !== undefined && { reason }) },
  });

  it("has ECS's reason, and what ECS does next", () => {
    expect(
      linesOf(deploymentMessage(deployment("ECS deployment circuit breaker: task failed to start."))),
    ).to.deep.equal([
      "shop-staging-worker: a deployment failed in ECS",
      "shop-staging-worker: a deployment failed in ECS",
      "",
      "Reason: ECS deployment circuit breaker: task failed to start.",
      "Deployment: ecs-svc/123",
      "Next: ECS rolls back to the deployment before it, if there is one",
      "Service: https://console.amazonaws.cn/ecs/v2/clusters/shop-staging/services/shop-staging-worker/deployments?region=cn-north-1",
      "",
    ]);
  });

  it("says so if ECS gives no reason", () => {
    expect(linesOf(deploymentMessage(deployment()))[3]).to.equal("Reason: ECS gave no reason");
  });
});

describe("the message about an alarm", () => {
  /** CloudWatch, "Alarm events and EventBridge". */
  const alarm = (value: string, reason: string) => ({
    region: "us-east-1",
    detail: {
      alarmName: "shop-production-errors",
      state: { value, reason },
      configuration: { description: "More than 5 % of the requests are answered with 5xx" },
    },
  });
  const link =
    "Alarm: https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#alarmsV2:alarm/shop-production-errors";

  it("says what it watches and CloudWatch's reason when it goes off, and is sent again when it is over", () => {
    expect(linesOf(alarmMessage(alarm("ALARM", "Threshold Crossed: 3 datapoints")))).to.deep.equal([
      "shop-production-errors: in ALARM",
      "shop-production-errors: in ALARM",
      "",
      "Condition: More than 5 % of the requests are answered with 5xx",
      "Reason: Threshold Crossed: 3 datapoints",
      link,
      "",
    ]);
    expect(linesOf(alarmMessage(alarm("OK", "Threshold was not crossed")))[0]).to.equal(
      "shop-production-errors: no longer in ALARM",
    );
  });
});
