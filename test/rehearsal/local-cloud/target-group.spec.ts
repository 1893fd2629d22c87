import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { matches, targetHealthXml } from "../../../local-cloud/ecs/balancing/target-group.ts";
import { until } from "./ecs-world.ts";
import { balancerBench } from "./balancer-bench.ts";

// Rules from the Application Load Balancers user guide: target-group-health-checks, edit-target-group-attributes
// (deregistration delay), load-balancer-troubleshooting (502, 503, 504) and x-forwarded-headers.
describe("a target group of the load balancer", () => {
  const { started, group, listener, target, saying, states, reach, get } = balancerBench();

  it("takes turns among healthy targets and skips the others", async () => {
    const targets = group();
    targets.register(await target("a", saying("a")));
    targets.register(await target("b", saying("b")));
    targets.register(await target("c", saying("c"), () => 500));
    await reach(targets, "healthy", "healthy", "unhealthy");
    const { url } = await listener(targets.pick);
    const answers = [await get(url), await get(url), await get(url), await get(url)];
    expect(answers.toSorted()).to.deep.equal(["200 a", "200 a", "200 b", "200 b"]);
  });

  // "If a target group contains only unhealthy registered targets, the load balancer routes requests to all of them"
  it("routes to unhealthy targets when there are no others", async () => {
    const targets = group();
    targets.register(await target("a", saying("a"), () => 500));
    await reach(targets, "unhealthy");
    const { url } = await listener(targets.pick);
    expect(await get(url)).to.equal("200 a");
  });

  it("is unhealthy after three failed checks in a row, and healthy again after two passed ones", async () => {
    let status = 200;
    // The state at the time of each check since the status was changed.
    let seen: string[] = [];
    const targets = group();
    targets.register(
      await target("a", saying("a"), () => {
        seen.push(...states(targets));
        return status;
      }),
    );
    await reach(targets, "healthy");
    [status, seen] = [404, []];
    await reach(targets, "unhealthy");
    expect(seen.slice(0, 3)).to.deep.equal(["healthy", "healthy", "healthy"]);
    expect(targets.health()).to.deep.equal([
      {
        id: "a",
        port: 8080,
        state: "unhealthy",
        reason: "Target.ResponseCodeMismatch",
        description: "Health checks failed with these codes: [404]",
      },
    ]);
    await until(
      () => Promise.resolve(seen),
      ({ length }) => length > 4,
    );
    expect(seen[3]).to.equal("unhealthy");
    [status, seen] = [200, []];
    await reach(targets, "healthy");
    await until(
      () => Promise.resolve(seen),
      ({ length }) => length > 2,
    );
    expect(seen.slice(0, 3)).to.deep.equal(["unhealthy", "unhealthy", "healthy"]);
  });

  it("fails a check that takes too long, and a check without an answer", async () => {
    const targets = group({ timeoutSeconds: 0.05, unhealthyThreshold: 1, path: "/slow" });
    targets.register(await target("a", () => undefined));
    targets.register({ id: "b", port: 8080, hostPort: 1 });
    await reach(targets, "unhealthy", "unhealthy");
    expect(targets.health().map(({ reason }) => reason)).to.deep.equal(["Target.Timeout", "Target.FailedHealthChecks"]);
  });

  it("lets a request end before its target is gone, and sends the target no other", async () => {
    const targets = group();
    const slow = await target("a", (reply) => setTimeout(() => reply.end("slow"), 200));
    targets.register(slow);
    const { url } = await listener(targets.pick);
    const request = get(url);
    await sleep(50);
    const order: string[] = [];
    const gone = targets.deregister(slow).then(() => order.push("gone"));
    expect(states(targets)).to.deep.equal(["draining"]);
    expect((await get(url)).slice(0, 3)).to.equal("503");
    expect(await request.finally(() => order.push("answered"))).to.equal("200 slow");
    await gone;
    expect([order.toSorted(), states(targets)]).to.deep.equal([["answered", "gone"], []]);
  });

  it("waits no longer than the deregistration delay", async () => {
    const targets = group({ deregistrationDelaySeconds: 0.05 });
    const stuck = await target("a", () => undefined);
    targets.register(stuck);
    const { url } = await listener(targets.pick);
    const request = get(url).catch(() => "cut");
    await sleep(30);
    await targets.deregister(stuck);
    expect(states(targets)).to.deep.equal([]);
    await Promise.all(started.splice(0).map((stop) => stop()));
    expect(await request).to.equal("cut");
  });

  it("understands lists and ranges of codes", () => {
    expect([200, 250, 301, 302].map((code) => matches("200-299,301", code))).to.deep.equal([true, true, true, false]);
  });

  it("shows targets' health in ELB's XML", () => {
    expect(targetHealthXml([{ id: "172.18.0.3", port: 8080, state: "healthy" }])).to.include(
      "<Target><Id>172.18.0.3</Id><Port>8080</Port><AvailabilityZone>all</AvailabilityZone></Target>" +
        "<HealthCheckPort>8080</HealthCheckPort><TargetHealth><State>healthy</State></TargetHealth>",
    );
  });
});
