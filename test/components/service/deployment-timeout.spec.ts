import { expect } from "chai";
import { deploymentTimeout } from "../../../components/service/deployment-timeout.ts";
import { container, task } from "../../support/task.ts";

const check = { command: ["CMD", "true"], intervalSeconds: 5, timeoutSeconds: 5, retries: 4, startPeriodSeconds: 35 };

describe("the time-out of a deployment", () => {
  for (const [title, what, count, minutes] of [
    ["only a worker: three failed starts, one after the other, and the rollback", { entry: undefined }, 1, 9],
    ["the time of the health check behind a load balancer", {}, 1, 15],
    ["two tasks at once", {}, 2, 11],
    ["many tasks: one round of failures", {}, 20, 8],
    ["a health check in the container as well", { containers: [container("web", { healthCheck: check })] }, 2, 14],
    ["a container that takes its time to stop", { containers: [container("web", { stopTimeoutSeconds: 120 })] }, 2, 13],
    ["tasks that are replaced one at a time", { update: { order: "stop-first", parallelism: 1 } }, 6, 24],
    [
      "a longer grace period of the load balancer",
      { entry: { container: "web", port: 3000, graceSeconds: 300 } },
      2,
      23,
    ],
    [
      "never more than the ECS action allows",
      { containers: [container("web", { healthCheck: { ...check, startPeriodSeconds: 3000 } })] },
      1,
      60,
    ],
  ] as const) {
    it(`counts ${title}`, () => {
      expect(deploymentTimeout(task(what), count)).to.equal(minutes);
    });
  }
});
