import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";

import type { Configuration } from "../../scripts/pulumi/stack.ts";
import { readEarlierNetwork, writeState } from "./earlier-state.ts";
import { type Engine, parameter, startEngine } from "./engine.ts";

/** What an operation on production does to its network, a step a line. */
async function steps(
  engine: Engine,
  operation: "up" | "preview",
  configuration: Configuration,
): Promise<readonly string[]> {
  const found: string[] = [];
  const onEvent = ({ resourcePreEvent: event }: EngineEvent): void => {
    if (event === undefined || !event.metadata.urn.includes("index:Network")) return;
    const { op, type, urn } = event.metadata;
    if (op !== "same" && type.startsWith("aws:")) found.push(`${op} ${type.split(":")[2] ?? ""} ${nameOf(urn)}`);
  };
  const own = { sourceRepository: "acme/shop", vpcEndpoints: "none", ...configuration };
  await engine.run(operation, "production", { configuration: own, onEvent });
  return found.toSorted();
}

const nameOf = (urn: string): string => (urn.split("::").at(-1) ?? "").replace("shop-production-", "");

describe("another choice of NAT gateways or endpoints", function () {
  this.timeout(300_000);
  let engine: Engine;

  beforeEach(async () => {
    engine = await startEngine();
    await engine.change(parameter("/shop/production/SECRET_KEY_BASE", "there"));
  });
  afterEach(() => engine.close());

  for (const ipv6 of ["false", "true"]) {
    it(`adds to a VPC that this program made, and moves no subnet (ipv6: ${ipv6})`, async () => {
      const up = (natGateways: string, vpcEndpoints = "none") =>
        steps(engine, "up", { ipv6, natGateways, vpcEndpoints });
      const made = await up("none");
      expect(made.filter((step) => / (Subnet|Vpc) /.test(step))).to.deep.equal([
        ...["private-1", "private-2", "public-1", "public-2"].map((name) => `create Subnet vpc-${name}`),
        "create Vpc vpc",
      ]);
      const by6 = (name: string) => (ipv6 === "true" ? [`create Route vpc-${name}-ipv6`] : []);
      const gateway = ipv6 === "true" ? "vpc-public-" : "vpc-";
      expect(await up("single")).to.deep.equal(
        [
          ...(ipv6 === "true" ? ["create EgressOnlyInternetGateway vpc"] : []),
          `create Eip ${gateway}1`,
          `create NatGateway ${gateway}1`,
          ...["private-1", "private-2"].flatMap((name) => [`create Route vpc-${name}`, ...by6(name)]),
        ].toSorted(),
      );
      expect(await up("perZone", "all")).to.deep.equal([
        `create Eip ${gateway}2`,
        `create NatGateway ${gateway}2`,
        "create SecurityGroup endpoints",
        "create SecurityGroupIngressRule endpoints-from-vpc",
        ...["ecr-api", "ecr-dkr", "logs", "s3", "ssm"].map((name) => `create VpcEndpoint ${name}`),
        "update Route vpc-private-2",
      ]);
      // What has it all, with IPv6 where that is asked for, is left alone by the next one.
      const next = await steps(engine, "preview", { ipv6, natGateways: "perZone", vpcEndpoints: "all" });
      expect(next).to.deep.equal([]);
      const back = await up("none", "all");
      expect(
        back.filter((step) => !/^delete (Route|NatGateway|Eip|EgressOnlyInternetGateway) /.test(step)),
      ).to.deep.equal([]);
    });
  }

  // That a NAT gateway is refused there: test/components/network/vpc-layout.spec.ts.
  it("leaves each VPC as it is that an earlier program made", async () => {
    const changes: Record<string, readonly string[]> = {};
    for (const layout of ["public", "isolated", "public with IPv6", "isolated with IPv6"] as const) {
      const ipv6 = String(layout.endsWith("IPv6"));
      const vpcEndpoints = layout.startsWith("isolated") ? "all" : layout === "public" ? "s3" : "none";
      const earlier = readEarlierNetwork(layout);
      await engine.change((cloud) => ({ ...cloud, subnets: earlier.cloud.subnets }));
      writeState(engine.state, earlier);
      changes[layout] = await steps(engine, "preview", { ipv6, natGateways: "none", vpcEndpoints });
    }
    const none = { public: [], isolated: [], "public with IPv6": [], "isolated with IPv6": [] };
    expect(changes).to.deep.equal(none);
  });
});
