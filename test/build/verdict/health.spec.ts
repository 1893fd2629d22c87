import { HealthStatus } from "@aws-sdk/client-ecs";
import { TargetHealthStateEnum } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect } from "chai";
import { checkedContainers, healthyTargets, healthyTasks, passingTasks } from "../../../build/verdict/health.ts";

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

describe("the health checks of a revision", () => {
  const healthCheck = { command: ["CMD", "healthy"] };

  it("are those of its essential containers, and a container is essential unless it says otherwise", () => {
    const containerDefinitions = [
      { name: "web", healthCheck },
      { name: "proxy", essential: true, healthCheck },
      { name: "files", essential: false, healthCheck },
      { name: "worker" },
    ];
    expect(checkedContainers({ containerDefinitions })).to.deep.equal(["web", "proxy"]);
  });

  it("have passed in a task if each of these containers is HEALTHY, of the states that ECS has", () => {
    const tasks = Object.values(HealthStatus).map((healthStatus) => ({
      containers: [{ name: "web", healthStatus }, { name: "worker" }],
    }));
    expect(tasks.length).to.equal(3);
    expect(passingTasks(tasks, ["web"])).to.equal(1);
    expect(passingTasks(tasks, ["web", "worker"])).to.equal(0);
    expect(passingTasks(tasks, [])).to.equal(3);
  });
});
