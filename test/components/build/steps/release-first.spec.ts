import { expect } from "chai";
import { runStep, type World } from "../../../support/release-bench.ts";
import {
  services,
  web,
  worker,
  stopped,
  service,
  world,
  verify,
  runs,
  marks,
  marked,
  count,
  back,
} from "./verify-bench.ts";

describe("the first release", () => {
  const first: World = {
    "shop-staging.service": [service("shop-staging", 0, 0, true), service("shop-staging", 2, 2, true)],
    "shop-staging-worker.service": [
      service("shop-staging-worker", 0, 0),
      service("shop-staging-worker", 1, 0),
      service("shop-staging-worker", 1, 1),
    ],
    healthy: ["0", "1", "2"],
  };
  const starts = [
    "first release of shop-staging: 2 task(s) start",
    "first release of shop-staging-worker: 1 task(s) start",
  ];
  const up = [count("shop-staging", 2), count("shop-staging-worker", 1)];

  it("starts every service without tasks, and waits until all of them are healthy", () => {
    expect(verify(first)).to.deep.equal({
      code: 0,
      out: [...starts, ...runs, ...marks],
      err: [],
      deeds: [...up, marked],
    });
  });

  it("starts only the service that is new", () => {
    const { code, out, deeds } = verify({ "shop-staging-worker.service": first["shop-staging-worker.service"] });
    expect([code, out, deeds]).to.deep.equal([0, [starts[1], ...runs, ...marks], [up[1], marked]]);
  });

  const never = [service("shop-staging-worker", 0, 0), service("shop-staging-worker", 1, 0)];
  const down = [count("shop-staging", 0), count("shop-staging-worker", 0)];

  it("stops all tasks again when the tasks of one service end, and reports why", () => {
    const after = "--service shop-staging-worker --desired-count 1";
    const ended = ["4", "5", "6"].map((id) => ({ ...stopped(id), after }));
    const tasks = JSON.stringify([...web, ...ended]);
    const one = "Essential container in task exited; worker: exit code 1";
    expect(verify({ ...first, "shop-staging-worker.service": never, tasks })).to.deep.equal({
      code: 1,
      out: [
        ...starts,
        ...["4", "5", "6"].map((id) => `task ${id}: ${one}`),
        "--- last log lines of worker",
        "the last words of shop-staging-worker/worker/6",
      ],
      err: [
        "shop-staging-worker: first release: 3 tasks have ended; the count of shop-staging shop-staging-worker is 0 again",
      ],
      deeds: [...up, ...down],
    });
  });

  it("is not judged by earlier tasks when it is retried", () => {
    const tasks = JSON.stringify([...web, worker, stopped("4"), stopped("5"), stopped("6")]);
    expect(verify({ ...first, tasks })).to.deep.equal({
      code: 0,
      out: [...starts, ...runs, ...marks],
      err: [],
      deeds: [...up, marked],
    });
  });

  it("is not a success if AWS does not answer about its targets or the service", () => {
    const unanswered = ["healthy", "shop-staging.service"].map((name) => {
      const others = Object.entries({ ...world, ...first }).filter(([key]) => key !== name);
      const { code, out } = runStep("verify", Object.fromEntries(others), { SERVICES: services });
      return [code === 0, out.filter((line) => line.includes("task(s) run"))];
    });
    expect(unanswered).to.deep.equal([
      [false, []],
      [false, []],
    ]);
  });

  it("stops all tasks again when one service is not healthy in time", () => {
    const { code, err, deeds } = verify({ ...first, "shop-staging-worker.service": never }, { TIMEOUT_MINUTES: "0" });
    expect([code, err, deeds]).to.deep.equal([
      1,
      [
        "shop-staging: first release: not healthy within 0 minutes; the count of shop-staging shop-staging-worker is 0 again",
      ],
      [...up, ...down],
    ]);
  });

  it("of one service rolls the other services back when it fails", () => {
    const { code, out, err, deeds } = verify({ "shop-staging-worker.service": never }, { TIMEOUT_MINUTES: "0" });
    expect([code, out, err, deeds]).to.deep.equal([
      1,
      [starts[1], "shop-staging: goes back to shop-staging:4", "shop-staging: SUCCESSFUL: no reason given"],
      ["shop-staging-worker: first release: not healthy within 0 minutes; the count of shop-staging-worker is 0 again"],
      [up[1], down[1], back],
    ]);
  });
});
