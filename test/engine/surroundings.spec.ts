import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";

import { type Engine, parameter, releaseOf, startEngine } from "./engine.ts";
import type { Cloud } from "./recording-cloud.ts";

// Every option of network, load balancer, scaling and alarms, made on the real engine.
describe("the surroundings of an environment", function () {
  this.timeout(120_000);
  let engine: Engine;

  before(async () => {
    engine = await startEngine();
    for (const variable of ["DATABASE_URL", "SECRET_KEY_BASE"]) {
      await engine.change(parameter(`/shop/staging/${variable}`, "there"));
    }
  });
  after(() => engine.close());

  const everything = {
    sourceRepository: "acme/shop",
    domain: "shop.example.com",
    hostedZoneId: "Z0123",
    internalBalancer: "true",
    accessLogs: "true",
    flowLogs: "true",
    vpcEndpoints: "all",
    webAclArn: "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/shop/0",
    maximumCount: "4",
    memoryPercent: "70",
    requestsPerTarget: "500",
    deploymentAlarms: ["errors", "unhealthyHosts", "latency", "cpu", "memory"],
    schedule: ["0 7 ? * MON-FRI * = on", "0 12 ? * MON-FRI * = 2-6", "0 19 ? * MON-FRI * = off"],
  };
  const counts = (desiredCount: number) => (cloud: Cloud) => ({
    ...cloud,
    services: cloud.services.map((service) => ({ ...service, desiredCount })),
  });
  const changed = async () => {
    const { changes } = await engine.run("up", "staging");
    return changes;
  };
  const nothing = { create: 0, update: 0, replace: 0, delete: 0 };

  it("are made by one up; what scales comes with the first up after a release", async () => {
    const { touched } = await engine.run("up", "staging", { configuration: everything });
    expect(touched.filter((type) => /acm|route53|wafv2|vpcEndpoint|flowLog|metricAlarm/.test(type))).to.deep.equal([
      "aws:acm/certificate:Certificate",
      "aws:acm/certificateValidation:CertificateValidation",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "aws:ec2/flowLog:FlowLog",
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "aws:route53/record:Record",
      "aws:wafv2/webAclAssociation:WebAclAssociation",
    ]);
    for (const service of ["shop-staging", "shop-staging-worker"]) await engine.change(releaseOf(service, "aaaaaaa"));
    // Three policies, three actions of the own service, and on and off of the worker; the two targets get their minimum.
    expect(await changed()).to.include({ create: 8, update: 2, replace: 0, delete: 0 });
    expect(await changed()).to.include(nothing);
  });

  it("keep their target group when a container publishes another port, which the service then registers", async () => {
    const file = join(engine.directory, "docker-compose-staging.yml");
    const before = readFileSync(file, "utf8");
    writeFileSync(file, before.replaceAll("8080", "8081"));
    const steps: string[] = [];
    const onEvent = ({ resourcePreEvent: event }: EngineEvent): void => {
      if (event && event.metadata.op !== "same") steps.push(`${event.metadata.op} ${event.metadata.type}`);
    };
    await engine.run("up", "staging", { onEvent });
    expect(steps.filter((step) => /lb\/|ecs\/service/.test(step))).to.deep.equal(["update aws:ecs/service:Service"]);
    writeFileSync(file, before);
    await engine.run("up", "staging");
    expect(await changed()).to.include(nothing);
  });

  it("may have IPv6 in a VPC of their own, by one up; the next changes nothing", async () => {
    await engine.change(parameter("/shop/production/SECRET_KEY_BASE", "there"));
    const configuration = { sourceRepository: "acme/shop", ipv6: "true", natGateways: "perZone", vpcEndpoints: "all" };
    const { touched } = await engine.run("up", "production", { configuration });
    expect(touched.filter((type) => /egress|natGateway|subnet:|vpc:/.test(type))).to.deep.equal([
      "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
      "aws:ec2/natGateway:NatGateway",
      "aws:ec2/subnet:Subnet",
      "aws:ec2/vpc:Vpc",
    ]);
    const { changes } = await engine.run("up", "production");
    expect(changes).to.include(nothing);
  });

  it("are left alone at night, when the schedule has every task off, and by day after it", async () => {
    await engine.change(counts(0));
    expect(await changed()).to.include(nothing);
    await engine.change(counts(1));
    expect(await changed()).to.include(nothing);
  });
});
