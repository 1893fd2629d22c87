import { expect } from "chai";
import { LoadBalancer } from "../../components/load-balancer.ts";
import { Network } from "../../components/network.ts";
import { seen, settled, startCloud } from "../support/cloud.ts";
import { staging } from "../support/names.ts";

describe("the load balancer", () => {
  beforeEach(() => startCloud());

  it("takes HTTP from anywhere to the tasks' one port, and judges them by the health check's path", async () => {
    const existing = { vpcId: "vpc-1", publicSubnetIds: ["subnet-a", "subnet-b"], privateSubnetIds: ["subnet-c"] };
    const network = new Network("shop-staging", { vpcCidr: "10.0.0.0/16", natGateways: "none", existing });
    new LoadBalancer("shop-staging", {
      names: staging,
      network,
      port: 8080,
      healthCheckPath: "/health",
      deregistrationDelaySeconds: 30,
    });
    await settled();
    expect(seen()).to.deep.equal([
      [
        "aws:ec2/securityGroup:SecurityGroup",
        "shop-staging-balancer",
        { description: "load balancer: HTTP from anywhere", vpcId: "vpc-1" },
        { parent: "LoadBalancer shop-staging" },
      ],
      [
        "aws:lb/listener:Listener",
        "shop-staging-http",
        {
          defaultActions: [
            {
              targetGroupArn: "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/shop-staging/0",
              type: "forward",
            },
          ],
          loadBalancerArn: "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/shop-staging/0",
          port: 80,
          protocol: "HTTP",
        },
        { parent: "LoadBalancer shop-staging" },
      ],
      [
        "aws:lb/loadBalancer:LoadBalancer",
        "shop-staging",
        {
          dropInvalidHeaderFields: true,
          loadBalancerType: "application",
          name: "shop-staging",
          securityGroups: ["shop-staging-balancer-id"],
          subnets: ["subnet-a", "subnet-b"],
        },
        { parent: "LoadBalancer shop-staging" },
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
          port: 8080,
          protocol: "HTTP",
          targetType: "ip",
          vpcId: "vpc-1",
        },
        { parent: "LoadBalancer shop-staging" },
      ],
      [
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "shop-staging-http-in",
        {
          cidrIpv4: "0.0.0.0/0",
          fromPort: 80,
          ipProtocol: "tcp",
          securityGroupId: "shop-staging-balancer-id",
          toPort: 80,
        },
        { parent: "LoadBalancer shop-staging" },
      ],
      ["compose-ecs-pipeline:index:LoadBalancer", "shop-staging", {}, {}],
      ["compose-ecs-pipeline:index:Network", "shop-staging", {}, {}],
    ]);
  });
});
