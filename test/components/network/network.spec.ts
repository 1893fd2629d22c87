import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { Network } from "../../../components/network/network.ts";
import { securityGroup } from "../../../components/kit/security-group.ts";
import { cloud, only, seen, settled, startCloud, valueOf } from "../../support/cloud.ts";

describe("the network", () => {
  beforeEach(() => startCloud());

  it("gives tasks public addresses if there is no NAT gateway, and has private subnets for later", async () => {
    const network = new Network("shop-staging", { vpcCidr: "10.0.0.0/16", natGateways: "none" });
    await settled();
    expect(seen()).to.deep.equal([
      [
        "awsx:ec2:Vpc",
        "shop-staging-vpc",
        {
          cidrBlock: "10.0.0.0/16",
          enableDnsHostnames: true,
          natGateways: { strategy: "None" },
          numberOfAvailabilityZones: 2,
          subnetSpecs: [{ type: "Public" }, { type: "Private" }],
          subnetStrategy: "Auto",
        },
        { parent: "Network shop-staging" },
      ],
      ["compose-ecs-pipeline:index:Network", "shop-staging", {}, {}],
    ]);
    expect(network.assignPublicIp).to.equal(true);
    expect(await valueOf(network.taskSubnetIds)).to.deep.equal(await valueOf(network.publicSubnetIds));
  });

  it("has private subnets for the tasks if there is a NAT gateway", async () => {
    const network = new Network("shop-production", { vpcCidr: "10.1.0.0/16", natGateways: "single" });
    await settled();
    expect(only("awsx:ec2:Vpc").inputs).to.deep.equal({
      cidrBlock: "10.1.0.0/16",
      enableDnsHostnames: true,
      natGateways: { strategy: "Single" },
      numberOfAvailabilityZones: 2,
      subnetSpecs: [{ type: "Public" }, { type: "Private" }],
      subnetStrategy: "Auto",
    });
    expect(network.assignPublicIp).to.equal(false);
    expect(await valueOf(network.taskSubnetIds)).to.deep.equal([
      "subnet-shop-production-vpc-private-a",
      "subnet-shop-production-vpc-private-b",
    ]);
  });

  it("can have a gateway in each zone", async () => {
    new Network("shop-production", { vpcCidr: "10.1.0.0/16", natGateways: "perZone" });
    await settled();
    expect(only("awsx:ec2:Vpc").inputs["natGateways"]).to.deep.equal({ strategy: "OnePerAz" });
  });

  it("can have the free gateway endpoint of S3", async () => {
    new Network("shop-staging", {
      vpcCidr: "10.0.0.0/16",
      natGateways: "none",
      vpcEndpoints: "s3",
      region: "us-east-1",
    });
    await settled();
    expect(seen().filter(([type]) => type.startsWith("aws:"))).to.deep.equal([
      [
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "shop-staging-s3",
        {
          routeTableIds: ["rtb-shop-staging-vpc-a", "rtb-shop-staging-vpc-b"],
          serviceName: "com.amazonaws.us-east-1.s3",
          vpcEndpointType: "Gateway",
          vpcId: "vpc-shop-staging-vpc",
        },
        { parent: "Network shop-staging" },
      ],
    ]);
  });

  it("keeps the subnets of an earlier layout", async () => {
    for (const [layout, types] of [
      ["public", ["Public"]],
      ["public-isolated", ["Public", "Isolated"]],
    ] as const) {
      await startCloud();
      new Network("shop-staging", { vpcCidr: "10.0.0.0/16", natGateways: "none", layout });
      await settled();
      expect(only("awsx:ec2:Vpc").inputs["subnetSpecs"], layout).to.deep.equal(types.map((type) => ({ type })));
    }
  });

  it("has an endpoint for shells in containers only if tasks have no internet access", async () => {
    const shells: unknown[] = [];
    for (const [natGateways, executeCommand] of [
      ["none", true],
      ["none", false],
      ["single", true],
    ] as const) {
      await startCloud();
      const asked = { natGateways, executeCommand, vpcEndpoints: "all", region: "us-east-1" } as const;
      new Network("shop-staging", { vpcCidr: "10.0.0.0/16", ...asked });
      await settled();
      const names = cloud.map(({ inputs }) => inputs["serviceName"]);
      shells.push(names.filter((name) => String(name).endsWith(".ssmmessages")));
    }
    expect(shells).to.deep.equal([["com.amazonaws.us-east-1.ssmmessages"], [], []]);
  });

  it("lets no task start before its endpoints exist", async () => {
    const asked = { natGateways: "none", vpcEndpoints: "all", region: "us-east-1" } as const;
    const network = new Network("shop-staging", { vpcCidr: "10.0.0.0/16", ...asked });
    new aws.elasticache.SubnetGroup("after", { subnetIds: network.taskSubnetIds });
    await settled();
    const { dependencies } = only("aws:elasticache/subnetGroup:SubnetGroup");
    const endpoints = ["ecr-api", "ecr-dkr", "logs", "s3", "ssm"].map((name) => `VpcEndpoint shop-staging-${name}`);
    expect(dependencies).to.include.members([...endpoints, "SecurityGroupIngressRule shop-staging-endpoints-from-vpc"]);
  });

  it("keeps tasks in subnets without internet access if endpoints lead to all they need, and opens these only to the VPC", async () => {
    const network = new Network("shop-staging", {
      vpcCidr: "10.0.0.0/16",
      natGateways: "none",
      vpcEndpoints: "all",
      region: "us-east-1",
    });
    await settled();
    const endpoints = cloud.filter(({ type }) => type === "aws:ec2/vpcEndpoint:VpcEndpoint");
    expect(endpoints.map(({ inputs }) => [inputs["serviceName"], inputs["vpcEndpointType"]])).to.deep.equal([
      ["com.amazonaws.us-east-1.ecr.api", "Interface"],
      ["com.amazonaws.us-east-1.ecr.dkr", "Interface"],
      ["com.amazonaws.us-east-1.logs", "Interface"],
      ["com.amazonaws.us-east-1.s3", "Gateway"],
      ["com.amazonaws.us-east-1.ssm", "Interface"],
    ]);
    const inside = ["subnet-shop-staging-vpc-private-a", "subnet-shop-staging-vpc-private-b"];
    expect(endpoints[0]?.inputs).to.deep.equal({
      privateDnsEnabled: true,
      securityGroupIds: ["shop-staging-endpoints-id"],
      serviceName: "com.amazonaws.us-east-1.ecr.api",
      subnetIds: inside,
      vpcEndpointType: "Interface",
      vpcId: "vpc-shop-staging-vpc",
    });
    expect(only("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs).to.deep.equal({
      cidrIpv4: "10.0.0.0/16",
      fromPort: 443,
      ipProtocol: "tcp",
      securityGroupId: "shop-staging-endpoints-id",
      toPort: 443,
    });
    expect(only("awsx:ec2:Vpc").inputs["subnetSpecs"]).to.deep.equal([{ type: "Public" }, { type: "Private" }]);
    expect(network.assignPublicIp).to.equal(false);
    expect(await valueOf(network.taskSubnetIds)).to.deep.equal(inside);
  });

  const existing = { vpcId: "vpc-1", publicSubnetIds: ["subnet-a", "subnet-b"], privateSubnetIds: ["subnet-c"] };

  it("creates nothing if a network exists", async () => {
    const network = new Network("shop-staging", { vpcCidr: "10.0.0.0/16", natGateways: "none", existing });
    await settled();
    expect(seen()).to.deep.equal([["compose-ecs-pipeline:index:Network", "shop-staging", {}, {}]]);
    const { vpcId, publicSubnetIds, taskSubnetIds } = network;
    expect(await Promise.all([valueOf(vpcId), valueOf(publicSubnetIds), valueOf(taskSubnetIds)])).to.deep.equal([
      "vpc-1",
      ["subnet-a", "subnet-b"],
      ["subnet-c"],
    ]);
    expect(network.assignPublicIp).to.equal(false);
  });

  it("uses one subnet of each zone of an existing network for resources that exist once in each zone", async () => {
    const zones = { "subnet-c": "us-east-1a", "subnet-d": "us-east-1a", "subnet-e": "us-east-1b" };
    const network = new Network("shop-staging", {
      vpcCidr: "10.0.0.0/16",
      natGateways: "none",
      existing: { ...existing, privateSubnetIds: Object.keys(zones), zones },
    });
    expect(await Promise.all(network.zonedSubnetIds.map(valueOf))).to.deep.equal(["subnet-c", "subnet-e"]);
  });

  it("gives tasks public addresses in an existing network without private subnets", async () => {
    const network = new Network("shop-staging", {
      vpcCidr: "10.0.0.0/16",
      natGateways: "single",
      existing: { ...existing, privateSubnetIds: [] },
    });
    await settled();
    expect(network.assignPublicIp).to.equal(true);
    expect(await valueOf(network.taskSubnetIds)).to.deep.equal(["subnet-a", "subnet-b"]);
  });

  it("lets nothing in by itself", async () => {
    const network = new Network("shop-staging", { vpcCidr: "10.0.0.0/16", natGateways: "none", existing });
    securityGroup("shop-staging-tasks", { vpcId: network.vpcId, description: "tasks" }, { parent: network });
    await settled();
    expect(only("aws:ec2/securityGroup:SecurityGroup").inputs).to.deep.equal({ description: "tasks", vpcId: "vpc-1" });
  });
});
