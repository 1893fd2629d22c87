import { expect } from "chai";
import { type World } from "../../../support/release-bench.ts";
import { arn, deployment, watch, failed, told, reason, stop, stopDeployment } from "./watch-bench.ts";

describe("the watch step", () => {
  it("stops a running deployment with a rollback, and waits for it, when ECS has rolled another one back", () => {
    const rolling = deployment("web-back", "ROLLBACK_IN_PROGRESS");
    const back = deployment("web-back", "ROLLBACK_SUCCESSFUL", { statusReason: "stopped by a person" });
    expect(
      watch({ web: deployment("web", "IN_PROGRESS"), worker: failed, "web-back": [rolling, rolling, back] }),
    ).to.deep.equal({
      code: 1,
      out: [
        ...told,
        "shop-staging: its deployment is stopped and rolled back",
        "shop-staging: ROLLBACK_SUCCESSFUL: stopped by a person",
      ],
      err: [reason],
      deeds: [stopDeployment, stop(reason)],
    });
  });

  it("rolls a service back if its deployment has ended before it could be stopped", () => {
    const web = [deployment("web", "IN_PROGRESS"), deployment("web", "IN_PROGRESS"), deployment("web", "SUCCESSFUL")];
    const { code, out, deeds } = watch({ web, worker: failed, unstoppable: "" });
    expect([code, out.slice(-2), deeds]).to.deep.equal([
      1,
      ["shop-staging: goes back to shop-staging:4", "shop-staging: SUCCESSFUL: no reason given"],
      [
        stopDeployment,
        `update-service --cluster shop-staging --service shop-staging --task-definition ${arn("task-definition/shop-staging:4")}`,
        stop(reason),
      ],
    ]);
  });

  it("reports it, and does not try a third time, if a deployment cannot be stopped", () => {
    const { code, out, deeds } = watch({ web: deployment("web", "IN_PROGRESS"), worker: failed, unstoppable: "" });
    expect([code, out.slice(-2), deeds]).to.deep.equal([
      1,
      ["shop-staging: its deployment cannot be stopped; see above", "shop-staging: SUCCESSFUL: no reason given"],
      [stopDeployment, stopDeployment, stop(reason)],
    ]);
  });

  it("does not change what ECS itself has rolled back", () => {
    const web = deployment("web", "ROLLBACK_IN_PROGRESS", { statusReason: "its tasks failed, too" });
    const { code, out, deeds } = watch({ web, worker: failed });
    expect([code, out.slice(4), deeds]).to.deep.equal([
      1,
      ["shop-staging: ROLLBACK_IN_PROGRESS: its tasks failed, too", "shop-staging: SUCCESSFUL: no reason given"],
      [stop(reason)],
    ]);
  });

  const nothing: readonly (readonly [string, World, string])[] = [
    [
      "ran nothing before",
      { web: deployment("web", "SUCCESSFUL", { sourceServiceRevisions: [] }) },
      "shop-staging: ran nothing before this release, so there is nothing to go back to",
    ],
    [
      "was never started",
      { "shop-staging.service": { desiredCount: 0 } },
      "shop-staging: has no task yet, so there is nothing to go back to",
    ],
  ];

  for (const [title, change, line] of nothing) {
    it(`does not roll back a service that ${title}`, () => {
      const { code, out, deeds } = watch({ ...change, worker: failed });
      expect([code, out.slice(5), deeds]).to.deep.equal([
        1,
        [line, "shop-staging: SUCCESSFUL: no reason given"],
        [stop(reason)],
      ]);
    });
  }
});
