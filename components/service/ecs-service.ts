import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Targets } from "../balancer/load-balancer.ts";
import type { SharedFolders } from "../data/file-system.ts";
import { capacityOf } from "./capacity.ts";
import { deploymentAlarms } from "./deployment-alarms.ts";
import { deploymentPercents } from "./deployment-percents.ts";
import { templateProperties, type HandOver } from "./hand-over.ts";
import { readHandOver } from "./running.ts";
import { scaling } from "./scaling.ts";
import { serviceConnect } from "./service-connect.ts";
import type { ServicePlan } from "./service-plan.ts";
import { taskDefinition } from "./task-definition.ts";
import { containerDefinitions } from "./task-template.ts";

export interface EcsServiceArgs {
  /** What the service is to be. Only the template is needed; `plainTemplate` makes one from ECS's own words. */
  readonly plan: EcsServicePlan;
  readonly cluster: ServiceCluster;
  /** Where its tasks run: an environment's Network, or subnets of your own. */
  readonly network: TaskSubnets;
  /** URI of each repository of which releases bring the image, by the name that the template has for it. */
  readonly repositories: Readonly<Record<string, pulumi.Input<string>>>;
  /** The load balancer in front of it, with its targets by the names of ECS services. @default - there is none */
  readonly balancer?: { readonly targets: Readonly<Record<string, Targets>> } | undefined;
  /** Tasks when the service is created; later the count is not Pulumi's. @default 0: the first release starts them */
  readonly initialCount?: number;
}

/** A ServicePlan, of which a service that is used alone needs the template only. */
export type EcsServicePlan = Pick<ServicePlan, "template"> &
  Partial<
    Pick<ServicePlan, "handOver" | "task" | "scaling" | "schedule" | "deploymentAlarms" | "executeCommand" | "sleeps">
  >;

/** Where a service runs: an environment's EcsCluster, or any other cluster on Fargate. */
export interface ServiceCluster {
  readonly clusterName: string;
  readonly clusterArn: pulumi.Input<string>;
  /** The security group of its tasks. */
  readonly securityGroupId: pulumi.Input<string>;
  /** Cloud Map namespace of Service Connect. @default - other services do not reach it by a name */
  readonly namespaceArn?: pulumi.Input<string> | undefined;
  /** Where each volume on EFS is. @default - there is none */
  readonly folders?: SharedFolders;
  /** What must exist before a task starts. @default - nothing */
  readonly ready?: readonly pulumi.Resource[];
}

export interface TaskSubnets {
  readonly taskSubnetIds: pulumi.Input<string[]>;
  /** Whether tasks need a public address to reach AWS. */
  readonly assignPublicIp: boolean;
}

/** One ECS service on Fargate with its task definition, its alarms and its scaling; releases move its images. */
export class EcsService extends pulumi.ComponentResource {
  readonly serviceName: pulumi.Output<string>;
  /** Name of its task definition family, and its own. */
  readonly family: string;
  /** ARN of the revision that Pulumi made last; the pipeline's are newer. */
  readonly revisionArn: pulumi.Output<string>;

  constructor(name: string, args: EcsServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:EcsService", name, {}, opts);
    const { plan, cluster } = args;
    this.family = plan.template.family;
    if (plan.handOver === undefined) {
      const hand = readHandOver({
        cluster: cluster.clusterName,
        template: plan.template,
        wantsSpot: plan.task?.spot !== undefined,
        sleeps: plan.sleeps ?? false,
      });
      const made = hand.then((handOver) => this.make(name, args, handOver));
      this.serviceName = pulumi.output(made.then(({ service }) => service.name));
      this.revisionArn = pulumi.output(made.then(({ running }) => running.arn));
    } else {
      const { service, running } = this.make(name, args, plan.handOver);
      this.serviceName = service.name;
      this.revisionArn = running.arn;
    }
    this.registerOutputs({ serviceName: this.serviceName, revisionArn: this.revisionArn });
  }

  private make(name: string, args: EcsServiceArgs, handOver: HandOver) {
    const { plan, cluster } = args;
    const { deploymentAlarms: wanted, schedule } = plan;
    const targets = args.balancer?.targets[this.family];
    const resourceLabel = targets?.resourceLabel;
    const { clusterName } = cluster;
    const alarms = wanted
      ? deploymentAlarms(
          name,
          { settings: wanted, serviceName: this.family, clusterName, resourceLabel },
          { parent: this },
        )
      : [];
    const running = this.taskDefinition(name, args, handOver);
    const service = this.service(name, args, { handOver, running, targets, alarms });
    if (plan.scaling !== undefined) {
      const { released, asleep } = handOver;
      scaling(
        name,
        { clusterName, serviceName: this.family, counts: plan.scaling, released, asleep, schedule, resourceLabel },
        { parent: this, dependsOn: [service] },
      );
    }
    return { running, service };
  }

  /** Pulumi makes a revision when the template changes; in between, the pipeline's revisions run undisturbed. */
  private taskDefinition(name: string, args: EcsServiceArgs, handOver: HandOver): aws.ecs.TaskDefinition {
    const { cluster, plan, repositories } = args;
    const { template } = plan;
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
    return taskDefinition(name, template, definitions, cluster.folders ?? {}, {
      parent: this,
      dependsOn: [...(cluster.ready ?? [])],
      ignoreChanges: handOver.leaveRunning ? [...templateProperties] : [],
    });
  }

  private service(name: string, args: EcsServiceArgs, parts: ServiceParts): aws.ecs.Service {
    const { cluster, network, plan } = args;
    const { alarms, handOver, running, targets } = parts;
    const { task } = plan;
    return new aws.ecs.Service(
      name,
      {
        name: this.family,
        cluster: cluster.clusterArn,
        ...capacityOf(task?.spot),
        taskDefinition: running.arn,
        // The first release raises it, scaling moves it: never Pulumi again.
        desiredCount: args.initialCount ?? 0,
        ...deploymentPercents(task?.update, plan.scaling?.desiredCount ?? 1),
        deploymentCircuitBreaker: { enable: true, rollback: true },
        ...(alarms.length > 0 && {
          alarms: { enable: true, rollback: true, alarmNames: alarms.map((alarm) => alarm.name) },
        }),
        // It starts tasks before it ends others, so that ECS refuses it where nothing may come on top (CreateService).
        availabilityZoneRebalancing: task?.update?.order === "stop-first" ? "DISABLED" : "ENABLED",
        enableExecuteCommand: plan.executeCommand ?? false,
        propagateTags: "SERVICE",
        waitForSteadyState: false,
        networkConfiguration: {
          subnets: network.taskSubnetIds,
          securityGroups: [cluster.securityGroupId],
          assignPublicIp: network.assignPublicIp,
        },
        ...(cluster.namespaceArn !== undefined &&
          task && { serviceConnectConfiguration: serviceConnect(task, cluster.namespaceArn) }),
        ...(targets &&
          task?.entry && {
            healthCheckGracePeriodSeconds: task.entry.graceSeconds ?? 60,
            loadBalancers: [
              {
                targetGroupArn: targets.targetGroupArn,
                containerName: task.entry.container,
                containerPort: task.entry.port,
              },
            ],
          }),
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
  readonly handOver: HandOver;
  readonly running: aws.ecs.TaskDefinition;
  readonly targets: Targets | undefined;
  readonly alarms: readonly aws.cloudwatch.MetricAlarm[];
}
