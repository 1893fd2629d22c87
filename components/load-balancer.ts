import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "./names.ts";
import { securityGroup, type Network } from "./network.ts";

export interface LoadBalancerArgs {
  readonly names: Names;
  readonly network: Network;
  /** Port of the container that requests are passed on to. */
  readonly port: number;
  /** Path that answers 200 when a task can serve. */
  readonly healthCheckPath: string;
  /** Seconds a task that is going keeps its open requests. */
  readonly deregistrationDelaySeconds: number;
}

/** The Application Load Balancer of one environment: HTTP in, to the one container that publishes a port. */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly dnsName: pulumi.Output<string>;
  /** What metrics name it by: the end of its ARN, from `app/`. */
  readonly arnSuffix: pulumi.Output<string>;
  readonly targetGroupArn: pulumi.Output<string>;
  /** The only group that tasks let in. */
  readonly securityGroupId: pulumi.Output<string>;
  /** The listener: a service may only be made behind a target group that has one. */
  readonly listener: pulumi.Resource;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:LoadBalancer", name, {}, opts);
    const group = securityGroup(
      `${name}-balancer`,
      { vpcId: args.network.vpcId, description: "load balancer: HTTP from anywhere" },
      { parent: this },
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-http-in`,
      { securityGroupId: group.id, cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp", fromPort: 80, toPort: 80 },
      { parent: this },
    );
    const balancer = new aws.lb.LoadBalancer(
      name,
      {
        name: args.names.prefix,
        loadBalancerType: "application",
        securityGroups: [group.id],
        subnets: args.network.publicSubnetIds,
        dropInvalidHeaderFields: true,
      },
      { parent: this },
    );
    const targets = new aws.lb.TargetGroup(name, targetGroup(args), { parent: this });
    this.listener = new aws.lb.Listener(
      `${name}-http`,
      {
        loadBalancerArn: balancer.arn,
        port: 80,
        protocol: "HTTP",
        defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
      },
      { parent: this },
    );
    this.dnsName = balancer.dnsName;
    this.arnSuffix = balancer.arnSuffix;
    this.targetGroupArn = targets.arn;
    this.securityGroupId = group.id;
    this.registerOutputs({ dnsName: this.dnsName, targetGroupArn: this.targetGroupArn });
  }
}

/** Two good answers bring a task in, three bad ones put it out. */
function targetGroup(args: LoadBalancerArgs): aws.lb.TargetGroupArgs {
  return {
    name: args.names.prefix,
    port: args.port,
    protocol: "HTTP",
    targetType: "ip",
    vpcId: args.network.vpcId,
    deregistrationDelay: args.deregistrationDelaySeconds,
    healthCheck: {
      path: args.healthCheckPath,
      matcher: "200",
      interval: 10,
      timeout: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    },
  };
}
