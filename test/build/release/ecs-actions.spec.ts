import type { ActionExecutionDetail } from "@aws-sdk/client-codepipeline";
import { expect } from "chai";
import { ecsAction, isRetried } from "../../../build/release/ecs-actions.ts";

const minute = (minutes: number): Date => new Date(Date.UTC(2026, 10, 24, 0, minutes));

/** A try of an action from one minute until another. */
const tried = (
  actionName: string,
  status: NonNullable<ActionExecutionDetail["status"]>,
  start: number,
  end: number = start,
): ActionExecutionDetail => ({
  actionName,
  status,
  startTime: minute(start),
  lastUpdateTime: minute(end),
  ...(status === "Failed" && { output: { executionResult: { errorDetails: { message: `failed at ${end}` } } } }),
});

/** The first try of the step, and the second one after the first has failed. */
const [own, ownAgain, ownBefore] = [
  tried("Verify", "InProgress", 10),
  tried("Verify", "InProgress", 20),
  tried("Verify", "Failed", 10, 15),
];

const stateOf = (...listed: readonly ActionExecutionDetail[]) => ecsAction(listed, "Deploy").state;

describe("an ECS action of this run", () => {
  it("has the state that CodePipeline gives to its only try", () => {
    const states = (["InProgress", "Succeeded", "Failed", "Abandoned"] as const).map((status) =>
      stateOf(own, tried("Deploy", status, 10, 14)),
    );
    expect(states).to.deep.equal(["running", "succeeded", "failed", "failed"]);
  });

  it("is awaited until CodePipeline lists it, whichever of the two starts first", () => {
    expect([stateOf(own), stateOf(), stateOf(own, tried("Deploy-worker", "Failed", 10))]).to.deep.equal([
      "awaited",
      "awaited",
      "awaited",
    ]);
  });

  it("has failed in the first try also if that was before the start of this step", () => {
    expect(stateOf(own, tried("Deploy", "Failed", 9, 9))).to.equal("failed");
  });

  it("is awaited when the stage is retried, while only its failed or abandoned try is listed", () => {
    const states = (["Failed", "Abandoned"] as const).map((status) =>
      stateOf(ownAgain, tried("Deploy", status, 10, 14), ownBefore),
    );
    expect(states).to.deep.equal(["awaited", "awaited"]);
    expect(ecsAction([ownAgain, tried("Deploy", "Failed", 10, 14), ownBefore], "Deploy").start).to.equal(undefined);
  });

  it("has succeeded in an earlier try for good: a retry triggers failed actions only", () => {
    expect(stateOf(ownAgain, tried("Deploy", "Succeeded", 10, 14), ownBefore)).to.equal("succeeded");
  });

  it("is judged by its newest try, whatever order CodePipeline lists them in", () => {
    const tries = [tried("Deploy", "Failed", 10, 14), tried("Deploy", "InProgress", 20), ownAgain, ownBefore];
    expect([stateOf(...tries), stateOf(...tries.toReversed())]).to.deep.equal(["running", "running"]);
  });

  it("has failed again when its new try fails after the start of this step", () => {
    const action = ecsAction(
      [tried("Deploy", "Failed", 20, 24), ownAgain, tried("Deploy", "Failed", 10, 14), ownBefore],
      "Deploy",
    );
    expect(action).to.deep.equal({
      state: "failed",
      start: minute(20),
      firstStart: minute(10),
      error: "failed at 24",
    });
  });

  it("is judged by a retry that begins while this step still runs, because CodePipeline keeps actions in progress", () => {
    const tries = [tried("Deploy", "InProgress", 16), own, tried("Deploy", "Failed", 10, 14)];
    expect([stateOf(...tries), isRetried(tries)]).to.deep.equal(["running", false]);
  });

  it("belongs to a retried stage if this step has more than one try", () => {
    expect([isRetried([own]), isRetried([ownAgain, ownBefore]), isRetried([])]).to.deep.equal([false, true, false]);
  });
});
