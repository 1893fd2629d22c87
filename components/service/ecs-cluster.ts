import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Application, PolicyStatement } from "../../compose/index.ts";
import type { Architecture } from "../kit/architecture.ts";
import { ContainerRoles } from "./container-roles.ts";
import { FileSystem, type SharedFolders } from "../data/file-system.ts";
import type { Names } from "../kit/names.ts";
import type { Network } from "../network/network.ts";
import type { ParameterStore } from "../application/parameter-store.ts";
import { type ReleaseRevisions, releaseTaskDefinitions } from "./release-task-definitions.ts";
import { securityGroup } from "../kit/security-group.ts";
import { isConnected, servedPorts } from "./service-connect.ts";
import type { Stores } from "../data/stores.ts";

export interface EcsClusterArgs {
  readonly plan: ClusterPlan;
  readonly network: Network;
  readonly parameters: ParameterStore;
  /** The stores that the tasks use. @default - none that are created here */
  readonly stores?: Pick<Stores, "servers" | "statements">;
  /** Repository URI of each image the pipeline builds. */
  readonly repositories: Readonly<Record<string, pulumi.Output<string>>>;
}

/** What is known about a cluster before anything is created. Plain data. */
export interface ClusterPlan {
  readonly names: Names;
  readonly application: Application;
  /** ARNs of the KMS keys that encrypt some of the parameters. @default - only Parameter Store's own key */
  readonly parameterKmsKeyArns?: readonly string[];
  /** Processor of the release tasks; that of a service is in its template. @default - x86_64 */
  readonly architecture?: Architecture;
  /** Whether people may open a shell in the containers. @default - false */
  readonly executeCommand?: boolean;
  /** What the containers may do beyond the policies of the Compose file. @default - nothing */
  readonly policy?: readonly PolicyStatement[];
  /** @default - as the account is set */
  readonly containerInsights?: ContainerInsights;
  readonly logRetentionDays: number;
  /** Whether the file system is protected from deletion. @default - false */
  readonly protect?: boolean;
}

/**
 * What CloudWatch measures of each task in addition to the service's CPU and memory; each metric is charged ("Container
 * Insights"). `account` is the setting of the account.
 */
export type ContainerInsights = "account" | "disabled" | "enabled" | "enhanced";

