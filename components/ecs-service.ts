import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { capacityOf } from "./capacity.ts";
import { deploymentPercents } from "./deployment-percents.ts";
import type { EcsCluster } from "./ecs-cluster.ts";
import { templateProperties } from "./hand-over.ts";
import { LoadBalancer } from "./load-balancer.ts";
import type { Names } from "./names.ts";
import type { Network } from "./network.ts";
import { scaling } from "./scaling.ts";
import { serviceConnect } from "./service-connect.ts";
import type { ServicePlan } from "./service-plan.ts";
import { taskDefinition } from "./task-definition.ts";
import { containerDefinitions } from "./task-template.ts";

export interface EcsServiceArgs extends ServicePlan {
  readonly names: Names;
  readonly cluster: EcsCluster;
  readonly network: Network;
  /** Repository URI of each image the pipeline builds. */
  readonly repositories: Readonly<Record<string, pulumi.Output<string>>>;
  /** Whether people may open a shell in its containers. @default - false */
  readonly executeCommand?: boolean;
  /** Path of the load balancer's health check. */
  readonly healthCheckPath: string;
}

/** One ECS service of an environment on Fargate, with its load balancer where a container publishes a port, and its scaling. */
export class EcsService extends pulumi.ComponentResource {
  /** Address of the load balancer; undefined where no container publishes a port. */
  readonly url: pulumi.Output<string> | undefined;
  /** What metrics name its load balancer by; undefined where it has none. */
  readonly balancerSuffix: pulumi.Output<string> | undefined;
  readonly serviceName: pulumi.Output<string>;

  constructor(name: string, args: EcsServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:EcsService", name, {}, opts);
    const balancer = this.balancer(name, args);
    const running = this.taskDefinition(name, args);
    const service = this.service(name, args, { running, balancer });
    const { released } = args.handOver;
    scaling(name, { ...args, ...args.scaling, released }, { parent: this, dependsOn: [service] });
    this.serviceName = service.name;
    this.balancerSuffix = balancer?.arnSuffix;
    this.url = balancer && pulumi.interpolate`http://${balancer.dnsName}`;
    this.registerOutputs({ serviceName: this.serviceName, url: this.url });
  }

  private balancer(name: string, args: EcsServiceArgs): LoadBalancer | undefined {
    const { entry } = args.task;
    if (entry === undefined) return undefined;
    const balancer = new LoadBalancer(
      name,
      {
        names: args.names,
        network: args.network,
        port: entry.port,
        healthCheckPath: args.healthCheckPath,
        deregistrationDelaySeconds: 30,
      },
      { parent: this },
    );
    letIn(name, { balancer: balancer.securityGroupId, tasks: args.cluster.securityGroupId, port: entry.port }, this);
    return balancer;
  }

  /** Pulumi makes a revision when the template changes; in between, the pipeline's revisions run undisturbed. */
  private taskDefinition(name: string, args: EcsServiceArgs): aws.ecs.TaskDefinition {
    const { cluster, handOver, repositories, template } = args;
    const latest = ({ built }: { built: string | undefined }) =>
      pulumi.interpolate`${repositories[built ?? ""]}:latest`;
    const images = Object.fromEntries(
      template.containers
        .filter(({ built }) => built !== undefined)
        .map((container) => [container.name, handOver.images[container.name] ?? latest(container)]),
    );
    const definitions = pulumi
      .output(images)
      .apply((known) =>
        containerDefinitions(template, ({ name: container }) => known[container] ?? "", handOver.labels),
      );
    return taskDefinition(name, template, definitions, cluster.folders, {
      parent: this,
      dependsOn: cluster.ready,
      ignoreChanges: handOver.leaveRunning ? [...templateProperties] : [],
    });
  }

  private service(name: string, args: EcsServiceArgs, parts: ServiceParts): aws.ecs.Service {
    const { cluster, handOver, network, task } = args;
    const { balancer } = parts;
    return new aws.ecs.Service(
      name,
      {
        name: args.service.name,
        cluster: cluster.clusterArn,
        ...capacityOf(task.spot),
        taskDefinition: parts.running.arn,
        // The first release raises it, scaling moves it: never Pulumi again.
        desiredCount: 0,
        ...deploymentPercents(task.update, args.scaling.desiredCount),
        deploymentCircuitBreaker: { enable: true, rollback: true },
        enableExecuteCommand: args.executeCommand ?? false,
        propagateTags: "SERVICE",
        waitForSteadyState: false,
        networkConfiguration: {
          subnets: network.taskSubnetIds,
          securityGroups: [cluster.securityGroupId],
          assignPublicIp: network.assignPublicIp,
        },
        ...(cluster.namespaceArn && { serviceConnectConfiguration: serviceConnect(task, cluster.namespaceArn) }),
        ...(balancer && task.entry
          ? {
              healthCheckGracePeriodSeconds: task.entry.graceSeconds ?? 60,
              loadBalancers: [
                {
                  targetGroupArn: balancer.targetGroupArn,
                  containerName: task.entry.container,
                  containerPort: task.entry.port,
                },
              ],
            }
          : {}),
      },
      {
        parent: this,
        dependsOn: balancer ? [balancer.listener] : [],
        ignoreChanges: handOver.leaveRunning ? ["desiredCount", "taskDefinition"] : ["desiredCount"],
      },
    );
  }
}

interface ServiceParts {
  readonly running: aws.ecs.TaskDefinition;
  readonly balancer: LoadBalancer | undefined;
}

/** Requests reach the tasks' one port, from the load balancer and nobody else. */
function letIn(
  name: string,
  args: { readonly balancer: pulumi.Output<string>; readonly tasks: pulumi.Output<string>; readonly port: number },
  parent: pulumi.Resource,
): void {
  const port = { ipProtocol: "tcp", fromPort: args.port, toPort: args.port };
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-balancer-to-tasks`,
    { securityGroupId: args.balancer, referencedSecurityGroupId: args.tasks, ...port },
    { parent },
  );
  new aws.vpc.SecurityGroupIngressRule(
    `${name}-tasks-from-balancer`,
    { securityGroupId: args.tasks, referencedSecurityGroupId: args.balancer, ...port },
    { parent },
  );
}
