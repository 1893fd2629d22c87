import type { Task } from "../kit/state.ts";
import { taskHealth } from "./containers.ts";

/** A task as DescribeTasks returns it. */
export function describeTask(task: Task, tags: boolean): object {
  const { definition } = task;
  const over = task.status === "STOPPED" || task.stop !== undefined;
  return {
    taskArn: task.arn,
    group: task.group,
    startedBy: task.startedBy,
    launchType: "FARGATE",
    overrides: task.overrides,
    clusterArn: task.arn.replace(/:task\/.*$/u, `:cluster/${task.cluster}`),
    taskDefinitionArn: definition.taskDefinitionArn,
    cpu: definition.cpu,
    memory: definition.memory,
    lastStatus: task.status,
    desiredStatus: over ? "STOPPED" : "RUNNING",
    healthStatus: taskHealth(definition, task.containers),
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    stoppingAt: task.stoppingAt,
    stoppedAt: task.stoppedAt,
    stopCode: task.stop?.code,
    stoppedReason: task.stop?.reason,
    version: 1,
    connectivity: "CONNECTED",
    attachments: [networkInterface(task)],
    containers: task.containers.map((container) => ({
      name: container.name,
      image: container.image,
      imageDigest: container.imageDigest,
      runtimeId: container.dockerId,
      containerArn: `${task.arn.replace(":task/", ":container/")}/${container.name}`,
      taskArn: task.arn,
      lastStatus: container.status,
      healthStatus: container.health,
      exitCode: container.exitCode,
      reason: container.reason,
      networkInterfaces: task.address === undefined ? [] : [{ privateIpv4Address: task.address }],
    })),
    ...(tags ? { tags: task.tags } : {}),
  };
}

function networkInterface(task: Task): object {
  const status = task.status === "STOPPED" ? "DELETED" : task.address === undefined ? "PRECREATED" : "ATTACHED";
  const details = task.address === undefined ? [] : [{ name: "privateIPv4Address", value: task.address }];
  return { id: task.id, type: "ElasticNetworkInterface", status, details };
}
