import { setTimeout as sleep } from "node:timers/promises";
import {
  type ActionExecutionFilter,
  DisableStageTransitionCommand,
  ListActionExecutionsCommand,
  PutApprovalResultCommand,
  StopPipelineExecutionCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import type { StageDeclaration, StageRetryMode } from "@aws-sdk/client-codepipeline";
import { expect } from "chai";
import { codePipelineRetryBench, nameOf } from "./codepipeline-retry-bench.ts";

describe("a stage of CodePipeline that fails, waits or is stopped", function () {
  this.timeout(60_000);
  const bench = codePipelineRetryBench();
  const { builds, build, approve, declaration, create, start, ended, actions, stage, retry, failing, three } = bench;

  it("goes on from its failed actions when it is retried (API reference, RetryStageExecution, FAILED_ACTIONS)", async () => {
    bench.outcome = failing("two", 1);
    const id = await create("failed", three(), { name: "After", actions: [build("after")] });
    expect((await ended("failed", id)).status).to.equal("Failed");
    expect(await retry("failed", id)).to.equal("retried");
    expect((await ended("failed", id)).status).to.equal("Succeeded");
    expect(await actions("failed", id)).to.deep.equal([
      "Source Succeeded",
      "one Succeeded",
      "two Failed",
      "two Succeeded",
      "three Succeeded",
      "after Succeeded",
    ]);
    expect((await stage("failed", "Build"))?.retryStageMetadata).to.deep.equal({
      manualStageRetryAttempt: 1,
      latestRetryTrigger: "ManualStageRetry",
    });
    const told = bench.on.events.filter(({ executionId, subject }) => executionId === id && subject !== "action");
    expect(told.map(({ subject, stage: name = "", status }) => `${subject} ${name} ${status}`)).to.include.members([
      "execution  Resumed",
      "stage Build Resumed",
    ]);
  });

  it("begins again when all its actions are retried (RetryStageExecution, ALL_ACTIONS)", async () => {
    bench.outcome = failing("two", 1);
    const id = await create("all", three());
    await ended("all", id);
    expect(await retry("all", id, "ALL_ACTIONS")).to.equal("retried");
    await ended("all", id);
    expect(builds).to.deep.equal(["one", "two", "one", "two", "three"]);
  });

  it("is retried even while its inbound transition is disabled, since its run has passed it", async () => {
    bench.outcome = failing("one", 1);
    const id = await create("disabled", { name: "Build", actions: [build("one")] });
    await ended("disabled", id);
    const transition = { pipelineName: "disabled", stageName: "Build", transitionType: "Inbound" as const };
    await bench.on.client.send(new DisableStageTransitionCommand({ ...transition, reason: "held" }));
    expect(await retry("disabled", id)).to.equal("retried");
    expect((await ended("disabled", id)).status).to.equal("Succeeded");
  });

  it("is not retried when nothing failed, when it does not exist, or when it is in progress (RetryStageExecution, errors)", async () => {
    const id = await create("good", { name: "Build", actions: [build("one")] });
    await ended("good", id);
    expect(await retry("good", id)).to.equal("StageNotRetryableException");
    expect(await retry("good", id, "FAILED_ACTIONS", "Deploy")).to.equal("StageNotFoundException");
    expect(await retry("good", id, "SOME" as StageRetryMode)).to.equal("StageNotRetryableException");
    expect(await retry("good", "00000000-0000-0000-0000-000000000000")).to.equal("PipelineExecutionNotFoundException");
  });

  it("is not retried for a run that a later one has followed, nor when the pipeline has changed (errors)", async () => {
    bench.outcome = failing("one");
    const stages = [{ name: "Build", actions: [build("one")] }];
    const older = await create("later", ...stages);
    await ended("later", older);
    const newer = await start("later");
    await ended("later", newer);
    expect(await retry("later", older)).to.equal("NotLatestPipelineExecutionException");
    expect(await retry("later", newer, "SOME" as StageRetryMode)).to.equal("ValidationException");
    await bench.on.client.send(new UpdatePipelineCommand({ pipeline: declaration("later", stages) }));
    expect(await retry("later", newer)).to.equal("StageNotRetryableException");
  });

  const onFailure = (retryMode: StageRetryMode) => ({ result: "RETRY" as const, retryConfiguration: { retryMode } });

  for (const [retryMode, again] of [
    ["FAILED_ACTIONS", ["one", "two", "two", "three"]],
    ["ALL_ACTIONS", ["one", "two", "one", "two", "three"]],
  ] as const) {
    it(`is tried once more automatically by onFailure RETRY of ${retryMode} (Configure a stage for automatic retry)`, async () => {
      bench.outcome = failing("two", 1);
      const name = `auto-${retryMode}`;
      const id = await create(name, { ...three(), onFailure: onFailure(retryMode) });
      expect((await ended(name, id)).status).to.equal("Succeeded");
      expect(builds).to.deep.equal(again);
      expect((await stage(name, "Build"))?.retryStageMetadata).to.deep.equal({
        autoStageRetryAttempt: 1,
        latestRetryTrigger: "AutomatedStageRetry",
      });
    });
  }

  it("fails when it fails again: one automatic attempt is allowed, also after one by hand (RetryStageMetadata)", async () => {
    bench.outcome = failing("one");
    const id = await create("twice", {
      name: "Build",
      actions: [build("one")],
      onFailure: onFailure("FAILED_ACTIONS"),
    });
    expect((await ended("twice", id)).status).to.equal("Failed");
    expect(builds).to.deep.equal(["one", "one"]);
    await retry("twice", id);
    await ended("twice", id);
    expect(builds).to.deep.equal(["one", "one", "one"]);
    expect((await stage("twice", "Build"))?.retryStageMetadata).to.deep.equal({
      autoStageRetryAttempt: 1,
      manualStageRetryAttempt: 1,
      latestRetryTrigger: "ManualStageRetry",
    });
  });

  it("is not tried again when its run was stopped", async () => {
    bench.outcome = () => sleep(300).then(() => "FAILED");
    const id = await create("halted", {
      name: "Build",
      actions: [build("one")],
      onFailure: onFailure("FAILED_ACTIONS"),
    });
    await bench.on.until(() => (builds.length === 1 ? true : undefined));
    await bench.on.client.send(
      new StopPipelineExecutionCommand({ pipelineName: "halted", pipelineExecutionId: id, reason: "not now" }),
    );
    expect((await ended("halted", id)).status).to.equal("Stopped");
    expect(builds).to.deep.equal(["one"]);
  });

  it("is retried by hand after its run was stopped, with its abandoned actions (Stop a pipeline execution)", async () => {
    const stuck = bench.failing("one", 0);
    bench.outcome = (name) => (builds.length === 1 ? new Promise(() => undefined) : stuck(name));
    const id = await create("abandoned", { name: "Build", actions: [build("one"), build("two", 2)] });
    await bench.on.until(() => (builds.length === 1 ? true : undefined));
    const request = { pipelineName: "abandoned", pipelineExecutionId: id, abandon: true };
    const long = await bench.on.client
      .send(new StopPipelineExecutionCommand({ ...request, reason: "x".repeat(201) }))
      .catch(nameOf);
    // "Length Constraints: Maximum length of 200" (API reference, StopPipelineExecution).
    expect(long).to.equal("ValidationException");
    await bench.on.client.send(new StopPipelineExecutionCommand({ ...request, reason: "x".repeat(200) }));
    expect((await ended("abandoned", id)).status).to.equal("Stopped");
    expect(await actions("abandoned", id)).to.deep.equal(["Source Succeeded", "one Abandoned"]);
    expect(await retry("abandoned", id)).to.equal("retried");
    expect((await ended("abandoned", id)).status).to.equal("Succeeded");
    // "For a pipeline execution in a Stopped state, the actions in the stage where the execution stopped can be retried."
    expect(await actions("abandoned", id)).to.deep.equal([
      "Source Succeeded",
      "one Abandoned",
      "one Succeeded",
      "two Succeeded",
    ]);
  });

  it("lists each attempt of an action, the latest first, with its own id and times (API reference, ListActionExecutions)", async () => {
    bench.outcome = failing("one", 1);
    const id = await create("attempts", { name: "Build", actions: [build("one")] });
    await ended("attempts", id);
    await retry("attempts", id);
    await ended("attempts", id);
    const list = async (filter: ActionExecutionFilter, more: { maxResults?: number; nextToken?: string } = {}) =>
      bench.on.client.send(new ListActionExecutionsCommand({ pipelineName: "attempts", filter, ...more }));
    const { actionExecutionDetails: all = [] } = await list({ pipelineExecutionId: id });
    expect(all.map(({ actionName, status }) => `${actionName ?? ""} ${status ?? ""}`)).to.deep.equal([
      "one Succeeded",
      "one Failed",
      "Source Succeeded",
    ]);
    expect(new Set(all.map(({ actionExecutionId }) => actionExecutionId)).size).to.equal(3);
    const times = all.flatMap(({ startTime, lastUpdateTime }) => [Number(lastUpdateTime), Number(startTime)]);
    expect(times).to.deep.equal(times.toSorted((a, b) => b - a));
    const latest = (startTimeRange: "All" | "Latest") => ({
      latestInPipelineExecution: { pipelineExecutionId: id, startTimeRange },
    });
    expect((await list(latest("All"))).actionExecutionDetails).to.deep.equal(all);
    expect(await list(latest("Latest")).catch(nameOf)).to.equal("ValidationException");
    const page = await list({ pipelineExecutionId: id }, { maxResults: 2 });
    expect(page.actionExecutionDetails).to.deep.equal(all.slice(0, 2));
    const rest = await list({ pipelineExecutionId: id }, { maxResults: 2, nextToken: page.nextToken ?? "" });
    expect(rest.actionExecutionDetails).to.deep.equal(all.slice(2));
    expect(await list({}, { maxResults: 101 }).catch(nameOf)).to.equal("ValidationException");
    // "or an execution ID does not belong to the specified pipeline"
    const unknown = { pipelineExecutionId: "00000000-0000-0000-0000-000000000000" };
    expect(await list(unknown).catch(nameOf)).to.equal("PipelineExecutionNotFoundException");
  });

  it("ends its actions in progress when its run is stopped without abandoning it, and starts no other (How pipeline executions are stopped, stop and wait)", async () => {
    bench.outcome = () => sleep(300).then(() => "SUCCEEDED");
    const id = await create("waits", { name: "Build", actions: [build("one"), build("two", 2)] });
    await bench.on.until(() => (builds.length === 1 ? true : undefined));
    const request = { pipelineName: "waits", pipelineExecutionId: id, reason: "enough" };
    await bench.on.client.send(new StopPipelineExecutionCommand(request));
    expect((await stage("waits", "Build"))?.latestExecution?.status).to.equal("Stopping");
    const again = await bench.on.client.send(new StopPipelineExecutionCommand(request)).catch(nameOf);
    expect(again).to.equal("DuplicatedStopRequestException");
    expect((await ended("waits", id)).statusSummary).to.equal("enough");
    expect(await actions("waits", id)).to.deep.equal(["Source Succeeded", "one Succeeded"]);
    expect((await stage("waits", "Build"))?.latestExecution?.status).to.equal("Stopped");
    const over = await bench.on.client.send(new StopPipelineExecutionCommand(request)).catch(nameOf);
    expect(over).to.equal("PipelineExecutionNotStoppableException");
  });

  it("fails when no one has approved within timeoutInMinutes, and then accepts no answer (Approve or reject an approval action)", async () => {
    // Five minutes of half a second.
    const id = await create("unapproved", { name: "Approve", actions: [approve(5)] });
    const token = await bench.on.until(
      async () => (await stage("unapproved", "Approve"))?.actionStates?.[0]?.latestExecution?.token,
    );
    expect((await ended("unapproved", id)).status).to.equal("Failed");
    const latest = (await stage("unapproved", "Approve"))?.actionStates?.[0]?.latestExecution;
    expect([latest?.status, latest?.errorDetails]).to.deep.equal([
      "Failed",
      { code: "TimeoutError", message: "The action Approve timed out after 5 minutes" },
    ]);
    const place = { pipelineName: "unapproved", stageName: "Approve", actionName: "Approve", token };
    const late = await bench.on.client
      .send(new PutApprovalResultCommand({ ...place, result: { status: "Approved", summary: "" } }))
      .catch(nameOf);
    expect(late).to.equal("InvalidApprovalTokenException");
  });

  describe("with a deployment window (rule reference, DeploymentWindow)", () => {
    const within = (timeoutInMinutes?: number): StageDeclaration => ({
      name: "Build",
      actions: [build("one")],
      beforeEntry: {
        conditions: [
          {
            result: "FAIL",
            rules: [
              {
                name: "Office",
                ruleTypeId: { category: "Rule", owner: "AWS", provider: "DeploymentWindow", version: "1" },
                configuration: { Cron: "* * 9-16 ? * MON-FRI", TimeZone: "Europe/Berlin" },
                ...(timeoutInMinutes === undefined ? {} : { timeoutInMinutes }),
              },
            ],
          },
        ],
      },
    });
    const entry = async (name: string) => (await stage(name, "Build"))?.beforeEntryConditionState?.latestExecution;
    beforeEach(() => {
      bench.clock = new Date("2026-11-22T12:00:00Z");
    });

    it("begins only when the window opens", async () => {
      const id = await create("opens", within());
      await bench.on.until(async () => ((await entry("opens"))?.status === "InProgress" ? true : undefined));
      expect(builds).to.deep.equal([]);
      bench.clock = new Date("2026-11-23T08:00:00Z");
      expect((await ended("opens", id)).status).to.equal("Succeeded");
      expect((await entry("opens"))?.status).to.equal("Succeeded");
      expect(builds).to.deep.equal(["one"]);
    });

    it("fails, with no action run, when it does not open within the rule's time-out", async () => {
      const id = await create("shut", within(1));
      const { status, statusSummary } = await ended("shut", id);
      expect([status, statusSummary]).to.deep.equal(["Failed", "Stage Build: rule Office was not met"]);
      expect(await entry("shut")).to.deep.equal({
        status: "Failed",
        summary: "Rule Office: its window did not open in time",
      });
      expect((await stage("shut", "Build"))?.latestExecution?.status).to.equal("Failed");
      expect(builds).to.deep.equal([]);
      expect(await retry("shut", id)).to.equal("StageNotRetryableException");
    });

    it("ends as Stopped when its run is stopped before that", async () => {
      const id = await create("given-up", within());
      await bench.on.until(async () => ((await entry("given-up"))?.status === "InProgress" ? true : undefined));
      await bench.on.client.send(
        new StopPipelineExecutionCommand({ pipelineName: "given-up", pipelineExecutionId: id }),
      );
      expect((await ended("given-up", id)).status).to.equal("Stopped");
      expect((await entry("given-up"))?.status).to.equal("Cancelled");
    });
  });
});
