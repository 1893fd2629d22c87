import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { balancerEntries } from "../../../components/balancer/balancer-entry.ts";
import { loadBalancerFor, type BalancerSettings } from "../../../components/balancer/load-balancer.ts";
import { Network } from "../../../components/network/network.ts";
import { plainBalancer } from "../../support/balancer.ts";
import { cloud, only, seen, settled, startCloud, valueOf } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";
import { plan } from "../../support/plans.ts";
import { container, task } from "../../support/task.ts";

const web = plan(task());
const api = plan(
  task({
    name: "api",
    containers: [container("api", { ports: [4000], stopTimeoutSeconds: 90 })],
    entry: { container: "api", port: 4000, rule: { paths: ["/api/*"], hosts: ["*.example.com"] }, stickySeconds: 600 },
  }),
);

/** The load balancer of these services, with what a stack asks of it. */
function make(plans = [web], balancer: Partial<BalancerSettings> = {}, protect = false) {
  const existing = { vpcId: "vpc-1", publicSubnetIds: ["subnet-a", "subnet-b"], privateSubnetIds: ["subnet-c"] };
  return loadBalancerFor("shop-staging", {
    plan: {
      names: staging,
      entries: balancerEntries(plans, undefined),
      settings: { ...plainBalancer, ...balancer },
      logRetentionDays: 14,
      protect,
    },
    network: new Network("shop-staging", { vpcCidr: "10.0.0.0/16", natGateways: "none", existing }),
    cluster: { securityGroupId: pulumi.output("sg-tasks") },
  });
}

const elb = (resource: string) => `arn:aws:elasticloadbalancing:us-east-1:000000000000:${resource}`;
const balancerArn = elb("loadbalancer/app/shop-staging/0");
const targets = elb("targetgroup/shop-staging/0");
const inside = { parent: "LoadBalancer shop-staging" };