/** The cluster in which the tasks of one environment run, with the roles, the logs and the network rules that they share. */
export class EcsCluster extends pulumi.ComponentResource {
  readonly clusterName: string;
  readonly clusterArn: pulumi.Output<string>;
  /** The security group of every task. */
  readonly securityGroupId: pulumi.Output<string>;
  /** ARN of the Cloud Map namespace of Service Connect; undefined if there is only one ECS service. */
  readonly namespaceArn: pulumi.Output<string> | undefined;
  /** Subnets, security group and public address of a task, as ECS's NetworkConfiguration in JSON. */
  readonly networkConfiguration: pulumi.Output<string>;
  /** The file system and the access point of each volume on EFS. */
  readonly folders: SharedFolders;
  /** ARN of the revision of each release service, by its name. */
  readonly releaseRevisions: ReleaseRevisions;
  /** What must exist before a task starts. */
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: EcsClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:EcsCluster", name, {}, opts);
    const { network, parameters, repositories, stores } = args;
    const { names, application, architecture, logRetentionDays } = args.plan;
    // In older programs, all of these were children of the only service.
    const own = { parent: this, aliases: [{ parent: formerParent(name) }] };
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-containers`,
      { name: names.logGroup.name, retentionInDays: logRetentionDays },
      own,
    );
    const cluster = new aws.ecs.Cluster(name, { name: names.cluster.name, settings: insights(args.plan) }, own);
    const group = securityGroup(
      `${name}-tasks`,
      { vpcId: network.vpcId, description: "tasks: in from the load balancer only" },
      own,
    );
    tasksOut(name, group.id, own);
    if (network.ipv6) tasksOutByIpv6(name, group.id, this);
    const files = this.fileSystem(name, args, group.id);
    this.folders = files?.folders ?? {};
    const roles = this.roles(name, args, files?.arn, own);
    const reached = (stores?.servers ?? []).map((server) => this.reach(name, group.id, server));
    this.ready = [
      logs,
      ...roles.ready,
      ...parameters.made,
      ...(files?.ready ?? []),
      ...spotCapacity(name, args.plan, this),
      ...reached,
    ];
    this.namespaceArn = this.serviceConnect(name, args.plan, group.id);
    this.releaseRevisions = releaseTaskDefinitions(
      name,
      { names, application, parameterNames: parameters.names, repositories, architecture, folders: this.folders },
      { ...own, dependsOn: this.ready },
    );
    this.clusterName = names.cluster.name;
    this.clusterArn = cluster.arn;
    this.securityGroupId = group.id;
    this.networkConfiguration = networkConfiguration(network, group.id);
    this.registerOutputs({ clusterArn: this.clusterArn });
  }

  private roles(
    name: string,
    args: EcsClusterArgs,
    fileSystemArn: pulumi.Output<string> | undefined,
    opts: pulumi.ComponentResourceOptions,
  ): ContainerRoles {
    const { names, application, executeCommand, parameterKmsKeyArns, policy } = args.plan;
    return new ContainerRoles(
      name,
      {
        names,
        application,
        parameterNames: args.parameters.names,
        parameterKmsKeyArns,
        fileSystemArn,
        storeStatements: args.stores?.statements,
        executeCommand,
        policy,
      },
      opts,
    );
  }

  /** Creates the file system; undefined if no volume is on EFS. */
  private fileSystem(name: string, args: EcsClusterArgs, tasksSecurityGroupId: pulumi.Output<string>) {
    const { names, application, protect } = args.plan;
    const volumes = application.efs;
    if (Object.keys(volumes).length === 0) return undefined;
    const { network } = args;
    return new FileSystem(name, { names, network, protect, tasksSecurityGroupId, volumes }, { parent: this });
  }

  /** Lets every task, release tasks included, connect to a server. */
  private reach(name: string, tasks: pulumi.Output<string>, server: Stores["servers"][number]): pulumi.Resource {
    const port = { ipProtocol: "tcp", fromPort: server.port, toPort: server.port };
    return new aws.vpc.SecurityGroupIngressRule(
      `${name}-${server.name}-from-tasks`,
      { securityGroupId: server.securityGroupId, referencedSecurityGroupId: tasks, ...port },
      { parent: this },
    );
  }

  /** Lets the ECS services connect to each other, on the ports that the Compose file names. */
  private serviceConnect(name: string, { names, application }: ClusterPlan, group: pulumi.Output<string>) {
    const { services } = application;
    if (!isConnected(services)) return undefined;
    for (const port of servedPorts(services)) {
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-tasks-${port}-from-tasks`,
        {
          securityGroupId: group,
          referencedSecurityGroupId: group,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
        },
        { parent: this },
      );
    }
    return new aws.servicediscovery.HttpNamespace(
      name,
      { name: names.namespace, description: "Names by which the ECS services reach each other" },
      { parent: this },
    ).arn;
  }
}

function insights({ containerInsights: value = "account" }: ClusterPlan): aws.ecs.ClusterArgs["settings"] {
  return value === "account" ? undefined : [{ name: "containerInsights", value }];
}

const formerParent = (name: string): pulumi.Output<string> =>
  pulumi.createUrn(name, "compose-ecs-pipeline:index:EcsService");

/** Adds Fargate Spot to a cluster with a service that uses it ("Amazon ECS clusters for Fargate"). */
function spotCapacity(name: string, { names, application }: ClusterPlan, parent: pulumi.Resource): pulumi.Resource[] {
  if (!application.services.some(({ spot }) => spot !== undefined)) return [];
  const capacityProviders = ["FARGATE", "FARGATE_SPOT"];
  return [
    new aws.ecs.ClusterCapacityProviders(name, { clusterName: names.cluster.name, capacityProviders }, { parent }),
  ];
}

function tasksOut(name: string, securityGroupId: pulumi.Output<string>, opts: pulumi.CustomResourceOptions): void {
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-tasks-out`,
    { securityGroupId, cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" },
    opts,
  );
}

function tasksOutByIpv6(name: string, securityGroupId: pulumi.Output<string>, parent: pulumi.Resource): void {
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-tasks-out-ipv6`,
    { securityGroupId, cidrIpv6: "::/0", ipProtocol: "-1" },
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
