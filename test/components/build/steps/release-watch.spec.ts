import { expect } from "chai";
import { arn, services, deployment, started, world, watch, failed, told, reason, stop } from "./watch-bench.ts";

describe("the watch step", () => {
  it("ends when every deployment has succeeded, and reports each as soon as it does", () => {
    const outcome = watch({
      actions: [[started("Deploy-worker")], [started("Deploy"), started("Deploy-worker")]],
      web: [deployment("web", "PENDING"), deployment("web", "IN_PROGRESS"), deployment("web", "SUCCESSFUL")],
    });
    expect(outcome).to.deep.equal({
      code: 0,
      out: ["shop-staging-worker: deployment worker: SUCCESSFUL", "shop-staging: deployment web: SUCCESSFUL"],
      err: [],
      deeds: [],
    });
  });

  it("waits for nothing if nothing is built", () => {
    const none = JSON.stringify([{ service: "shop-staging", action: null, imageDefinitions: "x", desiredCount: 1 }]);
    expect(watch({}, { SERVICES: none })).to.deep.equal({ code: 0, out: [], err: [], deeds: [] });
  });

  it("rolls a service back and ends the run when ECS has rolled another one back", () => {
    expect(watch({ worker: [deployment("worker", "IN_PROGRESS"), failed] })).to.deep.equal({
      code: 1,
      out: [
        "shop-staging: deployment web: SUCCESSFUL",
        ...told,
        "shop-staging: goes back to shop-staging:4",
        "shop-staging: SUCCESSFUL: no reason given",
      ],
      err: [reason],
      deeds: [
        `update-service --cluster shop-staging --service shop-staging --task-definition ${arn("task-definition/shop-staging:4")}`,
        stop(reason),
      ],
    });
  });

  it("also rolls the service back and ends the run if it cannot read why the tasks ended", () => {
    const blind = [watch({ worker: failed, unreadable: "yes" }), watch({ worker: failed, tasks: "" })];
    const seen = blind.map(({ code, out, err, deeds }) => [code, out.slice(1, 4), err.at(-1), deeds.at(-1)]);
    const wanted = [
      1,
      [
        told[0],
        "shop-staging-worker: why its tasks ended could not be read; see above",
        "shop-staging: goes back to shop-staging:4",
      ],
      reason,
      stop(reason),
    ];
    expect(seen).to.deep.equal([wanted, wanted]);
  });

  it("also rolls back the services that it has not checked yet", () => {
    const workerFirst = JSON.stringify((JSON.parse(services) as readonly unknown[]).toReversed());
    const { code, deeds } = watch({ worker: failed }, { SERVICES: workerFirst });
    expect([code, deeds]).to.deep.equal([
      1,
      [
        `update-service --cluster shop-staging --service shop-staging --task-definition ${arn("task-definition/shop-staging:4")}`,
        stop(reason),
      ],
    ]);
  });

  it("shows the log of the newest task that ran, not of one that ECS stopped before it ran", () => {
    const [task] = JSON.parse(String(world["tasks"])) as readonly object[];
    const never = { taskArn: arn("task/shop-staging/4567"), stoppedAt: 2, containers: [{ name: "worker" }] };
    const { out } = watch({ worker: failed, tasks: JSON.stringify([task, { ...task, ...never }]) });
    expect(out.slice(1, 6)).to.deep.equal([
      ...told.slice(0, 2),
      "task 4567: Essential container in task exited",
      ...told.slice(2),
    ]);
  });

  it("rolls the others back when an ECS action has failed before it created a deployment, which has already ended the run", () => {
    const lost = "shop-staging-worker: the ECS action ended before it made a deployment";
    expect(
      watch({ actions: [[started("Deploy"), started("Deploy-worker", "Failed")]], "shop-staging-worker.made": "None" }),
    ).to.deep.equal({
      code: 1,
      out: [
        "shop-staging: deployment web: SUCCESSFUL",
        "shop-staging: goes back to shop-staging:4",
        "shop-staging: SUCCESSFUL: no reason given",
      ],
      err: [lost],
      deeds: [
        `update-service --cluster shop-staging --service shop-staging --task-definition ${arn("task-definition/shop-staging:4")}`,
      ],
    });
  });

  it("gives up if ECS does not decide in time", () => {
    expect(watch({ web: deployment("web", "IN_PROGRESS") }, { TIMEOUT_MINUTES: "0" })).to.deep.equal({
      code: 1,
      out: [],
      err: ["ECS has not decided within 0 minutes"],
      deeds: [],
    });
  });

  it("ends the run with as much of a long reason as CodePipeline accepts", () => {
    const statusReason = "x".repeat(300);
    const { deeds } = watch({ worker: deployment("worker", "STOPPED", { statusReason }) });
    const whole = `shop-staging-worker: ECS ended the deployment: STOPPED: ${statusReason}`;
    expect(deeds.at(-1)).to.equal(stop(whole.slice(0, 200)));
  });
});
