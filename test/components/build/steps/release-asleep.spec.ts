import { expect } from "chai";
import { type World } from "../../../support/release-bench.ts";
import {
  services,
  web,
  stopped,
  service,
  deployment,
  verify,
  runs,
  marks,
  marked,
  count,
  back,
} from "./verify-bench.ts";

describe("the verification of a service whose schedule has stopped its tasks", () => {
  const sleepy = { SERVICES: services.replaceAll('"desiredCount"', '"sleeps":true,"desiredCount"') };

  const night: World = {
    "shop-staging.service": [service("shop-staging", 0, 0, true), service("shop-staging", 2, 2, true)],
    "shop-staging-worker.service": [service("shop-staging-worker", 0, 0), service("shop-staging-worker", 1, 1)],
    most: "0\n",
  };

  const starts = [
    "shop-staging is asleep: 2 task(s) start for this check, and end with it",
    "shop-staging-worker is asleep: 1 task(s) start for this check, and end with it",
  ];

  const ends = ["shop-staging: asleep again", "shop-staging-worker: asleep again"];

  const woken = [count("shop-staging", 2), count("shop-staging-worker", 1)];

  const asleep = [count("shop-staging", 0), count("shop-staging-worker", 0)];

  it("starts the tasks, judges them as usual, and stops them again", () => {
    expect(verify(night, sleepy)).to.deep.equal({
      code: 0,
      out: [...starts, ...runs, ...marks, ...ends],
      err: [],
      deeds: [...woken, marked, ...asleep],
    });
  });

  it("keeps the tasks if the schedule has started them meanwhile", () => {
    expect(verify({ ...night, most: ["0", "0", "2", "1"] }, sleepy)).to.deep.equal({
      code: 0,
      out: [...starts, ...runs, ...marks],
      err: [],
      deeds: [...woken, marked],
    });
  });

  it("stops the tasks also if the smoke test fails", () => {
    const outcome = verify(night, { ...sleepy, SMOKE_TEST_URL: "http://shop/health" });
    expect([outcome.code, outcome.deeds]).to.deep.equal([1, [...woken, ...asleep]]);
  });

  it("rolls the service back if its tasks do not become healthy, so that the schedule does not start what has failed", () => {
    const change = {
      ...night,
      tasks: JSON.stringify([
        ...web,
        ...["1", "2", "3"].map((id) => ({ ...stopped(id), after: count("shop-staging-worker", 1) })),
      ]),
      worker: deployment("worker"),
      "worker-before": "shop-staging-worker:4",
      "shop-staging-worker.service": [service("shop-staging-worker", 0, 0), service("shop-staging-worker", 1, 0)],
      "shop-staging-worker.newest": deployment("web-back").serviceDeploymentArn,
    };
    const { code, err, deeds } = verify(change, sleepy);
    expect({ code, err: err.at(-1), deeds }).to.deep.equal({
      code: 1,
      err: "shop-staging-worker: 3 tasks have ended",
      deeds: [
        ...woken,
        back,
        back
          .replaceAll("shop-staging --task", "shop-staging-worker --task")
          .replace("shop-staging:4", "shop-staging-worker:4"),
        ...asleep,
      ],
    });
  });

  it("distinguishes the first release from a scheduled stop by the maximum count", () => {
    expect(verify({ ...night, most: ["2", "1"] }, sleepy)).to.deep.equal({
      code: 0,
      out: [
        "first release of shop-staging: 2 task(s) start",
        "first release of shop-staging-worker: 1 task(s) start",
        ...runs,
        ...marks,
      ],
      err: [],
      deeds: [...woken, marked],
    });
  });
});
