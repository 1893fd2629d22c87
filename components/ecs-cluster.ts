import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Application } from "../compose/index.ts";
import type { Architecture } from "./architecture.ts";
import { ContainerRoles } from "./container-roles.ts";
import type { Names } from "./names.ts";
import { securityGroup, type Network } from "./network.ts";
import type { ParameterStore } from "./parameter-store.ts";
import { releaseTaskDefinitions } from "./release-task-definitions.ts";
import { isConnected, servedPorts } from "./service-connect.ts";

export interface EcsClusterArgs {
  readonly names: Names;
  readonly application: Application;
  readonly network: Network;
  readonly parameters: ParameterStore;
  /** Repository URI of each image the pipeline builds. */
  readonly repositories: Readonly<Record<string, pulumi.Output<string>>>;
  /** Of the release tasks; a service's is in its template. @default - x86_64 */
  readonly architecture?: Architecture | undefined;
  readonly logRetentionDays: number;
  /** Whether people may open a shell in the containers. @default - false */
  readonly executeCommand?: boolean;
}

/** Where the tasks of one environment run: the cluster with the roles, the logs and the network rules that they share. */
export class EcsCluster extends pulumi.ComponentResource {
  readonly clusterArn: pulumi.Output<string>;
  /** The group of every task. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Cloud Map namespace of Service Connect; undefined where one ECS service is alone. */
  readonly namespaceArn: pulumi.Output<string> | undefined;
  /** Subnets, security group and public address of a task, as ECS's NetworkConfiguration in JSON. */
  readonly networkConfiguration: pulumi.Output<string>;
  /** What must be there before a task starts. */
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: EcsClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:EcsCluster", name, {}, opts);
    const { names, network } = args;
    // All of this was the only service's once.
    const own = { parent: this, aliases: [{ parent: formerParent(name) }] };
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-containers`,
      { name: names.logGroup.name, retentionInDays: args.logRetentionDays },
      own,
    );
    const cluster = new aws.ecs.Cluster(name, { name: names.cluster.name }, own);
    const { application, executeCommand, parameters } = args;
    const roles = new ContainerRoles(
      name,
      { names, application, parameterNames: parameters.names, executeCommand },
      own,
    );
    const group = securityGroup(
      `${name}-tasks`,
      { vpcId: network.vpcId, description: "tasks: in from the load balancer only" },
      own,
    );
    tasksOut(name, group.id, own);
    this.ready = [logs, ...roles.ready, ...args.parameters.made];
    this.namespaceArn = this.serviceConnect(name, args, group.id);
    releaseTaskDefinitions(name, args, { ...own, dependsOn: this.ready });
    this.clusterArn = cluster.arn;
    this.securityGroupId = group.id;
    this.networkConfiguration = networkConfiguration(network, group.id);
    this.registerOutputs({ clusterArn: this.clusterArn });
  }

  /** Lets the ECS services reach each other, on the ports that the Compose file names. */
  private serviceConnect(name: string, args: EcsClusterArgs, group: pulumi.Output<string>) {
    const { services } = args.application;
    if (!isConnected(services)) return undefined;
    for (const port of servedPorts(services)) {
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-tasks-${port}-from-tasks`,
        {
          securityGroupId: group,
          referencedSecurityGroupId: group,
          ...{ ipProtocol: "tcp", fromPort: port, toPort: port },
        },
        { parent: this },
      );
    }
    return new aws.servicediscovery.HttpNamespace(
      name,
      { name: args.names.namespace, description: "Names by which the ECS services reach each other" },
      { parent: this },
    ).arn;
  }
}

const formerParent = (name: string): pulumi.Output<string> =>
  pulumi.createUrn(name, "compose-ecs-pipeline:index:EcsService");

function tasksOut(name: string, securityGroupId: pulumi.Output<string>, opts: pulumi.CustomResourceOptions): void {
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-tasks-out`,
    { securityGroupId, cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" },
    opts,
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
