import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";
import { costEstimate, type TaskCount } from "../../../scripts/up/cost-estimate.ts";
import { cloud } from "../../support/cloud.ts";
import { commandLine } from "../../support/command-line.ts";
import { runProgram } from "../../support/program.ts";

const priced = ({ lines }: ReturnType<typeof costEstimate>) =>
  lines.map(({ what, monthly }) => [what, monthly.toFixed(2)]);

const resource = (type: string, name: string, inputs: Readonly<Record<string, unknown>> = {}) => ({
  type,
  name,
  inputs,
});
const task = resource("aws:ecs/taskDefinition:TaskDefinition", "shop", { cpu: "256", memory: "512" });

/** A step of a preview that would create a resource, or that contains the stack's outputs. */
const step = (type: string, name: string, state: object) => ({
  type,
  urn: `urn:pulumi:s::p::${type}::${name}`,
  new: state,
});

describe("what an environment costs", () => {
  for (const [stack, expected] of [
    [
      "staging",
      [
        ["shop-staging: 2 tasks of 0.5 vCPU, 1 GiB", "36.04"],
        ["shop-staging-worker: 1 task of 0.25 vCPU, 0.5 GiB", "9.01"],
        ["public address of a task, 3 times", "10.95"],
        ["load balancer with one capacity unit", "29.57"],
      ],
    ],
    [
      "production",
      [
        ["shop-production: 2 tasks of 1 vCPU, 2 GiB; up to 6 tasks, $216.24", "72.08"],
        ["shop-production-worker: 1 task of 0.25 vCPU, 0.5 GiB", "9.01"],
        ["load balancer with one capacity unit", "29.57"],
        ["database db.t4g.small with 20 GiB in two zones", "51.32"],
        ["alarm, 7 times", "0.70"],
        ["dashboard", "3.00"],
      ],
    ],
  ] as const) {
    it(`is the price of the tasks and of what is around them, for ${stack} as its file is here`, async () => {
      const outputs = await runProgram({ stack });
      expect(priced(costEstimate(cloud, outputs["taskCounts"] as Readonly<Record<string, TaskCount>>))).to.deep.equal(
        expected,
      );
    });
  }

  it("has a price for each part: addresses, gateways, endpoints, databases, caches", () => {
    const parts = [
      task,
      resource("aws:ecs/service:Service", "shop", { networkConfiguration: { assignPublicIp: true } }),
      resource("aws:lb/loadBalancer:LoadBalancer", "shop", { internal: true }),
      resource("aws:ec2/natGateway:NatGateway", "shop"),
      resource("aws:ec2/vpcEndpoint:VpcEndpoint", "s3", { vpcEndpointType: "Gateway" }),
      resource("aws:ec2/vpcEndpoint:VpcEndpoint", "ecr", {
        vpcEndpointType: "Interface",
        subnetIds: ["a", "b"],
        serviceName: "com.amazonaws.us-east-1.ecr.api",
      }),
      resource("aws:rds/cluster:Cluster", "shop", {
        serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 4 },
      }),
      resource("aws:elasticache/replicationGroup:ReplicationGroup", "shop", {
        nodeType: "cache.t4g.micro",
        numCacheClusters: 2,
      }),
    ];
    expect(priced(costEstimate(parts, { shop: { least: 1, most: 1 } }))).to.deep.equal([
      ["shop: 1 task of 0.25 vCPU, 0.5 GiB", "9.01"],
      ["public address of a task", "3.65"],
      ["load balancer with one capacity unit", "22.27"],
      ["NAT gateway with its address", "36.50"],
      ["endpoint ecr.api in 2 zones", "14.60"],
      ["Aurora with 0.5 capacity units; up to 4, $350.40", "43.80"],
      ["cache of 2 cache.t4g.micro", "18.69"],
    ]);
  });

  it("is lower on ARM64, and names what has no price", () => {
    const arm = { ...task, inputs: { ...task.inputs, runtimePlatform: { cpuArchitecture: "ARM64" } } };
    const large = resource("aws:rds/instance:Instance", "shop", { instanceClass: "db.x9.huge", allocatedStorage: 20 });
    const estimate = costEstimate([arm, large], { shop: { least: 1, most: 1 } });
    expect(priced(estimate)).to.deep.equal([["shop: 1 task of 0.25 vCPU, 0.5 GiB", "7.21"]]);
    expect(estimate.notCounted).to.deep.equal([
      "the database: no price for db.x9.huge is known here",
      "builds, by the minute",
      "logs, $0.5 a GB; images, $0.1 a GB and month; traffic",
    ]);
  });

  /** A preview of one service, which reports this region. */
  const preview =
    (region?: string) =>
    ({ onEvent }: { readonly onEvent?: (event: EngineEvent) => void }) => {
      for (const { type, name, inputs } of [task])
        onEvent?.({ resourcePreEvent: { metadata: step(type, name, { inputs }) } } as unknown as EngineEvent);
      const outputs = { environment: { region, taskCounts: { shop: { least: 2, most: 2 } } } };
      const metadata = step("pulumi:pulumi:Stack", "stack", { outputs });
      onEvent?.({ resOutputsEvent: { metadata } } as unknown as EngineEvent);
      return Promise.resolve({
        changes: { create: 0, same: 0, update: 0, replace: 0, delete: 0 },
        outputs: {},
        diagnostics: [],
      });
    };

  it("is printed by the verb from a preview, in words or as JSON", async () => {
    const run = preview("us-east-1");
    const { code, out } = await commandLine("cost --stack staging", { project: { run } });
    expect([code, out]).to.deep.equal([
      0,
      [
        "staging: USD a month, at AWS's list prices of November 2026 for us-east-1, without taxes and free tiers",
        "    $18.02  shop: 2 tasks of 0.25 vCPU, 0.5 GiB",
        "    $18.02  in total, without any traffic",
        "billed by use, not included:",
        "  builds, by the minute",
        "  logs, $0.5 a GB; images, $0.1 a GB and month; traffic",
        "what settings would change:",
        "  desiredCount: $9.01 for each further task of shop",
        "  architecture: arm64 takes 20 % off the tasks",
        "  x-ecs.spot: up to 70 % off the tasks that run on Spot",
        "  natGateways: $36.50 each",
      ],
    ]);
    const json = await commandLine("cost --stack staging --json", { project: { run } });
    const { monthly, ...told } = JSON.parse(json.out.join("")) as Record<string, unknown>;
    expect(Number(monthly).toFixed(2)).to.equal("18.02");
    expect(told).to.include({ asOf: "November 2026", region: "us-east-1", stackRegion: "us-east-1" });
  });

  it("comes with a note if the environment's region is another one or not known: these are not its prices", async () => {
    const world = { project: { run: preview("eu-central-1") } };
    const { out } = await commandLine("cost --stack staging", world);
    expect(out.slice(0, 3)).to.deep.equal([
      "staging: USD a month, at AWS's list prices of November 2026 for us-east-1, without taxes and free tiers",
      "staging: its region is eu-central-1, so these are not its prices; AWS's calculator has them: https://calculator.aws",
      "    $18.02  shop: 2 tasks of 0.25 vCPU, 0.5 GiB",
    ]);
    const json = JSON.parse((await commandLine("cost --stack staging --json", world)).out.join("")) as object;
    expect(json).to.include({ region: "us-east-1", stackRegion: "eu-central-1" });
    const [, second] = (await commandLine("cost --stack staging", { project: { run: preview() } })).out;
    expect(second).to.equal(
      "staging: its region is not known, so these are not its prices; AWS's calculator has them: https://calculator.aws",
    );
  });
});