describe("the load balancer", () => {
  beforeEach(() => startCloud());

  it("forwards HTTP from anywhere to the tasks' port, and takes over the resources that belonged to the ECS service", async () => {
    const balancer = make();
    await settled();
    const http = { ipProtocol: "tcp", fromPort: 80, toPort: 80 };
    const port = { ipProtocol: "tcp", fromPort: 3000, toPort: 3000 };
    const moved = { ...inside, aliases: ["in EcsService shop-staging"] };
    expect(seen().filter(([type]) => !type.endsWith(":Network"))).to.deep.equal([
      [
        "aws:ec2/securityGroup:SecurityGroup",
        "shop-staging-balancer",
        { description: "load balancer: HTTP from anywhere", vpcId: "vpc-1" },
        inside,
      ],
      [
        "aws:lb/listener:Listener",
        "shop-staging-http",
        {
          defaultActions: [{ targetGroupArn: targets, type: "forward" }],
          loadBalancerArn: balancerArn,
          port: 80,
          protocol: "HTTP",
        },
        inside,
      ],
      [
        "aws:lb/loadBalancer:LoadBalancer",
        "shop-staging",
        {
          dropInvalidHeaderFields: true,
          enableDeletionProtection: false,
          idleTimeout: 60,
          loadBalancerType: "application",
          name: "shop-staging",
          securityGroups: ["shop-staging-balancer-id"],
          subnets: ["subnet-a", "subnet-b"],
        },
        inside,
      ],
      [
        "aws:lb/targetGroup:TargetGroup",
        "shop-staging",
        {
          deregistrationDelay: 30,
          healthCheck: {
            healthyThreshold: 2,
            interval: 10,
            matcher: "200",
            path: "/health",
            timeout: 5,
            unhealthyThreshold: 3,
          },
          name: "shop-staging",
          port: 3000,
          protocol: "HTTP",
          targetType: "ip",
          vpcId: "vpc-1",
        },
        { ...inside, ignoreChanges: ["port"] },
      ],
      [
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "shop-staging-balancer-to-tasks",
        { ...port, referencedSecurityGroupId: "sg-tasks", securityGroupId: "shop-staging-balancer-id" },
        moved,
      ],
      [
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "shop-staging-http-in",
        { ...http, cidrIpv4: "0.0.0.0/0", securityGroupId: "shop-staging-balancer-id" },
        inside,
      ],
      [
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "shop-staging-tasks-from-balancer",
        { ...port, referencedSecurityGroupId: "shop-staging-balancer-id", securityGroupId: "sg-tasks" },
        moved,
      ],
      ["compose-ecs-pipeline:index:LoadBalancer", "shop-staging", {}, { aliases: ["in EcsService shop-staging"] }],
    ]);
    expect(balancer && (await valueOf(balancer.url))).to.equal("http://shop-staging.us-east-1.elb.amazonaws.com");
  });

  it("does not exist if no service publishes a port", async () => {
    expect(make([plan(task({ entry: undefined }))])).to.equal(undefined);
    await settled();
    expect(cloud.filter(({ type }) => type.startsWith("aws:"))).to.deep.equal([]);
  });

  it("sends each service with a rule its requests, sticky if configured, and opens each port once", async () => {
    const also = plan(
      task({ name: "admin", entry: { container: "web", port: 3000, rule: { paths: ["/admin"], hosts: [] } } }),
    );
    const balancer = make([web, api, also]);
    await settled();
    const rules = cloud.filter(({ type }) => type === "aws:lb/listenerRule:ListenerRule").map(({ inputs }) => inputs);
    const ruled = (service: string) => elb(`targetgroup/${staging.targetGroup(`shop-staging-${service}`)}/0`);
    const listenerArn = elb("listener/app/shop-staging-http/0");
    expect(rules).to.deep.equal([
      {
        listenerArn,
        priority: 25138,
        conditions: [{ pathPattern: { values: ["/admin"] } }],
        actions: [{ type: "forward", targetGroupArn: ruled("admin") }],
      },
      {
        listenerArn,
        priority: 12297,
        conditions: [{ hostHeader: { values: ["*.example.com"] } }, { pathPattern: { values: ["/api/*"] } }],
        actions: [{ type: "forward", targetGroupArn: ruled("api") }],
      },
    ]);
    const group = only("aws:lb/targetGroup:TargetGroup", "shop-staging-to-shop-staging-api").inputs;
    expect([group["deregistrationDelay"], group["stickiness"]]).to.deep.equal([
      90,
      { type: "lb_cookie", enabled: true, cookieDuration: 600 },
    ]);
    const opened = cloud
      .filter(({ type }) => type.endsWith("EgressRule"))
      .map(({ name, inputs }) => [name, inputs["toPort"]]);
    expect(opened).to.deep.equal([
      ["shop-staging-balancer-to-tasks", 3000],
      ["shop-staging-balancer-to-tasks-4000", 4000],
    ]);
    expect(Object.keys(balancer?.targets ?? {})).to.deep.equal([
      "shop-staging",
      "shop-staging-api",
      "shop-staging-admin",
    ]);
  });

  it("ends TLS at its domain with a certificate that is validated in the zone, and sends HTTP there", async () => {
    const balancer = make([web], { https: { domain: "shop.example.com", hostedZoneId: "Z1" } });
    await settled();
    const listeners = cloud.filter(({ type }) => type === "aws:lb/listener:Listener").map(({ inputs }) => inputs);
    expect(listeners).to.deep.equal([
      {
        defaultActions: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } }],
        loadBalancerArn: balancerArn,
        port: 80,
        protocol: "HTTP",
      },
      {
        certificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/shop-staging",
        defaultActions: [{ type: "forward", targetGroupArn: targets }],
        loadBalancerArn: balancerArn,
        port: 443,
        protocol: "HTTPS",
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
      },
    ]);
    const records = cloud.filter(({ type }) => type === "aws:route53/record:Record").map(({ inputs }) => inputs);
    expect(records).to.deep.equal([
      {
        zoneId: "Z1",
        name: "shop.example.com",
        type: "A",
        aliases: [{ name: "shop-staging.us-east-1.elb.amazonaws.com", zoneId: "Z0", evaluateTargetHealth: false }],
      },
      {
        zoneId: "Z1",
        name: "_0.shop.example.com.",
        type: "CNAME",
        records: ["_1.acm-validations.aws."],
        ttl: 300,
        allowOverwrite: true,
      },
    ]);
    expect(only("aws:acm/certificateValidation:CertificateValidation").inputs).to.deep.equal({
      certificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/shop-staging",
      validationRecordFqdns: ["_0.shop.example.com."],
    });
    expect(balancer && (await valueOf(balancer.url))).to.equal("https://shop.example.com");
  });

  it("uses an existing certificate, and creates no record without a hosted zone", async () => {
    const certificateArn = "arn:aws:acm:us-east-1:000000000000:certificate/0";
    make([web], { https: { domain: "shop.example.com", certificateArn } });
    await settled();
    expect(cloud.filter(({ type }) => /^aws:(acm|route53)/.test(type))).to.deep.equal([]);
    expect(only("aws:lb/listener:Listener", "shop-staging-https").inputs["certificateArn"]).to.equal(certificateArn);
  });

  it("can be protected, logged, internal, limited to some addresses and behind a web ACL", async () => {
    const webAclArn = "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/shop/0";
    make([web], { internal: true, allowedRanges: ["10.1.0.0/16"], accessLogs: true, webAclArn }, true);
    await settled();
    const { inputs, dependencies } = only("aws:lb/loadBalancer:LoadBalancer");
    const { internal, subnets, accessLogs, enableDeletionProtection } = inputs;
    const bucket = `shop-staging-access-000000000000-us-east-1`;
    expect({ internal, subnets, accessLogs, enableDeletionProtection }).to.deep.equal({
      internal: true,
      subnets: ["subnet-c"],
      accessLogs: { bucket, enabled: true },
      enableDeletionProtection: true,
    });
    expect(dependencies).to.include("BucketPolicy shop-staging-access-logs");
    expect(only("aws:wafv2/webAclAssociation:WebAclAssociation").inputs).to.deep.equal({
      resourceArn: balancerArn,
      webAclArn,
    });
    const policy = JSON.parse(String(only("aws:s3/bucketPolicy:BucketPolicy").inputs["policy"])) as {
      Statement: unknown[];
    };
    expect(policy.Statement[0]).to.deep.equal({
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: ["s3:PutObject"],
      Resource: `arn:aws:s3:::${bucket}/AWSLogs/000000000000/*`,
    });
    const ranges = cloud.filter(({ name }) => name.includes("http-in")).map(({ inputs: rule }) => rule["cidrIpv4"]);
    expect(ranges).to.deep.equal(["10.1.0.0/16"]);
  });

  it("has IPv6 addresses, and lets IPv6 in, if its subnets have them", async () => {
    make([web], { ipv6: true, https: { domain: "shop.example.com", hostedZoneId: "Z1" } });
    await settled();
    expect(only("aws:lb/loadBalancer:LoadBalancer").inputs["ipAddressType"]).to.equal("dualstack");
    const ranges = cloud
      .filter(({ name }) => /https?-in/.test(name))
      .map(({ name, inputs }) => [name, inputs["cidrIpv4"] ?? inputs["cidrIpv6"]]);
    expect(ranges).to.deep.equal([
      ["shop-staging-http-in", "0.0.0.0/0"],
      ["shop-staging-http-in-::/0", "::/0"],
      ["shop-staging-https-in", "0.0.0.0/0"],
      ["shop-staging-https-in-::/0", "::/0"],
    ]);
    const addresses = cloud.filter(({ inputs }) => inputs["aliases"] !== undefined).map(({ inputs }) => inputs["type"]);
    expect(addresses).to.deep.equal(["A", "AAAA"]);
  });
});
