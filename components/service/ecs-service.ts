import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { capacityOf } from "./capacity.ts";
import { deploymentPercents } from "./deployment-percents.ts";
import type { EcsCluster } from "./ecs-cluster.ts";
import { templateProperties } from "./hand-over.ts";
import { deploymentAlarms, type AlarmSettings } from "./deployment-alarms.ts";
import type { LoadBalancer, Targets } from "../balancer/load-balancer.ts";
import type { Names } from "../kit/names.ts";
import type { Network } from "../network/network.ts";
import { scaling } from "./scaling.ts";
import type { Schedule } from "./schedule.ts";
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
  /** The environment's load balancer; one that has targets of this service is in front of it. @default - none is */
  readonly balancer?: LoadBalancer | undefined;
  /** When counts change. @default - never by the clock */
  readonly schedule?: Schedule | undefined;
  /** Which alarms take a deployment back. @default - none */
  readonly deploymentAlarms?: AlarmSettings | undefined;
  /** Whether people may open a shell in its containers. @default - false */
  readonly executeCommand?: boolean;
}

/** One ECS service of an environment on Fargate, behind the load balancer where a container publishes a port, with its scaling. */
export class EcsService extends pulumi.ComponentResource {
  readonly serviceName: pulumi.Output<string>;
  /** Name of its task definition family, and its own. */
  readonly family: string;
  /** ARN of the revision that Pulumi made last; the pipeline's are newer. */
  readonly revisionArn: pulumi.Output<string>;

  constructor(name: string, args: EcsServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:EcsService", name, {}, opts);
    const targets = args.balancer?.targets[args.service.name];
    const { deploymentAlarms: wanted, handOver, names, schedule } = args;
    const alarms = wanted
      ? deploymentAlarms(
          name,
          { ...wanted, service: args.service, clusterName: names.cluster.name, resourceLabel: targets?.resourceLabel },
          { parent: this },
        )
      : [];
    const running = this.taskDefinition(name, args);
    const service = this.service(name, args, { running, targets, alarms });
    const { released, asleep } = handOver;
    scaling(
      name,
      { ...args, ...args.scaling, released, asleep, schedule, resourceLabel: targets?.resourceLabel },
      { parent: this, dependsOn: [service] },
    );
    this.serviceName = service.name;
    this.family = args.service.name;
    this.revisionArn = running.arn;
    this.registerOutputs({ serviceName: this.serviceName, revisionArn: this.revisionArn });
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
    const { alarms, targets } = parts;
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
        ...(alarms.length > 0 && {
          alarms: { enable: true, rollback: true, alarmNames: alarms.map((alarm) => alarm.name) },
        }),
        // It starts tasks before it ends others, so that ECS refuses it where nothing may come on top (CreateService).
        availabilityZoneRebalancing: task.update?.order === "stop-first" ? "DISABLED" : "ENABLED",
        enableExecuteCommand: args.executeCommand ?? false,
        propagateTags: "SERVICE",
        waitForSteadyState: false,
        networkConfiguration: {
          subnets: network.taskSubnetIds,
          securityGroups: [cluster.securityGroupId],
          assignPublicIp: network.assignPublicIp,
        },
        ...(cluster.namespaceArn && { serviceConnectConfiguration: serviceConnect(task, cluster.namespaceArn) }),
        ...(targets && task.entry
          ? {
              healthCheckGracePeriodSeconds: task.entry.graceSeconds ?? 60,
              loadBalancers: [
                {
                  targetGroupArn: targets.targetGroupArn,
                  containerName: task.entry.container,
                  containerPort: task.entry.port,
                },
              ],
            }
          : {}),
      },
      {
        parent: this,
        dependsOn: targets ? [targets.ready] : [],
        ignoreChanges: handOver.leaveRunning ? ["desiredCount", "taskDefinition"] : ["desiredCount"],
      },
    );
  }
}

interface ServiceParts {
  readonly running: aws.ecs.TaskDefinition;
  readonly targets: Targets | undefined;
  readonly alarms: readonly aws.cloudwatch.MetricAlarm[];
}
