import { expect } from "chai";
import type { RunAction, RunView } from "../../../scripts/look/pipeline-view.ts";
import { changesBetween, follow, type RolloutView } from "../../../scripts/look/rollout.ts";
import { lineOf } from "../../../scripts/look/screen.ts";
import type { DeploymentView, ServiceView } from "../../../scripts/look/service-view.ts";

const nothing = {
  inRelease: undefined,
  deployments: [],
  approval: undefined,
  beforeRelease: undefined,
  closed: undefined,
};
const run: RunView = { id: "1", status: "InProgress", summary: "", revision: "", message: "" };
const view: RolloutView = { run, actions: [], plan: [], progress: nothing, waits: undefined, services: [] };
const action = (stage: string, name: string, status: string, error = ""): RunAction => ({
  id: `${stage}-${name}`,
  stage,
  name,
  status,
  error,
  build: undefined,
  startedAt: undefined,
});
const deployment = (id: string, state: string, parts: Partial<DeploymentView> = {}): DeploymentView => ({
  id,
  revision: `shop-staging:${id}`,
  state,
  reason: "",
  primary: true,
  failedTasks: 0,
  desired: 2,
  running: 2,
  pending: 0,
  ...parts,
});
const service = (...deployments: readonly DeploymentView[]): ServiceView => ({
  name: "shop-staging",
  revision: "shop-staging:2",
  desired: 2,
  running: 2,
  pending: 0,
  deployments,
});
const lines = (before: RolloutView | undefined, now: RolloutView) => changesBetween(before, now).map(lineOf);

describe("the events of a run", () => {
  it("are each reported once, in a line, until the run has ended", async () => {
    const pushed = { ...run, revision: "8cf40f2d1e0b3a4c5d6e7f8091a2b3c4d5e6f708", message: "Fix the basket" };
    const source = action("Source", "Source", "Succeeded");
    const deploying = [source, action("Release", "Deploy", "InProgress")];
    const ended = [source, action("Release", "Deploy", "Succeeded")];
    const approval = { executionId: "1", stage: "Approve", action: "Approve", token: "t" };
    const looks: readonly RolloutView[] = [
      view,
      { ...view, actions: [action("Source", "Source", "InProgress")] },
      { ...view, run: pushed, actions: [source] },
      { ...view, run: pushed, actions: [source], progress: { ...nothing, approval } },
      { ...view, run: pushed, actions: [source], progress: { ...nothing, approval } },
      { ...view, run: pushed, actions: [source], waits: "Release: waits; run 0 is in it" },
      { ...view, run: pushed, actions: [source], waits: "Release: waits; rolled back" },
      { ...view, run: pushed, actions: deploying, services: [service(deployment("2", "IN_PROGRESS"))] },
      { ...view, run: pushed, actions: deploying, services: [service(deployment("2", "COMPLETED"))] },
      { ...view, run: { ...pushed, status: "Succeeded" }, actions: ended },
    ];
    const told: string[] = [];
    let [looked, paused] = [0, 0];
    const look = () => Promise.resolve(looks[looked++] ?? view);
    const pause = () => Promise.resolve(void (paused += 1));
    for await (const event of follow(look, pause)) told.push(lineOf(event));
    expect([looked, paused]).to.deep.equal([10, 9]);
    expect(told).to.deep.equal([
      "Source: begins",
      "Source: 8cf40f2 Fix the basket",
      "Source: done",
      "Approve: run 1 waits for a person; `npm run release -- approve` or reject",
      "Release: waits; run 0 is in it",
      "Release: waits; rolled back",
      "Release, Deploy: begins",
      "shop-staging: shop-staging:2 IN_PROGRESS; 2 task(s) wanted",
      "shop-staging: shop-staging:2 COMPLETED; 2 task(s) wanted",
      "Release, Deploy: done",
      "run 1: Succeeded",
    ]);
  });

  it("say why something failed", () => {
    const failed = deployment("2", "FAILED", { reason: "circuit breaker", failedTasks: 3, primary: false });
    const now: RolloutView = {
      ...view,
      run: { ...run, status: "Stopped", summary: "ECS ended the deployment" },
      actions: [action("Build", "Build", "Failed", "exit 1"), action("Release", "Verify", "Abandoned")],
      services: [service(deployment("1", "IN_PROGRESS"), failed)],
    };
    expect(lines(view, now)).to.deep.equal([
      "Build: failed: exit 1",
      "Release, Verify: abandoned",
      "shop-staging: shop-staging:1 IN_PROGRESS; shop-staging:2 FAILED, 3 task(s) failed (circuit breaker); 2 task(s) wanted",
      "run 1: Stopped: ECS ended the deployment",
    ]);
  });

  it("end without the end of the run if a person interrupts", async () => {
    const told: string[] = [];
    let left = 2;
    const look = () => Promise.resolve({ ...view, actions: [action("Source", "Source", "InProgress")] });
    for await (const event of follow(
      look,
      () => Promise.resolve(),
      () => (left -= 1) < 0,
    ))
      told.push(lineOf(event));
    expect(told).to.deep.equal(["Source: begins"]);
  });

  it("do not contain another run's approval", () => {
    const approval = { executionId: "2", stage: "Approve", action: "Approve", token: "t" };
    expect(lines(undefined, { ...view, progress: { ...nothing, approval } })).to.deep.equal([]);
  });
});
