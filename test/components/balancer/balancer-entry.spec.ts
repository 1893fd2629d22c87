import { expect } from "chai";
import { balancerEntries, targetCheck } from "../../../components/balancer/balancer-entry.ts";
import { plan } from "../../support/plans.ts";
import { container, task } from "../../support/task.ts";

const asking = (command: readonly string[], more: object = {}) =>
  task({
    containers: [
      container("web", {
        ports: [3000],
        healthCheck: {
          command,
          intervalSeconds: 30,
          timeoutSeconds: 30,
          retries: 3,
          startPeriodSeconds: 0,
          ...more,
        },
      }),
    ],
  });

describe("the load balancer's health check", () => {
  it("is that of the Compose file: the path of its own URL, its interval, time-out and retries, within ELB's limits", () => {
    const curl = ["CMD", "curl", "--fail", "http://localhost:3000/up?full=1"];
    expect([
      targetCheck(asking(curl)),
      targetCheck(asking(curl, { intervalSeconds: 5, timeoutSeconds: 2, retries: 1 })),
      targetCheck(task()),
    ]).to.deep.equal([
      { path: "/up?full=1", intervalSeconds: 30, timeoutSeconds: 29, unhealthyThreshold: 3 },
      { path: "/up?full=1", intervalSeconds: 5, timeoutSeconds: 2, unhealthyThreshold: 2 },
      { path: "/health", intervalSeconds: 10, timeoutSeconds: 5, unhealthyThreshold: 3 },
    ]);
  });

  it("uses the stack's path first, and /health if the command has no URL of that port", () => {
    const paths = [
      ["CMD-SHELL", "curl -f http://127.0.0.1:3000 || exit 1"],
      ["CMD-SHELL", "curl -f http://127.0.0.1:9999/other && curl -f 'http://[::1]:3000/here'"],
      ["CMD", "pg_isready"],
      ["CMD", "curl", "http://database:3000/there"],
    ].map((command) => targetCheck(asking(command)).path);
    expect(paths).to.deep.equal(["/", "/here", "/health", "/health"]);
    expect(targetCheck(asking(["CMD", "curl", "http://localhost:3000/a"]), "/b").path).to.equal("/b");
  });
});

describe("the rules of the load balancer", () => {
  it("are ordered by themselves: with hosts before without, long paths before short ones, no number twice", () => {
    const ruled = (name: string, paths: readonly string[], hosts: readonly string[] = []) =>
      plan(task({ name, entry: { container: "web", port: 3000, rule: { paths, hosts } } }));
    const entries = balancerEntries(
      [ruled("a", ["/a"]), ruled("b", ["/a/long/one"]), ruled("c", [], ["c.example.com"]), plan(task())],
      undefined,
    );
    const order = entries
      .filter(({ priority }) => priority !== undefined)
      .toSorted((one, other) => (one.priority ?? 0) - (other.priority ?? 0));
    expect(order.map(({ service }) => service.name)).to.deep.equal([
      "shop-staging-c",
      "shop-staging-b",
      "shop-staging-a",
    ]);
    const twice = balancerEntries([ruled("same", ["/a"]), ruled("same", ["/b"])], undefined).map(
      ({ priority }) => priority,
    );
    expect(new Set(twice).size).to.equal(2);
  });

  it("do not use the stack's health check path, which is for the entry without a rule", () => {
    const api = plan(
      task({ name: "api", entry: { container: "web", port: 3000, rule: { paths: ["/a"], hosts: [] } } }),
    );
    expect(balancerEntries([plan(task()), api], "/up").map(({ check }) => check.path)).to.deep.equal([
      "/up",
      "/health",
    ]);
  });
});
