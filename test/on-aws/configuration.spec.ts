import { expect } from "chai";
import { accountConfiguration, type Keys } from "../../rehearsal/aws/configuration.ts";
import { leftOutKeys } from "../../rehearsal/aws/changed-keys.ts";
import { missingProblem, ownValues } from "../../rehearsal/aws/values.ts";

const rehearsed = (configured: Keys) =>
  accountConfiguration({
    project: "shop",
    environment: "production",
    configured,
    own: { app: "shop", environment: "rehearsal-3f9a", prefix: "shop-rehearsal-3f9a" },
    account: "123456789012",
    region: "eu-central-1",
    source: { bucket: "shop-rehearsal-3f9a-source", key: "source.zip" },
  });

/** What every rehearsal sets. */
const always = {
  "aws:region": "eu-central-1",
  "aws:allowedAccountIds": ["123456789012"],
  "aws:defaultTags": { tags: { "compose-ecs-pipeline:rehearsal": "shop-rehearsal-3f9a" } },
  "shop:app": "shop",
  "shop:composeFiles": ["docker-compose-production.yml"],
  "shop:containerInsights": "disabled",
  "shop:desiredCount": 1,
  "shop:sourceProvider": "S3",
  "shop:sourceBucket": "shop-rehearsal-3f9a-source",
  "shop:sourceKey": "source.zip",
};

describe("the configuration of a rehearsal on AWS", () => {
  it("is small, has the code from S3, the Compose file of the real environment, and a tag on everything", () => {
    expect(rehearsed({})).to.deep.equal({ configured: always, notes: [] });
    expect(rehearsed({ "shop:composeFiles": [] }).configured).to.deep.equal(always);
  });

  it("keeps what an application needs, and the tags of the stack", () => {
    const kept = {
      "shop:applicationDirectory": "..",
      "shop:architecture": "arm64",
      "shop:composeFiles": ["compose.yml"],
      "shop:healthCheckPath": "/up",
      "shop:variables": ["TITLE=shop"],
      "settings:COLOUR": "green",
      "other:queue": "jobs",
    };
    const tags = { "aws:defaultTags": '{"tags":{"team":"shop"}}', "aws:profile": "shop" };
    expect(rehearsed({ ...kept, ...tags })).to.deep.equal({
      configured: {
        ...always,
        ...kept,
        "aws:profile": "shop",
        "aws:defaultTags": { tags: { team: "shop", "compose-ecs-pipeline:rehearsal": "shop-rehearsal-3f9a" } },
      },
      notes: [],
    });
  });

  it("leaves out what touches a real environment, costs more or keeps it from being deleted, and says so", () => {
    const { configured, notes } = rehearsed({
      "shop:protect": true,
      "shop:vpcId": "vpc-1",
      "shop:domain": "shop.example",
      "shop:sourceRepository": "acme/shop",
      "shop:natGateways": "perZone",
      "shop:desiredCount": 4,
      "shop:cpuPercent": 60,
    });
    expect(configured).to.deep.equal(always);
    expect(notes).to.deep.equal([
      "protect: true is left out; the rehearsal deletes everything at its end",
      "vpcId: vpc-1 is left out; it gets its own VPC",
      "domain: shop.example is left out; it serves by HTTP at the load balancer's own name",
      "sourceRepository: acme/shop is left out; the code comes from a zip in S3",
      "natGateways: perZone is left out; it has none, and tasks have public addresses",
      "desiredCount: 4 is replaced by 1; one task is enough",
    ]);
  });

  it("leaves out each such key, whatever its value", () => {
    const all = Object.fromEntries(Object.keys(leftOutKeys).map((key) => [`shop:${key}`, "anything"]));
    expect(rehearsed(all).configured).to.deep.equal(always);
    expect(rehearsed(all).notes).to.have.lengthOf(Object.keys(leftOutKeys).length);
  });

  it("leaves no snapshot of a database, and asks only the path of a smoke test's URL", () => {
    const given = { "shop:databaseEngine": "postgres", "shop:smokeTestUrl": "https://shop.example/up?full=1" };
    expect(rehearsed({ ...given, "shop:databaseFinalSnapshot": true }).configured).to.deep.equal({
      ...always,
      "shop:databaseEngine": "postgres",
      "shop:databaseFinalSnapshot": false,
      "shop:smokeTestUrl": "/up?full=1",
    });
  });

  it("reads no parameter of a real environment, and no secret of its file", () => {
    const secure = { secure: "v1:abc" };
    const { configured, notes } = rehearsed({
      "shop:parameters": ["SECRET", "DATABASE_URL=/shop/production/DATABASE_URL"],
      "secrets:SECRET": secure,
      "other:token": secure,
    });
    expect(configured).to.deep.equal({ ...always, "shop:parameters": ["SECRET", "DATABASE_URL"] });
    expect(notes).to.deep.equal([
      "other:token: (encrypted) is left out; only the real stack's key decrypts it",
      "parameters: DATABASE_URL=/shop/production/DATABASE_URL is not read; the rehearsal has its own parameter with your value",
    ]);
  });
});

describe("the parameters of a rehearsal on AWS", () => {
  const declared = { KEY: { from: "person" }, TOKEN: { from: "secrets" }, DATABASE_URL: { from: "store" } } as const;

  it("are secrets of its stack, which destroy deletes; it refuses to begin while one has no value", () => {
    const all = ownValues(declared, { KEY: "k", TOKEN: "t", OTHER: "o" });
    expect(all).to.deep.equal({ secrets: { KEY: "k", TOKEN: "t" }, missing: [] });
    expect(missingProblem(all)).to.equal(undefined);
    const some = ownValues(declared, { TOKEN: "" });
    expect(some).to.deep.equal({ secrets: { TOKEN: "" }, missing: ["KEY"] });
    expect(missingProblem(some)).to.match(/^no value for KEY; write a line NAME=value .*--env-file FILE/);
  });
});
