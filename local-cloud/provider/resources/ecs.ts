import { setTimeout as pause } from "node:timers/promises";

import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type EFSVolumeConfiguration,
  PutClusterCapacityProvidersCommand,
  RegisterTaskDefinitionCommand,
  type ContainerDefinition,
  type RegisterTaskDefinitionCommandInput,
  type Service,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import type { ClusterArgs } from "@pulumi/aws/ecs/cluster.js";
import type { ClusterCapacityProvidersArgs } from "@pulumi/aws/ecs/clusterCapacityProviders.js";
import type { ServiceArgs } from "@pulumi/aws/ecs/service.js";
import type { TaskDefinitionArgs } from "@pulumi/aws/ecs/taskDefinition.js";

import { ecs } from "../kit/clients.ts";
import { handler, type Handlers, isCode, type Plain, required, unless } from "../kit/handler.ts";

const cluster = handler<ClusterArgs>({
  autoname: "name",
  replaceOn: ["name"],
  create: async ({ name, settings }) => {
    const made = await ecs.send(new CreateClusterCommand({ clusterName: name, settings: settings as never }));
    const arn = required(made.cluster?.clusterArn, "cluster ARN");
    return { id: arn, outputs: { arn } };
  },
  update: () => Promise.resolve({}),
  delete: (id) => unless(["ClusterNotFoundException"], ecs.send(new DeleteClusterCommand({ cluster: id }))),
});

const taskDefinition = handler<TaskDefinitionArgs>({
  replaceOn: [
    "containerDefinitions",
    "cpu",
    "ephemeralStorage",
    "executionRoleArn",
    "family",
    "memory",
    "networkMode",
    "pidMode",
    "requiresCompatibilities",
    "runtimePlatform",
    "taskRoleArn",
    "volumes",
  ],
  json: ["containerDefinitions"],
  create: async (inputs) => {
    const { taskDefinition: made } = await ecs.send(new RegisterTaskDefinitionCommand(registration(inputs)));
    const arn = required(made?.taskDefinitionArn, "task definition ARN");
    const revision = required(made?.revision, "revision");
    return { id: inputs.family, outputs: { arn, arnWithoutRevision: arn.replace(/:\d+$/, ""), revision } };
  },
  update: () => Promise.resolve({}), // tags and skipDestroy only: the rest is replaced
  delete: async (_id, state) => {
    if (state.skipDestroy === true) return;
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: state["arn"] as string }));
  },
  read: async (_id, state) => {
    try {
      const command = new DescribeTaskDefinitionCommand({ taskDefinition: state["arn"] as string });
      const { taskDefinition: now } = await ecs.send(command);
      return now?.status === "INACTIVE" ? undefined : { revision: now?.revision };
    } catch (error) {
      if (isCode(error, "ClientException")) return undefined;
      throw error;
    }
  },
});

const service = handler<ServiceArgs>({
  autoname: "name",
  replaceOn: ["cluster", "deploymentController", "launchType", "name", "schedulingStrategy"],
  create: async (inputs) => {
    const { service: made } = await ecs.send(
      new CreateServiceCommand({
        ...placement(inputs),
        serviceName: required(inputs.name, "name"),
        launchType: inputs.launchType as never,
        schedulingStrategy: inputs.schedulingStrategy as never,
        deploymentController: inputs.deploymentController as never,
      }),
    );
    const arn = required(made?.serviceArn, "service ARN");
    return { id: arn, outputs: { arn, desiredCount: made?.desiredCount ?? 0 } };
  },
  update: async (id, inputs, before) => {
    const command = placement(inputs);
    const kept = before.taskDefinition === inputs.taskDefinition ? { taskDefinition: undefined } : {};
    const count = before.desiredCount === inputs.desiredCount ? { desiredCount: undefined } : {};
    await ecs.send(
      new UpdateServiceCommand({
        ...command,
        ...kept,
        ...count,
        service: id,
        forceNewDeployment: inputs.forceNewDeployment,
      }),
    );
    return {};
  },
  delete: async (id, state) => {
    const where = { cluster: state.cluster, service: id };
    const gone = ["ServiceNotFoundException", "ServiceNotActiveException", "ClusterNotFoundException"];
    await unless(gone, ecs.send(new UpdateServiceCommand({ ...where, desiredCount: 0 })));
    await unless(gone, ecs.send(new DeleteServiceCommand({ ...where, force: true })));
    while ((await active(id, state.cluster)) !== undefined) await pause(500);
  },
  read: async (id, state) => {
    const now = await active(id, state.cluster);
    return now && { taskDefinition: now.taskDefinition, desiredCount: now.desiredCount };
  },
});

