import { expect } from "chai";
import { standIn, type Keys } from "../../rehearsal/any/stand-ins.ts";
import { table } from "../../settings/table.ts";

/** What the rehearsal makes of a stack's own keys; keys without namespace are the project's. */
function rehearsed(own: Keys, architecture: "x86_64" | "arm64" = "x86_64") {
  const spaced = Object.entries(own).map(([key, value]) => [key.includes(":") ? key : `shop:${key}`, value]);
  const found = standIn({
    project: "shop",
    configured: Object.fromEntries(spaced) as Keys,
    architecture,
    repository: "rehearsal/shop",
  });
  const configured = Object.entries(found.configured).filter(([key]) => key !== "shop:pollSeconds");
  return { configured: Object.fromEntries(configured), notes: found.notes };
}

describe("the configuration that is rehearsed", () => {
  it("is the stack's own, with a check of ECS every second, if one machine can have all of it", () => {
    const own = { "shop:sourceRepository": "acme/shop", "shop:branch": "staging", "aws:region": "eu-central-1" };
    const found = standIn({ project: "shop", configured: own, architecture: "x86_64", repository: "rehearsal/shop" });
    expect(found).to.deep.equal({ configured: { ...own, "shop:pollSeconds": 1 }, notes: [] });
  });

  it("has no key that only AWS can have, and a line names each with its value and what there is instead", () => {
    const own = {
      sourceRepository: "acme/shop",
      domain: "shop.example.com",
      hostedZoneId: "Z0123456789ABC",
      vpcId: "vpc-1",
      publicSubnetIds: ["subnet-1", "subnet-2"],
      filePaths: ["!infra/**"],
      promoteFrom: "staging",
      protect: true,
      schedule: ["0 19 ? * MON-FRI * = off"],
    };
    expect(rehearsed(own)).to.deep.equal({
      configured: { "shop:sourceRepository": "acme/shop" },
      notes: [
        "domain: shop.example.com is left out; it serves by HTTP at an address of this machine",
        "hostedZoneId: Z0123456789ABC is left out; there is no domain",
        "vpcId: vpc-1 is left out; it gets its own VPC",
        'publicSubnetIds: ["subnet-1","subnet-2"] is left out; it gets its own subnets',
        'filePaths: ["!infra/**"] is left out; a push starts a release, whatever it changes',
        "promoteFrom: staging is left out; its images are built here",
        'schedule: ["0 19 ? * MON-FRI * = off"] is left out; the number of tasks does not change by the clock',
        "protect: true is left out; the rehearsal deletes everything at its end",
      ],
    });
  });

  it("says nothing of a key that is set to its default", () => {
    const defaults = { domain: "", vpcTags: [], protect: "false", filePaths: [] };
    expect(rehearsed({ sourceRepository: "acme/shop", ...defaults }).notes).to.deep.equal([]);
  });

  it("leaves out only keys that exist", () => {
    const own = Object.fromEntries(Object.keys(table).map((key) => [key, "set"]));
    const { notes } = rehearsed({ ...own, sourceProvider: "GitHub" });
    const named = notes.map((note) => note.split(":")[0] ?? "");
    expect(named.filter((key) => !Object.hasOwn(table, key))).to.deep.equal([]);
    expect(named).to.include.members(["domain", "deploymentWindow", "artifactKmsKeyArn", "databaseSnapshot"]);
  });

  for (const [provider, keys] of [
    ["S3", { sourceBucket: "acme", sourceKey: "shop.zip" }],
    ["CodeCommit", { sourceRepository: "shop" }],
    ["ECR", { sourceImageTag: "latest" }],
  ] as const) {
    it(`has a connection instead of the source ${provider}`, () => {
      const { configured, notes } = rehearsed({ sourceProvider: provider, ...keys });
      expect(configured).to.deep.equal({ "shop:sourceRepository": "rehearsal/shop" });
      expect(notes).to.deep.equal([
        `sourceProvider: ${provider} is replaced by a Git repository behind a connection${provider === "ECR" ? ", and its images are built from it" : ""}`,
      ]);
    });
  }

  it("asks for the URL of a MySQL, which the local cloud does not have", () => {
    const own = { sourceRepository: "acme/shop", databaseEngine: "aurora-mysql", parameters: ["KEY"] };
    expect(rehearsed(own)).to.deep.equal({
      configured: { "shop:sourceRepository": "acme/shop", "shop:parameters": ["KEY", "DATABASE_URL"] },
      notes: [
        "databaseEngine: aurora-mysql is left out, since the local cloud has only PostgreSQL; DATABASE_URL needs a value",
      ],
    });
    const postgres = { sourceRepository: "acme/shop", databaseEngine: "aurora-postgresql" };
    expect(rehearsed(postgres).notes).to.deep.equal([]);
  });

  it("takes the architecture of the machine", () => {
    const own = { sourceRepository: "acme/shop" };
    expect(rehearsed(own, "arm64").configured).to.include({ "shop:architecture": "arm64" });
    expect(rehearsed({ ...own, architecture: "arm64" }, "x86_64")).to.deep.equal({
      configured: { "shop:sourceRepository": "acme/shop", "shop:architecture": "x86_64" },
      notes: ["architecture: arm64 is replaced by x86_64, this machine's"],
    });
    expect(rehearsed({ ...own, architecture: "arm64" }, "arm64").notes).to.deep.equal([]);
  });

  it("never asks an address outside of the machine in the smoke test", () => {
    const own = { sourceRepository: "acme/shop", smokeTestUrl: "https://shop.example.com/version?short=1" };
    expect(rehearsed(own)).to.deep.equal({
      configured: { "shop:sourceRepository": "acme/shop", "shop:smokeTestUrl": "/version?short=1" },
      notes: [
        "smokeTestUrl: of https://shop.example.com/version?short=1, only the path is asked, at the load balancer of this machine",
      ],
    });
    expect(rehearsed({ ...own, smokeTestUrl: "/version" }).notes).to.deep.equal([]);
  });

  it("has no way into an AWS account, and no value that is encrypted with the stack's key", () => {
    const own = {
      sourceRepository: "acme/shop",
      "aws:region": "eu-central-1",
      "aws:profile": "shop",
      "aws:assumeRole": { roleArn: "arn" },
      "datadog:apiKey": { secure: "v1:abc" },
    };
    expect(rehearsed(own)).to.deep.equal({
      configured: { "shop:sourceRepository": "acme/shop", "aws:region": "eu-central-1" },
      notes: [
        "aws:profile is left out: no AWS account is used",
        "aws:assumeRole is left out: no AWS account is used",
        "datadog:apiKey is left out: its value is encrypted with a key that the rehearsal does not use",
      ],
    });
  });
});
