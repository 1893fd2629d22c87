import { expect } from "chai";
import { decide, failureThreshold } from "../../../../local-cloud/ecs/services/deployments.ts";
import type { ServiceView, TaskView } from "../../../../local-cloud/ecs/services/deployments.ts";

// Rules from AWS's Developer Guide, "Deploy Amazon ECS services by replacing tasks" (deployment-type-ecs.html)
// and "How the Amazon ECS deployment circuit breaker detects failures" (deployment-circuit-breaker.html).

/** `2 old healthy` and the like; tasks are named old1, old2, new3 … */
function tasks(...groups: readonly (readonly [number, "old" | "new", TaskView["condition"]])[]): TaskView[] {
  return groups
    .flatMap(([count, deployment, condition]) => Array.from({ length: count }, () => ({ deployment, condition })))
    .map((task, index) => ({ ...task, arn: `${task.deployment}${index + 1}` }));
}

function view(change: Partial<ServiceView>, minimumHealthyPercent = 100, maximumPercent = 200): ServiceView {
  return {
    desired: 2,
    rolling: { minimumHealthyPercent, maximumPercent, breaker: { enable: true, rollback: true } },
    primary: { id: "new", state: "IN_PROGRESS", failures: 0, rollback: false },
    canRollBack: true,
    held: false,
    tasks: [],
    ...change,
  };
}

const failed = (failures: number, rollback = false) => ({
  id: "new",
  state: "IN_PROGRESS" as const,
  failures,
  rollback,
});

describe("decide: a rolling deployment", () => {
  // "the scheduler may start four new tasks before stopping the four older tasks" (maximumPercent 200)
  it("starts the whole count of new tasks next to the old ones with 100/200", () => {
    expect(decide(view({ tasks: tasks([2, "old", "healthy"]) }))).to.deep.equal({ start: 2, stop: [], sick: [] });
  });

  it("stops one old task for each new one that is healthy", () => {
    const decision = decide(
      view({ tasks: tasks([2, "old", "healthy"], [1, "new", "healthy"], [1, "new", "starting"]) }),
    );
    expect(decision).to.deep.equal({ start: 0, stop: ["old1"], sick: [] });
  });

  it("waits for old tasks that are still stopping", () => {
    const decision = decide(view({ tasks: tasks([2, "new", "healthy"], [1, "old", "stopping"]) }));
    expect(decision).to.deep.equal({ start: 0, stop: [], sick: [] });
  });

  it("completes the deployment when all new tasks are healthy and no old task is left", () => {
    const decision = decide(view({ tasks: tasks([2, "new", "healthy"]) }));
    expect(decision).to.deep.equal({ start: 0, stop: [], sick: [], outcome: "completed" });
  });

  it("completes the deployment at once with a count of 0", () => {
    expect(decide(view({ desired: 0 }))).to.deep.equal({ start: 0, stop: [], sick: [], outcome: "completed" });
  });

  // "if your service has a desired number of four tasks and a minimum healthy percent of 50%, the scheduler may stop
  // two existing tasks to free up cluster capacity before starting two new tasks"
  it("stops old tasks first, down to the minimum, when the maximum leaves no room", () => {
    const decision = decide(view({ desired: 4, tasks: tasks([4, "old", "healthy"]) }, 50, 100));
    expect(decision).to.deep.equal({ start: 0, stop: ["old1", "old2"], sick: [] });
  });

  it("stops no more tasks than needed when the maximum leaves room", () => {
    const decision = decide(view({ desired: 4, tasks: tasks([4, "old", "healthy"]) }, 50, 200));
    expect(decision).to.deep.equal({ start: 4, stop: [], sick: [] });
  });

  const limits = [
    // minimum rounded up, maximum rounded down: percentages, count → starts, stops
    { minimum: 50, maximum: 150, desired: 3, start: 1, stop: 1 },
    { minimum: 100, maximum: 150, desired: 3, start: 1, stop: 0 },
    { minimum: 100, maximum: 125, desired: 4, start: 1, stop: 0 },
    { minimum: 0, maximum: 100, desired: 3, start: 0, stop: 3 },
    { minimum: 34, maximum: 100, desired: 3, start: 0, stop: 1 },
    { minimum: 100, maximum: 200, desired: 1, start: 1, stop: 0 },
  ];
  for (const { minimum, maximum, desired, start, stop } of limits) {
    it(`starts ${start} and stops ${stop} of ${desired} at first with ${minimum}/${maximum}`, () => {
      const decision = decide(view({ desired, tasks: tasks([desired, "old", "healthy"]) }, minimum, maximum));
      expect([decision.start, decision.stop.length]).to.deep.equal([start, stop]);
    });
  }

  it("stops surplus new tasks: first those that do not serve yet, then the newest", () => {
    const decision = decide(view({ desired: 1, tasks: tasks([2, "new", "healthy"], [1, "new", "starting"]) }));
    expect(decision).to.deep.equal({ start: 0, stop: ["new3", "new2"], sick: [] });
  });

  it("replaces a task that failed its health checks, also after the deployment", () => {
    const primary = { id: "new", state: "COMPLETED" as const, failures: 0, rollback: false };
    const decision = decide(view({ primary, tasks: tasks([1, "new", "healthy"], [1, "new", "sick"]) }));
    expect(decision).to.deep.equal({ start: 1, stop: [], sick: ["new2"] });
  });

  it("starts no task while starts are delayed", () => {
    expect(decide(view({ held: true }))).to.deep.equal({ start: 0, stop: [], sick: [] });
  });
});

