import { expect } from "chai";
import {
  alarmMessage,
  buildMessage,
  deploymentMessage,
  runMessage,
  type Run,
  type RunEvent,
} from "../../../../components/watching/notifier/messages.mjs";

const id = "12345678-1234-5678-abcd-12345678abcd";
const commit = "8cf40f2d1e0b3a4c5d6e7f8091a2b3c4d5e6f708";
const page = `https://us-east-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/shop-staging/executions/${id}/timeline?region=us-east-1`;

/** What a push to a branch leaves in an event (CodePipeline, "Monitoring CodePipeline events"). */
const push = {
  "author-display-name": "Mary Major",
  "full-repository-name": "acme/shop",
  "provider-type": "GitHub",
  "commit-message": "Fix the basket\n\nIt lost the last item.",
  "branch-name": "staging",
  "commit-id": commit,
};
const event = (state: string, trigger?: RunEvent["detail"]["execution-trigger"]): RunEvent => ({
  time: "2026-11-23T22:04:44Z",
  region: "us-east-1",
  detail: {
    pipeline: "shop-staging",
    "execution-id": id,
    "start-time": "2026-11-23T21:52:39.208Z",
    state,
    ...(trigger && { "execution-trigger": trigger }),
  },
});
const run: Run = { commit, message: "Fix the basket\n\nIt lost the last item.", branch: "staging", failures: [] };
const linesOf = ({ subject, text }: { subject: string; text: string }) => [subject, ...text.split("\n")];

describe("the message about a run", () => {
  it("that succeeded has commit, message, author and duration", () => {
    expect(linesOf(runMessage(event("SUCCEEDED", push), run))).to.deep.equal([
      "shop-staging: 8cf40f2 was released",
      "shop-staging: 8cf40f2 was released",
      "",
      `Commit: ${commit} of staging`,
      "Message: Fix the basket",
      "Author: Mary Major",
      "Duration: 12 min 5 s",
      `Run: ${page}`,
      "",
    ]);
  });

  it("that failed has the reason for each action that failed", () => {
    const failures = [
      { action: "Migrate", reason: "migrate: exit code 1 (Essential container in task exited); nothing was deployed" },
      { action: "Watch", reason: "ECS has not decided within 15 minutes" },
    ];
    expect(linesOf(runMessage(event("FAILED", push), { ...run, failures }))).to.deep.equal([
      "shop-staging: 8cf40f2 failed",
      "shop-staging: 8cf40f2 failed",
      "",
      `Commit: ${commit} of staging`,
      "Message: Fix the basket",
      "Author: Mary Major",
      "Duration: 12 min 5 s",
      "Reason: Migrate: migrate: exit code 1 (Essential container in task exited); nothing was deployed",
      "        Watch: ECS has not decided within 15 minutes",
      `Run: ${page}`,
      "",
    ]);
  });

  it("that the watch step or a person ended has the reason that they gave", () => {
    const stopReason =
      "ECS ended the deployment: ROLLBACK_SUCCESSFUL: Service deployment rolled back because of the circuit breaker.";
    const failures = [{ action: "Watch", reason: stopReason }];
    expect(linesOf(runMessage(event("STOPPED", push), { ...run, stopReason, failures }))).to.deep.equal([
      "shop-staging: 8cf40f2 was ended",
      "shop-staging: 8cf40f2 was ended",
      "",
      `Commit: ${commit} of staging`,
      "Message: Fix the basket",
      "Author: Mary Major",
      "Duration: 12 min 5 s",
      `Reason: ${stopReason}`,
      `Run: ${page}`,
      "",
    ]);
  });

  it("that a changed pipeline cancelled says what to do", () => {
    expect(linesOf(runMessage(event("CANCELED", push), run)).slice(1, 9)).to.deep.equal([
      "shop-staging: 8cf40f2 was cancelled",
      "",
      `Commit: ${commit} of staging`,
      "Message: Fix the basket",
      "Author: Mary Major",
      "Duration: 12 min 5 s",
      "Reason: the pipeline was changed while the run was in it; release the commit again",
      `Run: ${page}`,
    ]);
  });

  it("that no push started says who started it, because CodePipeline then knows no author", () => {
    const startedBy = "arn:aws:sts::000000000000:assumed-role/Admin/mary";
    expect(linesOf(runMessage(event("SUCCEEDED"), { ...run, startedBy }))).to.deep.equal([
      "shop-staging: 8cf40f2 was released",
      "shop-staging: 8cf40f2 was released",
      "",
      `Commit: ${commit} of staging`,
      "Message: Fix the basket",
      `Started by: ${startedBy}`,
      "Duration: 12 min 5 s",
      `Run: ${page}`,
      "",
    ]);
  });

  it("that failed before it had a commit has what is known", () => {
    const failures = [{ action: "Source", reason: "Connection shop-staging is not available" }];
    expect(linesOf(runMessage(event("FAILED"), { failures, startedBy: "CreatePipeline" }))).to.deep.equal([
      "shop-staging: a run failed",
      "shop-staging: a run failed",
      "",
      "Started by: CreatePipeline",
      "Duration: 12 min 5 s",
      "Reason: Source: Connection shop-staging is not available",
      `Run: ${page}`,
      "",
    ]);
  });

  it("says so if no reason was given, and has CodePipeline's summary if there is one", () => {
    const reason = (state: string, about: Run) =>
      linesOf(runMessage(event(state), about)).filter((line) => line.startsWith("Reason"));
    const summary = "The entry condition of stage Release failed";
    expect([
      ...reason("FAILED", run),
      ...reason("STOPPED", run),
      ...reason("FAILED", { ...run, summary }),
      ...reason("STOPPED", { ...run, summary }),
    ]).to.deep.equal([
      "Reason: CodePipeline gives none",
      "Reason: nobody gave one",
      `Reason: ${summary}`,
      `Reason: ${summary}`,
    ]);
  });

  it("has a subject that SNS accepts: at most 100 printable ASCII characters", () => {
    const { subject } = runMessage(event("FAILED"), { commit: `é${"x".repeat(200)}`, failures: [] });
    expect(subject).to.equal(`shop-staging: ?${"x".repeat(39)} failed`);
  });
});

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
      "shop-staging-build: a build ended as FAILED",
      "shop-staging-build: a build ended as FAILED",
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
      "shop-staging-worker: ECS gave a deployment up",
      "shop-staging-worker: ECS gave a deployment up",
      "",
      "Reason: ECS deployment circuit breaker: task failed to start.",
      "Deployment: ecs-svc/123",
      "Next: ECS returns to the deployment before it, where there was one",
      "Service: https://console.amazonaws.cn/ecs/v2/clusters/shop-staging/services/shop-staging-worker/deployments?region=cn-north-1",
      "",
    ]);
  });

  it("says so if ECS gives no reason", () => {
    expect(linesOf(deploymentMessage(deployment()))[3]).to.equal("Reason: ECS gives none");
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
      "shop-production-errors: the alarm rings",
      "shop-production-errors: the alarm rings",
      "",
      "What: More than 5 % of the requests are answered with 5xx",
      "Reason: Threshold Crossed: 3 datapoints",
      link,
      "",
    ]);
    expect(linesOf(alarmMessage(alarm("OK", "Threshold was not crossed")))[0]).to.equal(
      "shop-production-errors: the alarm is over",
    );
  });
});
