import { expect } from "chai";
import { type World } from "../../../support/release-bench.ts";
import { running, web, worker, service, verify, runs, marks, marked, back } from "./verify-bench.ts";

describe("the verification of a release", () => {
  it("reports which digest each container runs, if it is the released one", () => {
    expect(verify({})).to.deep.equal({ code: 0, out: [...runs, ...marks], err: [], deeds: [marked] });
  });

  it("judges a service without a built image by its last deployment and its tasks", () => {
    const cache = { service: "shop-staging-cache", action: null, imageDefinitions: "none.json", desiredCount: 1 };
    const change = {
      "shop-staging-cache.service": service("shop-staging-cache", 1, 1),
      "shop-staging-cache.last": { status: "SUCCESSFUL" },
      tasks: JSON.stringify([running("redis", "4", "sha256:redis", "shop-staging-cache")]),
    };
    const only = { SERVICES: JSON.stringify([cache]) };
    expect([verify(change, only), verify({ ...change, tasks: "[]" }, only)]).to.deep.equal([
      { code: 0, out: [...marks], err: [], deeds: [marked] },
      { code: 1, out: [], err: ["shop-staging-cache: no task is running"], deeds: [] },
    ]);
  });

  it("rolls the other service back if a different digest runs", () => {
    const other = running("worker", "3", "sha256:other", "shop-staging-worker");
    expect(verify({ tasks: JSON.stringify([...web, other]) })).to.deep.equal({
      code: 1,
      out: [
        "web: 2 task(s) run sha256:web (0123abc)",
        "shop-staging: goes back to shop-staging:4",
        "shop-staging: SUCCESSFUL: no reason given",
      ],
      err: ["shop-staging-worker: worker: released sha256:web, but sha256:other runs"],
      deeds: [back],
    });
  });

  const bad: readonly (readonly [string, World, string])[] = [
    [
      "the last deployment was not a success",
      { "shop-staging-worker.last": { status: "ROLLBACK_SUCCESSFUL", statusReason: "tasks failed" } },
      "shop-staging-worker: the last deployment is ROLLBACK_SUCCESSFUL: tasks failed",
    ],
    [
      "there is no deployment",
      { "shop-staging-worker.last": "null" },
      "shop-staging-worker: the last deployment is missing: no reason given",
    ],
    ["no task runs", { tasks: JSON.stringify(web) }, "shop-staging-worker: no task is running"],
    [
      "only a task that is not the service's runs",
      { tasks: JSON.stringify([...web, { ...worker, group: "family:shop-staging-worker" }]) },
      "shop-staging-worker: no task is running",
    ],
  ];
  for (const [title, change, line] of bad) {
    it(`rolls the other service back if ${title}`, () => {
      const { code, err, deeds } = verify(change);
      expect([code, err, deeds]).to.deep.equal([1, [line], [back]]);
    });
  }
});