describe("decide: the circuit breaker", () => {
  // "0.5 * desired task count", minimum 3, maximum 200
  it("has a threshold of half the count, with a minimum of 3 and a maximum of 200", () => {
    expect([0, 1, 6, 7, 25, 400, 1000].map(failureThreshold)).to.deep.equal([3, 3, 3, 4, 13, 200, 200]);
  });

  it("rolls back to the last completed deployment when the failures reach the threshold", () => {
    expect(decide(view({ primary: failed(2) })).outcome).to.equal(undefined);
    expect(decide(view({ primary: failed(3), tasks: tasks([2, "old", "healthy"]) }))).to.deep.equal({
      start: 0,
      stop: [],
      sick: [],
      outcome: "rollback",
    });
  });

  // "When the deployment circuit breaker does not find a deployment that is in a COMPLETED state,
  // the circuit breaker does not launch new tasks and the deployment is stalled."
  it("fails a first deployment, and then starts no task", () => {
    expect(decide(view({ primary: failed(3), canRollBack: false })).outcome).to.equal("failed");
    const primary = { id: "new", state: "FAILED" as const, failures: 3, rollback: false };
    expect(decide(view({ primary, canRollBack: false }))).to.deep.equal({ start: 0, stop: [], sick: [] });
  });

  // "the deployment is not eligible for another rollback until it reaches a COMPLETED state"
  it("does not roll back a rollback", () => {
    expect(decide(view({ primary: failed(3, true) })).outcome).to.equal("failed");
  });

  it("keeps the old tasks of a failed deployment", () => {
    const primary = { id: "new", state: "FAILED" as const, failures: 3, rollback: false };
    expect(decide(view({ primary, tasks: tasks([2, "old", "healthy"]) }))).to.deep.equal({
      start: 0,
      stop: [],
      sick: [],
    });
  });

  it("fails a deployment without rolling back when the rollback option is off, and never ends one when the breaker is off", () => {
    const rolling = (enable: boolean) => ({
      rolling: { minimumHealthyPercent: 100, maximumPercent: 200, breaker: { enable, rollback: false } },
    });
    expect(decide(view({ ...rolling(true), primary: failed(3) })).outcome).to.equal("failed");
    expect(decide(view({ ...rolling(false), primary: failed(99) }))).to.deep.equal({ start: 2, stop: [], sick: [] });
  });
});
