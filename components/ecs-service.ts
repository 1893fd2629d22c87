import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Task } from "../compose/index.ts";
import type { Architecture } from "./architecture.ts";
import { ContainerRoles } from "./container-roles.ts";
import { templateProperties, type HandOver } from "./hand-over.ts";
import { LoadBalancer } from "./load-balancer.ts";
import type { Names } from "./names.ts";
import { securityGroup, type Network } from "./network.ts";
import type { ParameterStore } from "./parameter-store.ts";
import { releaseTaskDefinitions } from "./release-task-definitions.ts";
import { scaling, type Scaling } from "./scaling.ts";
import { taskDefinition } from "./task-definition.ts";
import { containerDefinitions, type TaskTemplate } from "./task-template.ts";

export interface EcsServiceArgs {
  readonly names: Names;
  readonly task: Task;
  readonly template: TaskTemplate;
  /** Of the release tasks; the service's is in its template. @default - x86_64 */
  readonly architecture?: Architecture;
  /** What becomes of the running revision. */
  readonly handOver: HandOver;
  readonly network: Network;
  readonly parameters: ParameterStore;
  /** Repository URI of each image the pipeline builds. */
  readonly repositories: Readonly<Record<string, pulumi.Output<string>>>;
  readonly scaling: Scaling;
  /** Path of the load balancer's health check. */
  readonly healthCheckPath: string;
  readonly logRetentionDays: number;
}

/** The ECS service of one environment on Fargate, with its load balancer, roles, logs and release tasks. */
export class EcsService extends pulumi.ComponentResource {
  /** Address of the load balancer; undefined where no container publishes a port. */
  readonly url: pulumi.Output<string> | undefined;
  readonly serviceName: pulumi.Output<string>;
  /** Subnets, security group and public address of a task, as ECS's NetworkConfiguration in JSON. */
  readonly networkConfiguration: pulumi.Output<string>;

  constructor(name: string, args: EcsServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:EcsService", name, {}, opts);
    const { names, network } = args;
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-containers`,
      { name: names.logGroup.name, retentionInDays: args.logRetentionDays },
      { parent: this },
    );
    const cluster = new aws.ecs.Cluster(name, { name: names.cluster.name }, { parent: this });
    const roles = new ContainerRoles(
      name,
      { names, task: args.task, parameterNames: args.parameters.names },
      { parent: this },
    );
    const group = securityGroup(
      `${name}-tasks`,
      { vpcId: network.vpcId, description: "tasks: in from the load balancer only" },
      this,
    );
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-tasks-out`,
      { securityGroupId: group.id, cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" },
      { parent: this },
    );
    const balancer = this.balancer(name, args, group);
    const prerequisites = [logs, ...roles.ready, ...args.parameters.made];
    const running = this.taskDefinition(name, args, prerequisites);
    releaseTaskDefinitions(name, args, { parent: this, dependsOn: prerequisites });
    this.networkConfiguration = networkConfiguration(network, group.id);
    const service = this.service(name, args, { cluster, running, group, balancer });
    scaling(name, { names, ...args.scaling, released: args.handOver.released }, { parent: this, dependsOn: [service] });
    this.serviceName = service.name;
    this.url = balancer && pulumi.interpolate`http://${balancer.dnsName}`;
    this.registerOutputs({ serviceName: this.serviceName, url: this.url });
  }

  private balancer(name: string, args: EcsServiceArgs, tasks: aws.ec2.SecurityGroup): LoadBalancer | undefined {
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
    letIn(name, { balancer: balancer.securityGroupId, tasks: tasks.id, port: entry.port }, this);
    return balancer;
  }

  /** Pulumi makes a revision when the template changes; in between, the pipeline's revisions run undisturbed. */
  private taskDefinition(name: string, args: EcsServiceArgs, dependsOn: pulumi.Resource[]): aws.ecs.TaskDefinition {
    const { handOver, repositories, template } = args;
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
    return taskDefinition(name, template, definitions, {
      parent: this,
      dependsOn,
      ignoreChanges: handOver.leaveRunning ? [...templateProperties] : [],
    });
  }

  private service(name: string, args: EcsServiceArgs, parts: ServiceParts): aws.ecs.Service {
    const { names, handOver, network, task } = args;
    const { balancer } = parts;
    return new aws.ecs.Service(
      name,
      {
        name: names.service.name,
        cluster: parts.cluster.arn,
        launchType: "FARGATE",
        taskDefinition: parts.running.arn,
        // The first release raises it, scaling moves it: never Pulumi again.
        desiredCount: 0,
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        enableExecuteCommand: false,
        propagateTags: "SERVICE",
        waitForSteadyState: false,
        networkConfiguration: {
          subnets: network.taskSubnetIds,
          securityGroups: [parts.group.id],
          assignPublicIp: network.assignPublicIp,
        },
        ...(balancer && task.entry
          ? {
              healthCheckGracePeriodSeconds: 60,
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
  readonly cluster: aws.ecs.Cluster;
  readonly running: aws.ecs.TaskDefinition;
  readonly group: aws.ec2.SecurityGroup;
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

function networkConfiguration(network: Network, securityGroupId: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    awsvpcConfiguration: {
      subnets: network.taskSubnetIds,
      securityGroups: [securityGroupId],
      assignPublicIp: network.assignPublicIp ? "ENABLED" : "DISABLED",
    },
  });
}
