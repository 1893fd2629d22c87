import { expect } from "chai";
import { balancerEntries } from "../../../components/balancer/balancer-entry.ts";
import { requireBalancer, type RequireBalancerArgs } from "../../../components/service/require-balancer.ts";
import { plan } from "../../support/plans.ts";
import { container, task } from "../../support/task.ts";

const scaling = { desiredCount: 1, maximumCount: 1, cpuPercent: 60 };
const balancer = { internal: false, ipv6: false, idleTimeoutSeconds: 60, allowedRanges: [], accessLogs: false };
const web = task({ containers: [container("web", { ports: [3000] })] });
const api = task({ ...web, name: "api" });

/** What the program says of a stack's settings, given the entries of these tasks. */
function said(settings: Partial<RequireBalancerArgs>, ...behind: readonly (typeof web)[]): unknown {
  try {
    const entries = balancerEntries(
      behind.map((one) => plan(one)),
      undefined,
    );
    requireBalancer({ environment: "staging", balancer, scaling, ...settings }, entries);
    return "nothing";
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

describe("a stack with settings of a load balancer", () => {
  const webAclArn = "arn:aws:wafv2:us-east-1:0:regional/webacl/a/b";
  for (const [key, value, settings] of [
    ["domain", "shop.example.com", { https: { domain: "shop.example.com", hostedZoneId: "Z1" } }],
    ["webAclArn", webAclArn, { webAclArn }],
    ["accessLogs", true, { accessLogs: true }],
  ] as const) {
    it(`is refused with ${key} only if no service publishes a port`, () => {
      const asked = { balancer: { ...balancer, ...settings } };
      expect([said(asked), said(asked, web)]).to.deep.equal([
        `Pulumi.staging.yaml: ${key}: ${JSON.stringify(value)} needs a load balancer, but there is none because no service publishes a port; remove it, or add "ports" to a service of the Compose file`,
        "nothing",
      ]);
    });
  }

  it("is refused with requestsPerTarget if its own ECS service publishes no port, even if another one does", () => {
    const asked = { scaling: { ...scaling, requestsPerTarget: 500 } };
    const refusal =
      "Pulumi.staging.yaml: requestsPerTarget: 500 applies to the environment's own ECS service, which publishes no port; remove it";
    expect([said(asked), said(asked, api), said(asked, web)]).to.deep.equal([refusal, refusal, "nothing"]);
  });

  it("is accepted without such settings, with a load balancer or without", () => {
    expect([said({}), said({}, web)]).to.deep.equal(["nothing", "nothing"]);
  });
});
