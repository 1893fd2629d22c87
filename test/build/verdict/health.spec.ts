import { TargetHealthStateEnum } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect } from "chai";
import { healthyTargets, healthyTasks } from "../../../build/verdict/health.ts";

const targets = (...states: readonly TargetHealthStateEnum[]) => states.map((State) => ({ TargetHealth: { State } }));

describe("the healthy tasks of a service", () => {
  it("are those that run, without a load balancer", () => {
    expect([healthyTasks({ runningCount: 2 }, {}), healthyTasks({}, {})]).to.deep.equal([2, 0]);
  });

  it("are those that the load balancer sends requests to", () => {
    const service = { runningCount: 2, loadBalancers: [{ targetGroupArn: "one" }] };
    expect(healthyTasks(service, { one: targets("healthy", "initial") })).to.equal(1);
    expect(healthyTasks(service, {})).to.equal(0);
  });

  it("are not more than the tasks that run, because a target is listed for a moment after its task has ended", () => {
    const service = { runningCount: 1, loadBalancers: [{ targetGroupArn: "one" }] };
    expect(healthyTasks(service, { one: targets("healthy", "healthy") })).to.equal(1);
  });

  it("are healthy in each target group", () => {
    const service = { runningCount: 2, loadBalancers: [{ targetGroupArn: "one" }, { targetGroupArn: "two" }] };
    const health = { one: targets("healthy", "healthy"), two: targets("healthy", "unhealthy") };
    expect(healthyTasks(service, health)).to.equal(1);
  });

  it("are in one state of those that ELB has", () => {
    const all = Object.values(TargetHealthStateEnum);
    const healthy = all.filter((state) => healthyTargets(targets(state)) === 1);
    expect([all.length > 5, healthy]).to.deep.equal([true, ["healthy"]]);
  });
});
