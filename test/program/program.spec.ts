import { readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { cloud, only, valueOf } from "../support/cloud.ts";
import { runProgram } from "../support/program.ts";
import { changed, inS3 } from "../support/settings.ts";
import { region } from "../support/cloud-state.ts";
import { line, linesOf } from "./expected-resources.ts";

describe("the program", () => {
  for (const [stack, protect] of [
    ["staging", false],
    ["production", true],
  ] as const) {
    it(`creates ${stack}, every resource in its component, ${protect ? "with" : "without"} protection`, async () => {
      await runProgram({ stack });
      expect(cloud.map(line).toSorted()).to.deep.equal(linesOf(stack, protect).toSorted());
    });
  }

  it("keeps the events of every log group for the configured time", async () => {
    await runProgram({ stack: "staging", config: { "compose-ecs-pipeline:logRetentionDays": "7" } });
    const groups = cloud.filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup");
    expect(groups.map(({ inputs }) => [inputs["name"], inputs["retentionInDays"]])).to.deep.equal([
      ["/aws/codebuild/shop-staging-build", 7],
      ["/ecs/shop-staging", 7],
      ["/aws/codebuild/shop-staging-migrate", 7],
      ["/aws/codebuild/shop-staging-verify", 7],
    ]);
  });

  const connection = "aws:codeconnections/connection:Connection shop-staging";

  for (const sourceProvider of ["GitLab", "Bitbucket"]) {
    it(`creates the same for a source at ${sourceProvider}, with a connection to it`, async () => {
      await runProgram({ stack: "staging", config: changed({ sourceProvider }) });
      expect(cloud.map(line).toSorted()).to.deep.equal(linesOf("staging", false).toSorted());
      expect(only("aws:codeconnections/connection:Connection").inputs).to.deep.equal({
        name: "shop-staging",
        providerType: sourceProvider,
      });
    });
  }

  for (const [title, change] of [
    ["CodeCommit", { sourceProvider: "CodeCommit", sourceRepository: "shop" }],
    ["S3", inS3],
  ] as const) {
    it(`creates for a source in ${title} a rule that starts the pipeline, with its own role, and no connection`, async () => {
      await runProgram({ stack: "staging", config: changed(change) });
      const others = linesOf("staging", false).filter((text) => text !== connection);
      const rule = [
        "aws:cloudwatch/eventRule:EventRule shop-staging-start in EventTrigger shop-staging-start",
        "aws:cloudwatch/eventTarget:EventTarget shop-staging-start in EventTrigger shop-staging-start",
        "aws:iam/role:Role shop-staging-start in ActorRole shop-staging-start",
        "aws:iam/rolePolicy:RolePolicy shop-staging-start-statements in ActorRole shop-staging-start",
        "compose-ecs-pipeline:index:ActorRole shop-staging-start in EventTrigger shop-staging-start",
        "compose-ecs-pipeline:index:EventTrigger shop-staging-start in Pipeline shop-staging",
      ];
      expect(cloud.map(line).toSorted()).to.deep.equal([...others, ...rule].toSorted());
    });
  }

  for (const [stack, inside] of [
    ["staging", []],
    ["production", ["EgressOnlyInternetGateway shop-production-vpc", "NatGateway shop-production-vpc-public-1"]],
  ] as const) {
    it(`can have IPv6 on ${stack}, from the address to the tasks' internet access`, async () => {
      const asked = { ipv6: "true", domain: "shop.example.com", hostedZoneId: "Z1" };
      const config = Object.fromEntries(
        Object.entries(asked).map(([key, value]) => [`compose-ecs-pipeline:${key}`, value]),
      );
      await runProgram({ stack, config });
      const prefix = `shop-${stack}`;
      expect(only("aws:lb/loadBalancer:LoadBalancer").inputs["ipAddressType"]).to.equal("dualstack");
      const rules = cloud.filter(({ inputs }) => inputs["cidrIpv6"] === "::/0").map(({ name }) => name);
      expect(rules).to.have.members([`${prefix}-http-in-::/0`, `${prefix}-https-in-::/0`, `${prefix}-tasks-out-ipv6`]);
      const records = cloud.filter(({ type }) => type === "aws:route53/record:Record");
      expect(records.map(({ inputs }) => inputs["type"])).to.have.members(["CNAME", "A", "AAAA"]);
      const subnets = cloud.filter(({ type }) => type === "aws:ec2/subnet:Subnet");
      expect(subnets.map(({ inputs }) => typeof inputs["ipv6CidrBlock"])).to.deep.equal(subnets.map(() => "string"));
      const gateways = cloud.filter(({ type }) => /ec2.*(Egress|Nat)/.test(type));
      expect(gateways.map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`)).to.have.members([...inside]);
      expect(cloud.some(({ type }) => type === "awsx:ec2:Vpc")).to.equal(false);
    });
  }

  it("has one output for people and verbs, and for now also each of its values separately", async () => {
    const { environment, ...alone } = await runProgram({ stack: "staging" });
    const output: unknown = await valueOf(pulumi.output(environment));
    const { format, version, ...values } = output as Readonly<Record<string, unknown>>;
    const definition = (family: string) => `arn:aws:ecs:${region}:000000000000:task-definition/${family}:1`;
    const uri = (image: string) => `000000000000.dkr.ecr.${region}.amazonaws.com/shop/staging/${image}`;
    const { templates, ...others } = values;
    const { version: own } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };
    expect([format, version]).to.deep.equal([1, own]);
    expect(others).to.deep.equal({
      region,
      accountId: "000000000000",
      url: `http://shop-staging.${region}.elb.amazonaws.com`,
      pipelineName: "shop-staging",
      clusterName: "shop-staging",
      serviceNames: ["shop-staging", "shop-staging-worker"],
      releaseFamilies: ["shop-staging-migrate"],
      madeRevisions: Object.fromEntries(
        ["shop-staging", "shop-staging-worker", "shop-staging-migrate"].map((family) => [family, definition(family)]),
      ),
      taskCounts: { "shop-staging": { least: 2, most: 2 }, "shop-staging-worker": { least: 1, most: 1 } },
      deploymentAlarms: [],
      repositories: { proxy: uri("proxy"), web: uri("web") },
      logGroup: "/ecs/shop-staging",
      parameterPath: "/shop/staging",
      rollbackHold: "/shop/staging/.release/rollback-hold",
      verbLock: "/shop/staging/.release/lock",
    });
    expect(Object.keys(templates as object)).to.deep.equal(["shop-staging", "shop-staging-worker"]);
    expect(await valueOf(pulumi.output(alone))).to.deep.equal(values);
  });

  it("passes a secret to one parameter, encrypted, and to nothing else", async () => {
    const secret = randomUUID();
    await runProgram({ stack: "staging", config: { "secrets:DATABASE_URL": secret } });
    const holders = cloud.filter(({ inputs }) => JSON.stringify(inputs).includes(secret));
    expect(holders.map(({ type, name, secrets }) => [type, name, secrets])).to.deep.equal([
      ["aws:ssm/parameter:Parameter", "shop-staging-DATABASE_URL", ["value"]],
    ]);
  });
});