const capacityProviders = handler<ClusterCapacityProvidersArgs>({
  replaceOn: ["clusterName"],
  create: async (inputs) => {
    await putCapacityProviders(inputs);
    return { id: inputs.clusterName, outputs: {} };
  },
  update: async (_id, inputs) => {
    await putCapacityProviders(inputs);
    return {};
  },
  delete: (id) =>
    unless(["ClusterNotFoundException"], putCapacityProviders({ clusterName: id, capacityProviders: [] })),
});

function putCapacityProviders({ clusterName, capacityProviders: names = [] }: Plain<ClusterCapacityProvidersArgs>) {
  return ecs.send(
    new PutClusterCapacityProvidersCommand({
      cluster: clusterName,
      capacityProviders: names,
      defaultCapacityProviderStrategy: [],
    }),
  );
}

/** ECS resource types, served by real calls. */
export const ecsHandlers: Handlers = {
  "aws:ecs/cluster:Cluster": cluster,
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": capacityProviders,
  "aws:ecs/service:Service": service,
  "aws:ecs/taskDefinition:TaskDefinition": taskDefinition,
};

async function active(id: string, clusterArn: string | undefined): Promise<Service | undefined> {
  try {
    const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: clusterArn, services: [id] }));
    return services.find(({ status }) => status !== "INACTIVE");
  } catch (error) {
    if (isCode(error, "ClusterNotFoundException")) return undefined;
    throw error;
  }
}

function registration(inputs: Plain<TaskDefinitionArgs>): RegisterTaskDefinitionCommandInput {
  return {
    family: inputs.family,
    containerDefinitions: JSON.parse(inputs.containerDefinitions) as ContainerDefinition[],
    cpu: inputs.cpu,
    memory: inputs.memory,
    networkMode: inputs.networkMode as never,
    requiresCompatibilities: inputs.requiresCompatibilities as never,
    executionRoleArn: inputs.executionRoleArn,
    taskRoleArn: inputs.taskRoleArn,
    runtimePlatform: inputs.runtimePlatform as never,
    ephemeralStorage: inputs.ephemeralStorage && { sizeInGiB: inputs.ephemeralStorage.sizeInGib },
    pidMode: inputs.pidMode as never,
    volumes: inputs.volumes?.map(({ name, efsVolumeConfiguration }) => ({
      name,
      ...(efsVolumeConfiguration && { efsVolumeConfiguration: efsVolumeConfiguration as EFSVolumeConfiguration }),
    })),
    tags: Object.entries(inputs.tags ?? {}).map(([key, value]) => ({ key, value })),
  };
}

function placement(inputs: Plain<ServiceArgs>) {
  const { networkConfiguration: network, serviceConnectConfiguration: serviceConnect } = inputs;
  return {
    cluster: inputs.cluster,
    taskDefinition: inputs.taskDefinition,
    desiredCount: inputs.desiredCount,
    platformVersion: inputs.platformVersion,
    capacityProviderStrategy: inputs.capacityProviderStrategies?.map(({ capacityProvider, weight, base }) => ({
      capacityProvider,
      weight,
      base,
    })),
    enableECSManagedTags: inputs.enableEcsManagedTags,
    enableExecuteCommand: inputs.enableExecuteCommand,
    propagateTags: inputs.propagateTags as never,
    availabilityZoneRebalancing: inputs.availabilityZoneRebalancing as never,
    healthCheckGracePeriodSeconds: inputs.healthCheckGracePeriodSeconds,
    loadBalancers: inputs.loadBalancers?.map(({ targetGroupArn, containerName, containerPort }) => ({
      targetGroupArn,
      containerName,
      containerPort,
    })),
    deploymentConfiguration: {
      maximumPercent: inputs.deploymentMaximumPercent,
      minimumHealthyPercent: inputs.deploymentMinimumHealthyPercent,
      deploymentCircuitBreaker: inputs.deploymentCircuitBreaker,
    },
    serviceConnectConfiguration: serviceConnect && {
      enabled: serviceConnect.enabled,
      namespace: serviceConnect.namespace,
      services: serviceConnect.services?.map(({ portName, discoveryName, clientAlias = [] }) => ({
        portName,
        discoveryName,
        clientAliases: clientAlias.map(({ port, dnsName }) => ({ port, dnsName })),
      })),
    },
    networkConfiguration: network && {
      awsvpcConfiguration: {
        subnets: network.subnets,
        securityGroups: network.securityGroups,
        assignPublicIp: network.assignPublicIp === true ? ("ENABLED" as const) : ("DISABLED" as const),
      },
    },
  };
}
