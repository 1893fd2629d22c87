import { expect } from "chai";
import { inProgress, waitsBefore } from "../../../scripts/look/in-progress.ts";
import type { PipelineView, StageView } from "../../../scripts/look/pipeline-view.ts";
import type { DeploymentView, ServiceView } from "../../../scripts/look/service-view.ts";

const stage = (name: string, parts: Partial<StageView> = {}): StageView => ({
  name,
  run: undefined,
  waiting: undefined,
  closed: undefined,
  closedBy: undefined,
  actions: [],
  ...parts,
});
const pipeline = (...stages: readonly StageView[]): PipelineView => ({ name: "shop-staging", stages });
const nothing = {
  inRelease: undefined,
  deployments: [],
  approval: undefined,
  beforeRelease: undefined,
  closed: undefined,
};

const deployment = (id: string, state: string, primary = true): DeploymentView => ({
  id,
  state,
  primary,
  revision: `shop-staging:${id}`,
  reason: "",
  failedTasks: 0,
  desired: 1,
  running: 1,
  pending: 0,
});
const service = (...deployments: readonly DeploymentView[]): ServiceView => ({
  name: "shop-staging",
  revision: "shop-staging:2",
  desired: 1,
  running: 1,
  pending: 0,
  deployments,
});

describe("what is in progress", () => {
  it("is nothing in a pipeline that never ran, or whose runs have ended", () => {
    const ended = ["Succeeded", "Failed", "Stopped", "Cancelled", "Skipped"];
    const seen = ended.map((status) => inProgress(pipeline(stage("Release", { run: { id: "1", status } }))));
    expect([inProgress(pipeline(stage("Source"), stage("Release"))), ...seen]).to.deep.equal(
      Array.from({ length: 6 }, () => nothing),
    );
  });

  it("is the run in Release, also while it is being stopped, and the run that waits for it", () => {
    const seen = ["InProgress", "Stopping"].map((status) =>
      inProgress(pipeline(stage("Release", { run: { id: "1", status }, waiting: "2", closed: "rolled back" }))),
    );
    const both = { ...nothing, inRelease: "1", beforeRelease: "2", closed: "rolled back" };
    expect(seen).to.deep.equal([both, both]);
  });

  it("is no run of another stage, except one that waits for approval", () => {
    const run = { id: "1", status: "InProgress" };
    const approve = (token: string | undefined) =>
      pipeline(
        stage("Build", { run, actions: [{ name: "Build", status: "InProgress", token: undefined }] }),
        stage("Approve", { run, actions: [{ name: "Approve", status: "InProgress", token }] }),
      );
    expect([inProgress(approve(undefined)), inProgress(approve("t-1"))]).to.deep.equal([
      nothing,
      { ...nothing, approval: { executionId: "1", stage: "Approve", action: "Approve", token: "t-1" } },
    ]);
  });

  it("is a deployment that has not ended, or next to which an older one is still listed", () => {
    const deploying = (...deployments: readonly DeploymentView[]) =>
      inProgress(pipeline(), [service(...deployments)]).deployments;
    const second = [{ service: "shop-staging", id: "2", revision: "shop-staging:2" }];
    expect([
      deploying(),
      deploying(deployment("2", "COMPLETED")),
      deploying(deployment("2", "IN_PROGRESS")),
      deploying(deployment("2", "IN_PROGRESS"), deployment("1", "COMPLETED", false)),
      deploying(deployment("2", "COMPLETED"), deployment("1", "FAILED", false)),
    ]).to.deep.equal([[], [], second, second, second]);
  });

  it("keeps a run before a stage: another run in it, or its disabled transition", () => {
    const held = { run: { id: "1", status: "InProgress" }, waiting: "2" };
    expect([
      waitsBefore(pipeline(stage("Source"), stage("Approve", held)), "2"),
      waitsBefore(pipeline(stage("Release", { ...held, closed: "rolled back" })), "2"),
      waitsBefore(pipeline(stage("Release", held)), "1"),
    ]).to.deep.equal(["Approve: waits; run 1 is in it", "Release: waits; rolled back", undefined]);
  });
});
