import { expect } from "chai";
import { runMessage, type Run, type RunEvent } from "../../../../components/watching/notifier/messages.mjs";

const commit = "8cf40f2d1e0b3a4c5d6e7f8091a2b3c4d5e6f708";
const linesOf = ({ subject, text }: { subject: string; text: string }) => [subject, ...text.split("\n")];

const id = "12345678-1234-5678-abcd-12345678abcd";

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
      { action: "Verify", reason: "ECS has not decided within 15 minutes" },
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
      "        Verify: ECS has not decided within 15 minutes",
      `Run: ${page}`,
      "",
    ]);
  });

  it("that Verify or a person stopped has the reason that they gave", () => {
    const stopReason =
      "ECS ended the deployment: ROLLBACK_SUCCESSFUL: Service deployment rolled back because of the circuit breaker.";
    const failures = [{ action: "Verify", reason: stopReason }];
    expect(linesOf(runMessage(event("STOPPED", push), { ...run, stopReason, failures }))).to.deep.equal([
      "shop-staging: 8cf40f2 was stopped",
      "shop-staging: 8cf40f2 was stopped",
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
      "Reason: the pipeline was changed during the run; release the commit again",
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
      "Reason: CodePipeline gave no reason",
      "Reason: no reason was given",
      `Reason: ${summary}`,
      `Reason: ${summary}`,
    ]);
  });

  it("has a subject that SNS accepts: at most 100 printable ASCII characters", () => {
    const { subject } = runMessage(event("FAILED"), { commit: `é${"x".repeat(200)}`, failures: [] });
    expect(subject).to.equal(`shop-staging: ?${"x".repeat(39)} failed`);
  });
});
