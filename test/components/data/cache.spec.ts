import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { Cache } from "../../../components/data/cache.ts";
import { Network } from "../../../components/network/network.ts";
import { planStores } from "../../../components/data/store-plans.ts";
import { only, refusal, seen, settled, startCloud, valueOf } from "../../support/cloud.ts";
import { production, staging } from "../../support/names.ts";
import { cacheSettings } from "../../support/stores.ts";
import type { CacheSettings } from "../../../components/data/store-settings.ts";

const token = randomBytes(20).toString("hex");
const existing = { vpcId: "vpc-1", publicSubnetIds: ["subnet-a", "subnet-b"], privateSubnetIds: ["subnet-c"] };

/** Makes the cache of an environment whose token is kept already. */
async function makeCache(settings: Partial<CacheSettings>, names = staging): Promise<Cache> {
  await startCloud({
    answers: {
      "aws:ssm/getParameter:getParameter": ({ name }) => {
        if (name !== names.cache.token) throw refusal("couldn't find resource");
        return { name, value: token, version: 1 };
      },
    },
  });
  const { cache: plan } = await planStores(names, { database: undefined, cache: cacheSettings(settings) });
  if (plan === undefined) throw new Error("no plan");
  const network = new Network(names.prefix, { vpcCidr: "10.0.0.0/16", natGateways: "none", existing });
  const cache = new Cache(`${names.prefix}-cache`, { names, network, plan, protect: names === production });
  await settled();
  return cache;
}

const nodes = "aws:elasticache/replicationGroup:ReplicationGroup";
const parent = "Cache shop-staging-cache";

describe("the cache", () => {
  it("is one encrypted node, reached only over TLS with a token, whose security group lets nothing in", async () => {
    await makeCache({});
    expect(seen()).to.deep.equal([
      [
        "aws:ec2/securityGroup:SecurityGroup",
        "shop-staging-cache",
        { description: "cache: in from the tasks only", vpcId: "vpc-1" },
        { parent },
      ],
      [
        nodes,
        "shop-staging-cache",
        {
          replicationGroupId: "shop-staging",
          description: "Cache of shop-staging",
          engine: "valkey",
          engineVersion: "8.0",
          autoMinorVersionUpgrade: true,
          nodeType: "cache.t4g.micro",
          numCacheClusters: 1,
          automaticFailoverEnabled: false,
          multiAzEnabled: false,
          port: 6379,
          subnetGroupName: "shop-staging-cache",
          securityGroupIds: ["shop-staging-cache-id"],
          atRestEncryptionEnabled: true,
          transitEncryptionEnabled: true,
          transitEncryptionMode: "required",
          authToken: token,
          authTokenUpdateStrategy: "ROTATE",
          maintenanceWindow: "sun:04:00-sun:05:00",
          snapshotRetentionLimit: 0,
        },
        { parent, additionalSecretOutputs: ["authToken", "authTokenWo"], secrets: ["authToken"] },
      ],
      [
        "aws:elasticache/subnetGroup:SubnetGroup",
        "shop-staging-cache",
        { name: "shop-staging-cache", description: "Where the cache of shop-staging is", subnetIds: ["subnet-c"] },
        { parent, ignoreChanges: ["subnetIds"] },
      ],
      [
        "aws:ssm/parameter:Parameter",
        "shop-staging-cache-token",
        { name: "/shop/staging/.cache/token", type: "SecureString", value: token },
        { parent, additionalSecretOutputs: ["value", "valueWo"], secrets: ["value"] },
      ],
      ["compose-ecs-pipeline:index:Cache", "shop-staging-cache", {}, {}],
      ["compose-ecs-pipeline:index:Network", "shop-staging", {}, {}],
    ]);
  });

  it("has a URL that asks for TLS and is secret", async () => {
    const { port, url } = await makeCache({});
    expect(await valueOf(url)).to.equal(
      `rediss://:${token}@master.shop-staging.c0ffee.use1.cache.amazonaws.com:6379/0`,
    );
    expect([await (url as unknown as { isSecret: Promise<boolean> }).isSecret, port]).to.deep.equal([true, 6379]);
  });

  it("can have replicas in other zones, snapshots and another engine", async () => {
    await makeCache({ engine: "redis", replicas: 2, snapshotDays: 5, nodeType: "cache.m7g.large" }, production);
    const { inputs, options, dependencies } = only(nodes);
    const asked = [
      ...["engine", "engineVersion", "nodeType", "numCacheClusters"],
      ...["automaticFailoverEnabled", "multiAzEnabled", "snapshotRetentionLimit"],
    ];
    expect(asked.map((key) => inputs[key])).to.deep.equal(["redis", "7.1", "cache.m7g.large", 3, true, true, 5]);
    expect([options.protect, dependencies.includes("Parameter shop-production-cache-token")]).to.deep.equal([
      true,
      true,
    ]);
  });
});
