import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";

import { type Engine, parameter, releaseOf, removeWorker, startEngine } from "./engine.ts";
import { letScale } from "./recording-cloud.ts";

// No one runs a second `up` after the first release: it resumes what the first `up` made.
describe("what scales a service, on the real engine", function () {
  this.timeout(120_000);
  const service = "shop-staging";
  const target = "service/shop-staging/shop-staging";
  const all = (is: boolean) => ({
    dynamicScalingInSuspended: is,
    dynamicScalingOutSuspended: is,
    scheduledScalingSuspended: is,
  });
  const configuration = {
    sourceRepository: "acme/shop",
    desiredCount: "2",
    maximumCount: "6",
    schedule: ["0 7 ? * MON-FRI * = on", "0 19 ? * MON-FRI * = off"],
  };
  let engine: Engine;

  before(async () => {
    engine = await startEngine();
    removeWorker(engine);
    for (const variable of ["DATABASE_URL", "SECRET_KEY_BASE"])
      await engine.change(parameter(`/shop/staging/${variable}`, "there"));
  });
  after(() => engine.close());

  /** What an operation did to scaling: operation, type and changed properties. */
  const run = async (operation: "up" | "preview", more: Parameters<Engine["run"]>[2] = {}) => {
    const steps: string[] = [];
    const onEvent = ({ resourcePreEvent: event }: EngineEvent): void => {
      if (event?.metadata.type.startsWith("aws:appautoscaling/") !== true) return;
      const { op, type, diffs = [] } = event.metadata;
      if (op !== "same" && op !== "refresh") steps.push([op, type.split(":").at(-1), ...diffs.toSorted()].join(" "));
    };
    const { touched } = await engine.run(operation, "staging", { ...more, onEvent });
    return { steps: steps.toSorted(), touched };
  };
  const targets = async () => (await engine.cloud()).scalableTargets;

  it("is all created by the first up, with a minimum of 0 and suspended", async () => {
    const { steps } = await run("up", { configuration });
    expect(steps).to.deep.equal(["create Policy", "create ScheduledAction", "create ScheduledAction", "create Target"]);
    expect(await targets()).to.deep.equal({ [target]: { minCapacity: 0, maxCapacity: 6, suspendedState: all(true) } });
  });

  it("stays suspended in every up before the first release", async () => {
    expect((await run("up")).touched).to.deep.equal([]);
    expect((await targets())[target]?.suspendedState).to.deep.equal(all(true));
  });

  it("stays suspended after a first release that failed, so that no schedule starts what failed", async () => {
    await engine.change(releaseOf(service, "0badbad"));
    await engine.change((cloud) => ({
      ...cloud,
      services: cloud.services.map((each) => ({ ...each, desiredCount: 0 })),
    }));
    expect((await run("up", { refresh: true })).touched).to.deep.equal([]);
    expect(await targets()).to.deep.equal({ [target]: { minCapacity: 0, maxCapacity: 6, suspendedState: all(true) } });
  });

  it("is what the first release made of it: the next up updates the target once, to the same values, and nothing else", async () => {
    await engine.change(releaseOf(service, "aaaaaaa"));
    await engine.change((cloud) => letScale(cloud, service, 2, 6));
    const released = await targets();
    const { steps, touched } = await run("up");
    expect(steps.map((step) => step.split(" ").slice(0, 2).join(" "))).to.deep.equal(["update Target"]);
    expect(touched).to.deep.equal(["aws:appautoscaling/target:Target"]);
    expect(await targets()).to.deep.equal(released);
    expect(await run("up")).to.deep.equal({ steps: [], touched: [] });
  });

  it("is left alone by an up that reads first what AWS has", async () => {
    const released = await targets();
    expect((await run("up", { refresh: true })).touched).to.deep.equal([]);
    expect(await targets()).to.deep.equal(released);
  });

  it("is left alone while the schedule has the service asleep, also what is suspended then", async () => {
    const asleep = {
      minCapacity: 0,
      maxCapacity: 0,
      suspendedState: { ...all(false), dynamicScalingOutSuspended: true },
    };
    await engine.change((cloud) => ({
      ...cloud,
      scalableTargets: { [target]: asleep },
      services: cloud.services.map((each) => ({ ...each, desiredCount: 0 })),
    }));
    expect((await run("up")).touched).to.deep.equal([]);
    expect((await run("up", { refresh: true })).touched).to.deep.equal([]);
    expect(await targets()).to.deep.equal({ [target]: asleep });
  });
});
