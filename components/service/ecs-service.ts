import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Spot } from "../../compose/index.ts";
import type { Targets } from "../balancer/load-balancer.ts";
import type { SharedFolders } from "../data/file-system.ts";
import { deploymentAlarms } from "./deployment-alarms.ts";
import { deploymentPercents } from "./deployment-percents.ts";
import { templateProperties, type HandOver } from "./hand-over.ts";
import { decideHandOver, readRunning } from "./running.ts";
import { scaling } from "./scaling.ts";
import { serviceConnect } from "./service-connect.ts";
import type { ServicePlan } from "./service-plan.ts";
import { taskDefinition } from "./task-definition.ts";
import { containerDefinitions } from "./task-template.ts";

export interface EcsServiceArgs {
  /** What the service will be. Only the template is needed; `plainTemplate` makes one from ECS's own properties. */
  readonly plan: EcsServicePlan;
  readonly cluster: ServiceCluster;
  /** Where its tasks run: the Network of an environment, or other subnets. */
  readonly network: TaskSubnets;
  /** URI of the repository of each image that releases provide, by the name of the image in the template. */
  readonly repositories: Readonly<Record<string, pulumi.Input<string>>>;
  /** The load balancer in front of it, with the targets of each ECS service by name. @default - there is none */
  readonly balancer?: { readonly targets: Readonly<Record<string, Targets>> } | undefined;
  /**
   * Number of tasks when the service is created; Pulumi does not change it later. @default 0: the first release starts
   * them
   */
  readonly initialCount?: number;
}

/** A ServicePlan; a service that is used alone needs only its template. */
export type EcsServicePlan = Pick<ServicePlan, "template"> &
  Partial<
    Pick<ServicePlan, "handOver" | "task" | "scaling" | "schedule" | "deploymentAlarms" | "executeCommand" | "sleeps">
  >;

/** The cluster of a service: the EcsCluster of an environment, or any other cluster on Fargate. */
export interface ServiceCluster {
  readonly clusterName: string;
  readonly clusterArn: pulumi.Input<string>;
  /** The security group of its tasks. */
  readonly securityGroupId: pulumi.Input<string>;
  /** ARN of the Cloud Map namespace of Service Connect. @default - other services cannot reach it by name */
  readonly namespaceArn?: pulumi.Input<string> | undefined;
  /** The file system and the access point of each volume on EFS. @default - there are no such volumes */
  readonly folders?: SharedFolders;
  /** What must exist before a task starts. @default - nothing */
  readonly ready?: readonly pulumi.Resource[];
}

export interface TaskSubnets {
  readonly taskSubnetIds: pulumi.Input<string[]>;
  /** Whether tasks need a public address to reach AWS. */
  readonly assignPublicIp: boolean;
}

/** An ECS service on Fargate with its task definition, its alarms and its scaling; releases change its images. */
export class EcsService extends pulumi.ComponentResource {
  readonly serviceName: pulumi.Output<string>;
  /** Name of its task definition family, which is also the name of the service. */
  readonly family: string;
  /** ARN of the last revision that Pulumi created; the pipeline may have created newer ones. */
  readonly revisionArn: pulumi.Output<string>;

  constructor(name: string, args: EcsServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:EcsService", name, {}, opts);
    const { plan, cluster } = args;
    this.family = plan.template.family;
    if (plan.handOver === undefined) {
      const { template, task, sleeps = false } = plan;
      const made = readRunning({
        cluster: cluster.clusterName,
        name: this.family,
        wantsSpot: task?.spot !== undefined,
      })
        .then((running) => decideHandOver({ template, running, sleeps }))
        .then((handOver) => this.make(name, args, handOver));
      this.serviceName = pulumi.output(made.then(({ service }) => service.name));
      this.revisionArn = pulumi.output(made.then(({ running }) => running.arn));
      // Outputs that are refused would print the refusal a second time.
      this.registerOutputs();
    } else {
      const { service, running } = this.make(name, args, plan.handOver);
      this.serviceName = service.name;
      this.revisionArn = running.arn;
      this.registerOutputs({ serviceName: this.serviceName, revisionArn: this.revisionArn });
    }
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

  /** Creates a revision if the template has changed; otherwise the pipeline's revisions keep running. */
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
        // The first release raises it, and scaling changes it; Pulumi never does.
        desiredCount: args.initialCount ?? 0,
        ...deploymentPercents(task?.update, plan.scaling?.desiredCount ?? 1),
        deploymentCircuitBreaker: { enable: true, rollback: true },
        ...(alarms.length > 0 && {
          alarms: { enable: true, rollback: true, alarmNames: alarms.map((alarm) => alarm.name) },
        }),
        // Rebalancing starts new tasks before it stops others, so ECS refuses it if no extra tasks are allowed
        // (CreateService).
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

type Capacity = Pick<aws.ecs.ServiceArgs, "launchType" | "capacityProviderStrategies" | "forceNewDeployment">;

/** The properties of where a service's tasks run: on Fargate, or a share of them on Fargate Spot. */
export function capacityOf(spot: Spot | undefined): Capacity {
  if (spot === undefined) return { launchType: "FARGATE" };
  const { percent, base } = spot;
  const proper = { capacityProvider: "FARGATE", weight: 100 - percent, base };
  const spare = { capacityProvider: "FARGATE_SPOT", weight: percent };
  return {
    // A provider of weight 0 places no tasks, and ECS does not accept one next to another provider.
    capacityProviderStrategies: percent === 100 ? [spare] : [proper, spare],
    // Without it, the provider would replace the service when the share changes.
    forceNewDeployment: true,
  };
}
