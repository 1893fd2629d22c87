import { expect } from "chai";
import { cloud, only, seen, settled, startCloud, valueOf } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";
import { plan } from "../../support/plans.ts";
import { task } from "../../support/task.ts";
import { web, api, make, elb, balancerArn, targets, inside } from "./balancer-bench.ts";

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
});
