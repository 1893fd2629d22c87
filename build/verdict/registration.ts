import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, TaskDefinition } from "@aws-sdk/client-ecs";

/**
 * The input that registers a copy of a revision with other containers, in its own family or in another one: all that a
 * revision may have (ECS API reference, RegisterTaskDefinition), without what ECS adds to it.
 */
export const registrationOf = (
  definition: TaskDefinition,
  containerDefinitions: ContainerDefinition[],
  family = definition.family,
): RegisterTaskDefinitionCommandInput => {
  const members: Record<SharedMember, unknown> & Omit<RegisterTaskDefinitionCommandInput, OwnMember> = {
    taskRoleArn: definition.taskRoleArn,
    executionRoleArn: definition.executionRoleArn,
    networkMode: definition.networkMode,
    volumes: definition.volumes,
    placementConstraints: definition.placementConstraints,
    requiresCompatibilities: definition.requiresCompatibilities,
    cpu: definition.cpu,
    memory: definition.memory,
    pidMode: definition.pidMode,
    ipcMode: definition.ipcMode,
    proxyConfiguration: definition.proxyConfiguration,
    ephemeralStorage: definition.ephemeralStorage,
    runtimePlatform: definition.runtimePlatform,
    enableFaultInjection: definition.enableFaultInjection,
  };
  return { ...members, family, containerDefinitions };
};

/** Members that the caller decides on, and one that AWS has ended. */
type OwnMember = "family" | "containerDefinitions" | "tags" | "inferenceAccelerators";

/** Members of both a revision and its registration; the compiler insists that none is forgotten. */
type SharedMember = Exclude<keyof TaskDefinition & keyof RegisterTaskDefinitionCommandInput, OwnMember>;
