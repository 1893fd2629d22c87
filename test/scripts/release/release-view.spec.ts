import { expect } from "chai";
import { columnsOf, shortened } from "../../../scripts/kit/columns.ts";
import type { RunAction } from "../../../scripts/look/pipeline-view.ts";
import { elapsed, releaseLines } from "../../../scripts/release/release-view.ts";
import type { RolloutView } from "../../../scripts/look/rollout.ts";
import type { DeploymentView } from "../../../scripts/look/service-view.ts";

const now = new Date("2026-11-24T12:02:05Z");
const action = (stage: string, name: string, status: string, at?: string, error = ""): RunAction => ({
  id: `${stage}-${name}-${status}`,
  stage,
  name,
  status,
  error,
  build: undefined,
  startedAt: at === undefined ? undefined : new Date(`2026-11-24T12:${at}Z`),
});
const steps = ["Source", "Build", "Approve"].map((name) => ({ stage: name, name }));
const plan = [...steps, ...["Migrate", "Deploy", "Verify"].map((name) => ({ stage: "Release", name }))];
const nothing = {
  inRelease: undefined,
  deployments: [],
  approval: undefined,
  beforeRelease: undefined,
  closed: undefined,
};
const begun = [action("Source", "Source", "Succeeded", "00:00"), action("Build", "Build", "Succeeded", "00:05")];
const view: RolloutView = {
  run: {
    id: "42",
    status: "InProgress",
    summary: "",
    revision: "8cf40f2d1e0b3a4c5d6e7f8091a2b3c4d5e6f708",
    message: "Fix the basket",
  },
  actions: begun,
  plan,
  progress: nothing,
  waits: undefined,
  services: [],
};
const deployment = (number: number, parts: Partial<DeploymentView>): DeploymentView => ({
  id: `ecs-svc/${number}`,
  revision: `shop-staging:${number}`,
  primary: true,
  state: "IN_PROGRESS",
  reason: "",
  failedTasks: 0,
  desired: 2,
  running: 1,
  pending: 1,
  ...parts,
});
const draw = (shown: RolloutView, columns = 80, colour = false) =>
  releaseLines({ stack: "staging", pipeline: "shop-staging", view: shown, now }, { columns, colour });

describe("the drawing of a followed release", () => {
  it("shows each step, how long the run has taken, and whom it waits for", () => {
    const approval = { executionId: "42", stage: "Approve", action: "Approve", token: "t" };
    const asks = [...begun, action("Approve", "Approve", "InProgress", "01:00")];
    expect(draw({ ...view, actions: asks, progress: { ...nothing, approval } })).to.deep.equal([
      "shop-staging: run 42, in progress, 2 min 5 s",
      "8cf40f2 Fix the basket",
      "",
      "  Source   done",
      "  Build    done",
      "  Approve  waits for a person: npm run release -- approve --stack staging",
      "  Migrate",
      "  Deploy",
      "  Verify",
    ]);
  });

  it("shows the new and the old revision of each ECS service", () => {
    const old = deployment(9, { primary: false, running: 2, pending: 0, state: "COMPLETED" });
    const sick = deployment(10, { failedTasks: 3, running: 0, state: "FAILED", reason: "circuit breaker" });
    const base = { revision: "", desired: 2, running: 3, pending: 1 };
    const services = [
      { name: "shop-staging", ...base, deployments: [deployment(10, {}), old] },
      { name: "shop-staging-worker", ...base, deployments: [sick] },
    ];
    const actions = [...begun, action("Release", "Deploy", "InProgress", "02:00")];
    expect(draw({ ...view, actions, services }).slice(7)).to.deep.equal([
      "  Deploy   runs for 5 s",
      "  Verify",
      "",
      "  shop-staging",
      "    new  shop-staging:10  1 of 2 run, 1 starting",
      "    old  shop-staging:9   2 of 2 run",
      "",
      "  shop-staging-worker",
      "    new  shop-staging:10  0 of 2 run, 1 starting, 3 failed: circuit breaker",
    ]);
  });

  it("shows the last attempt of a step, why it failed, and what the run waits for", () => {
    const again = [
      action("Build", "Build", "Failed", "00:05", "exit 1"),
      action("Build", "Build", "InProgress", "01:55"),
    ];
    const ended: RolloutView = { ...view, run: { ...view.run, status: "Stopped" }, actions: again.slice(0, 1) };
    expect([
      draw({ ...view, actions: again, waits: "Release: waits; run 41 is in it" }).slice(4),
      draw({ ...ended, plan: plan.slice(0, 2) }),
    ]).to.deep.equal([
      [
        ...["  Build    runs for 10 s", "  Approve", "  Migrate", "  Deploy", "  Verify"],
        ...["", "Release: waits; run 41 is in it"],
      ],
      [
        "shop-staging: run 42, Stopped, 2 min",
        "8cf40f2 Fix the basket",
        "",
        "  Source",
        "  Build   failed: exit 1",
      ].map((line) => line.replace("2 min", "2 min 0 s")),
    ]);
  });

  it("fits every line to the terminal, also with wide characters", () => {
    const message = "買い物かごを直す".repeat(20);
    const actions = [action("Build", "Build", "Failed", "00:05", "no space left on device ".repeat(20))];
    const shown = { ...view, run: { ...view.run, message }, actions, waits: "Release: waits; ".repeat(20) };
    for (const columns of [20, 80, 120]) {
      expect(Math.max(...draw(shown, columns).map(columnsOf))).to.equal(columns);
    }
  });

  it("colours lines only if the terminal has colours", () => {
    expect(draw(view, 80, true).slice(3, 6)).to.deep.equal([
      "\u001b[32m  Source   done\u001b[0m",
      "\u001b[32m  Build    done\u001b[0m",
      "\u001b[90m  Approve\u001b[0m",
    ]);
    expect(draw(view).some((line) => line.includes("\u001b"))).to.equal(false);
  });
});

describe("a text for a terminal", () => {
  it("takes two columns for a wide character and none for a mark", () => {
    expect(["abc", "直す", "e\u0301", "👍", "👩‍👩‍👧", "ｗ"].map(columnsOf)).to.deep.equal([3, 4, 1, 2, 2, 2]);
  });

  it("is cut between characters, and contains nothing that moves the cursor", () => {
    expect([
      shortened("abcdef", 6),
      shortened("abcdefg", 6),
      shortened("直す直す", 6),
      shortened("abc", 2),
      shortened("a\u001b[2Jb\r\nc", 20),
    ]).to.deep.equal(["abcdef", "abc...", "直...", "..", "a [2Jb c"]);
  });

  it("gives a duration in seconds, or in minutes and seconds", () => {
    expect([-5, 0, 59_400, 60_000, 125_000].map(elapsed)).to.deep.equal([
      "0 s",
      "0 s",
      "59 s",
      "1 min 0 s",
      "2 min 5 s",
    ]);
  });
});
